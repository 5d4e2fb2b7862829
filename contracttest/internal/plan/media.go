package plan

import (
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// media sends a good body under other media types: spellings of the right one, and wrong ones.
func (p *planner) media() {
	if p.schema == nil {
		return
	}
	for _, m := range []struct {
		label, value string
		weight       int
	}{
		{"text", "text/plain", weightMedia},
		{"form", "application/x-www-form-urlencoded", weightMore},
		{"charset utf-8", p.build.media + "; charset=utf-8", weightMedia},
		{"capitals", otherCase(p.build.media), weightMore},
		{"quoted charset", p.build.media + `;charset="UTF-8"`, weightMore},
		{"charset utf-16", p.build.media + "; charset=utf-16", weightMore},
		{"xml", "application/xml", weightMore},
		{"json of another name", "application/jsonx", weightMore},
		{"json of a vendor", "application/vnd.api+json", weightMore},
		{"no media type", "json", weightMore},
		{"any", "*/*", weightMore},
		{"multipart", "multipart/form-data; boundary=x", weightMore},
	} {
		r := p.build.with(p.body())
		r.Header.Set("Content-Type", m.value)
		p.add(exchange.Case{Request: r}, result.PhaseCoverage, m.weight, "media type/"+m.label)
	}
	absent := p.build.with(p.body())
	absent.Header.Del("Content-Type")
	p.add(exchange.Case{Request: absent}, result.PhaseCoverage, weightMedia, "media type/absent")
	encoded := p.build.with(p.body())
	encoded.Header.Set("Content-Encoding", "br")
	p.add(exchange.Case{Request: encoded}, result.PhaseCoverage, weightMore, "content encoding/unknown")
}
