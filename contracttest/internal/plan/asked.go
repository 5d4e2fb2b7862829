package plan

import (
	"fmt"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// askedFor has the mock play every documented error, among them those that no input provokes (429 and 503), with the
// header Prefer (RFC 7240).
func (p *planner) askedFor() {
	for _, e := range exchange.DocumentedErrors(p.op.Spec) {
		r := p.build.with(p.body())
		prefer := fmt.Sprintf("code=%d", e.Status)
		if e.Example != "" {
			prefer += ", example=" + e.Example
		}
		r.Header.Set("Prefer", prefer)
		p.add(
			exchange.Case{Request: r, MockOnly: true, Asked: &exchange.Asked{Status: e.Status, Code: e.Code}}, result.PhaseCoverage, weightAsked,
			"asked/"+strconv.Itoa(e.Status)+" "+e.Example,
		)
	}
}
