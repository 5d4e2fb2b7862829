package contracttest

import (
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// addReplayed adds what was sent and what came of the one case that was asked for.
func (r *run) addReplayed(report *result.Report) {
	report.Replay = r.config.Case
	if report.Replay == "" {
		return
	}
	for i, v := range r.done {
		report.Cases[i].Curl, report.Cases[i].Answer = finding.Curl(v.Exchange), finding.Answer(v.Exchange)
	}
}
