package plan

// media sends a good body under other media types: spellings of the right one, and wrong ones.
func (p *planner) media() {
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
		p.addRequest(m.weight, "media type/"+m.label, r)
	}
	absent := p.build.with(p.body())
	absent.Header.Del("Content-Type")
	p.addRequest(weightMedia, "media type/absent", absent)
	encoded := p.build.with(p.body())
	encoded.Header.Set("Content-Encoding", "br")
	p.addRequest(weightMore, "content encoding/unknown", encoded)
}
