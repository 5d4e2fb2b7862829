package contracttest

import (
	"fmt"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// askedFor has the mock play every documented error, among them those that no input provokes (429 and 503), with the
// header Prefer (RFC 7240).
func (p *planner) askedFor() {
	for _, e := range documentedErrors(p.op.Spec) {
		r := p.build.with(p.body())
		prefer := fmt.Sprintf("code=%d", e.status)
		if e.example != "" {
			prefer += ", example=" + e.example
		}
		r.header.Set("Prefer", prefer)
		p.add(
			testCase{request: r, mockOnly: true, asked: &asked{status: e.status, code: e.code}}, result.PhaseCoverage, weightAsked,
			"asked/"+strconv.Itoa(e.status)+" "+e.example,
		)
	}
}
