package contracttest

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
)

// Baseline is the list of findings that are known, so that a run fails on new ones only. A nil Baseline knows none.
type Baseline struct{ known map[string]bool }

// ReadBaseline reads a baseline. Its format is that of the JSON report: the report of an accepted run is the baseline
// of the next ones.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	var report struct {
		Findings []struct {
			Fingerprint string `json:"fingerprint"`
		} `json:"findings"`
	}
	if err := json.UnmarshalRead(r, &report); err != nil {
		return nil, fmt.Errorf("contracttest: a baseline must be a JSON report of this suite: %w", err)
	}
	if report.Findings == nil {
		return nil, errors.New(`contracttest: a baseline must be a JSON report of this suite; "findings" is missing`)
	}
	b := &Baseline{known: map[string]bool{}}
	for _, f := range report.Findings {
		b.known[f.Fingerprint] = true
	}
	return b, nil
}

func (b *Baseline) has(fingerprint string) bool { return b != nil && b.known[fingerprint] }
