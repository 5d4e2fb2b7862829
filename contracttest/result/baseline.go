package result

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
)

// Baseline is the list of findings that are known, so that a run fails on new ones only. A nil Baseline knows none.
type Baseline struct{ known map[string]entry } // by fingerprint

// entry is what a baseline has of a finding.
type entry struct {
	check    Check
	severity Severity
}

// ReadBaseline reads a baseline. Its format is that of the JSON report: the report of an accepted run is the baseline
// of the next ones.
func ReadBaseline(r io.Reader) (*Baseline, error) {
	var report struct {
		Findings []struct {
			Check    Check    `json:"check"`
			Severity Severity `json:"severity"`
			Variants []struct {
				Fingerprint string `json:"fingerprint"`
			} `json:"variants"`
		} `json:"findings"`
	}
	if err := json.UnmarshalRead(r, &report); err != nil {
		return nil, fmt.Errorf("contracttest: a baseline must be a JSON report of this suite: %w", err)
	}
	if report.Findings == nil {
		return nil, errors.New(`contracttest: a baseline must be a JSON report of this suite; "findings" is missing`)
	}
	b := &Baseline{known: map[string]entry{}}
	for _, f := range report.Findings {
		for _, v := range f.Variants {
			b.known[v.Fingerprint] = entry{f.Check, f.Severity}
		}
	}
	return b, nil
}

// Has reports whether the baseline has a variant of this fingerprint.
func (b *Baseline) Has(fingerprint string) bool {
	if b == nil {
		return false
	}
	_, known := b.known[fingerprint]
	return known
}

// Gone are the errors and warnings of the baseline that are not among the findings, each as its check and fingerprint,
// sorted. Notices depend on what a run sends.
func (b *Baseline) Gone(found []Finding) []string {
	if b == nil {
		return nil
	}
	left := maps.Clone(b.known)
	for _, f := range found {
		for _, v := range f.Variants {
			delete(left, v.Fingerprint)
		}
	}
	var gone []string
	for fingerprint, one := range left {
		if one.severity != Notice {
			gone = append(gone, string(one.check)+" "+fingerprint)
		}
	}
	slices.Sort(gone)
	return gone
}
