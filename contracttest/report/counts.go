package report

import (
	"fmt"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Circumstances say in one line how the run was made.
func (r view) Circumstances() string {
	kind, strict := "a server", "assumed rules are warnings"
	if r.Mock {
		kind = "bitbybit-mock"
	}
	if r.Strict {
		strict = "assumed rules are errors"
	}
	if r.Traffic != nil {
		return r.circumstancesOfTraffic(strict)
	}
	text := fmt.Sprintf("%s (%s), %s, seed %d, run tag %s, %v", wording.Plural(len(r.Cases), "case"), kind, strict, r.Seed, r.RunTag,
		r.Duration.Round(time.Millisecond))
	if r.Waited > 0 {
		text += fmt.Sprintf(", %v of it waiting for the rate limit", r.Waited.Round(time.Second))
	}
	return text
}

func (r view) circumstancesOfTraffic(strict string) string {
	text := fmt.Sprintf("%s that others made, %d of them judged, %s, %v", wording.Plural(r.Traffic.Passed, "exchange"), r.Traffic.Judged, strict, r.Duration.Round(time.Millisecond))
	if r.Traffic.Masked {
		text += ", personal data masked"
	}
	return text
}

// checkCount is one row of the table check × count.
type checkCount struct {
	Check            result.Check
	Errors, Warnings int // causes
	Exchanges        int // that show them
}

// ByCheck counts the errors and warnings that the baseline does not know, in the order of the findings.
func (r view) ByCheck() (rows []checkCount) {
	index := map[result.Check]int{}
	for _, f := range r.Findings {
		if f.Known || f.Severity == result.Notice {
			continue
		}
		i, found := index[f.Check]
		if !found {
			i = len(rows)
			index[f.Check] = i
			rows = append(rows, checkCount{Check: f.Check})
		}
		rows[i].Exchanges += f.Count
		if f.Severity == result.Error {
			rows[i].Errors++
		} else {
			rows[i].Warnings++
		}
	}
	return rows
}
