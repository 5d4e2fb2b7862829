package contracttest

import (
	"slices"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// coverageReport is what was covered, with what was not judged, and what nothing provoked.
func (s *suite) coverageReport(c *coverage.Coverage) result.CoverageReport {
	covered := c.Report()
	covered.NotJudged = plan.NotJudged(s.Judge)
	for _, status := range covered.Statuses {
		if status.Verdict == result.NeverObtained && s.Mode != exchange.Mock && !s.provokes(status.Name) {
			covered.Unprovoked = append(covered.Unprovoked, status.Name)
		}
	}
	return covered
}

// provokes reports whether there are requests that should be answered with a status: valid ones, and those that are
// wrong or have a wrong key.
func (s *suite) provokes(name string) bool {
	for _, op := range s.Judge.Operations() {
		causes := exchange.StatusesOf(op.Spec, exchange.CodeValidation, exchange.CodeMissingKey, exchange.CodeInvalidKey)
		for _, status := range slices.Concat(exchange.Successes(op.Spec), causes) {
			if name == op.ID+" "+strconv.Itoa(status) {
				return true
			}
		}
	}
	return false
}

// notMade are the checks that are switched on and had nothing to look at.
func (r *run) notMade() (none []result.Check) {
	made := map[result.Check]bool{result.DocumentedNeverSeen: true, result.AlwaysPresentOptional: true}
	for _, v := range r.done {
		for _, id := range v.Made {
			made[id] = true
		}
	}
	for _, id := range checkIDs() {
		if r.config.wants(id) && !made[id] {
			none = append(none, id)
		}
	}
	return none
}

// switchedOn is how many checks are.
func (r *run) switchedOn() (n int) {
	for _, id := range checkIDs() {
		if r.config.wants(id) {
			n++
		}
	}
	return n
}
