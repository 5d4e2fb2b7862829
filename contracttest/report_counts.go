package contracttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
)

// Count is how many findings of a severity the baseline does not know.
func (r Report) Count(s Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == s && !f.Known {
			n++
		}
	}
	return n
}

// Known is how many findings the baseline knows.
func (r Report) Known() (n int) {
	for _, f := range r.Findings {
		if f.Known {
			n++
		}
	}
	return n
}

// Failed reports whether the run found what [Config.FailOn] names. A run that judged nothing did not fail: look at
// NothingJudged.
func (r Report) Failed() bool {
	for _, f := range r.Findings {
		if !f.Known && r.fails(f.Severity) {
			return true
		}
	}
	return false
}

// fails reports whether findings of a severity fail the run.
func (r Report) fails(s Severity) bool { return s == Error || s == Warning && r.FailOn == Warning }

// Verdict is the outcome in one line: PASS or FAIL, of what, and how many findings there are.
func (r Report) Verdict() string {
	word, of, ended := "PASS", r.Target, ""
	switch {
	case r.NothingJudged != nil:
		word = "NOTHING JUDGED"
	case r.Failed():
		word = "FAIL"
	case r.Interrupted:
		word = "INTERRUPTED"
	}
	if r.Replay != "" {
		of = r.Replay + " at " + of
	}
	if r.Interrupted {
		ended = "; the run was interrupted, this is what there was"
	}
	return fmt.Sprintf("%s  %s: %s, %s in %s%s", word, of, plural(r.Count(Error), "error"),
		plural(r.Count(Warning), "warning"), plural(r.Requests, "request"), ended)
}

// circumstances say in one line how the run was made.
func (r Report) circumstances() string {
	kind, strict := "a server", "assumed rules are warnings"
	if r.Mock {
		kind = "bitbybit-mock"
	}
	if r.Strict {
		strict = "assumed rules are errors"
	}
	text := fmt.Sprintf("%s (%s), %s, seed %d, run tag %s, %v", plural(len(r.Cases), "case"), kind, strict, r.Seed, r.RunTag,
		r.Duration.Round(time.Millisecond))
	if r.Waited > 0 {
		text += fmt.Sprintf(", %v of it waiting for the rate limit", r.Waited.Round(time.Second))
	}
	return text
}

// checkCount is one row of the table check × count.
type checkCount struct {
	Check            Check
	Errors, Warnings int // causes
	Exchanges        int // that show them
}

// byCheck counts the errors and warnings that the baseline does not know, in the order of the findings.
func (r Report) byCheck() (rows []checkCount) {
	index := map[Check]int{}
	for _, f := range r.Findings {
		if f.Known || f.Severity == Notice {
			continue
		}
		i, found := index[f.Check]
		if !found {
			i = len(rows)
			index[f.Check] = i
			rows = append(rows, checkCount{Check: f.Check})
		}
		rows[i].Exchanges += f.Count
		if f.Severity == Error {
			rows[i].Errors++
		} else {
			rows[i].Warnings++
		}
	}
	return rows
}

// ofSeverity are the findings of one severity that the baseline does not know.
func (r Report) ofSeverity(s Severity) (findings []Finding) {
	for _, f := range r.Findings {
		if f.Severity == s && !f.Known {
			findings = append(findings, f)
		}
	}
	return findings
}

// again is the command that sends one case again.
func (r Report) again(id string) string {
	strict := ""
	if r.Strict && !r.Mock {
		strict = " --strict"
	}
	return fmt.Sprintf("bitbybit-contract --url %s%s --seed %d --replay %s", curl.Quote(r.Target), strict, r.Seed, curl.Quote(id))
}

// Places are where a finding shows that the baseline does not know, each once, in the order in which they were found.
func (f Finding) Places() (places []string) {
	seen := map[string]bool{}
	for _, v := range f.Variants {
		if (f.Known || !v.Known) && !seen[v.Place] {
			seen[v.Place] = true
			places = append(places, v.Place)
		}
	}
	return places
}

// String is the rule in one line: where it stands, its name, what it is worth, and what it says.
func (r Rule) String() string {
	text := fmt.Sprintf("%s (%s)", r.place(), strings.TrimSuffix(string(r.Provenance)+", "+r.Page, ", "))
	if r.Text != "" {
		text += ": " + r.Text
	}
	return text
}

// place is where the rule stands, and its name.
func (r Rule) place() string {
	switch {
	case r.Line > 0:
		return fmt.Sprintf("openapi.yaml:%d %s", r.Line, r.ID)
	case r.Pointer != "":
		return r.Pointer + " " + r.ID
	}
	return r.ID
}

// folded lists names, the first few of them.
func folded(names []string, most int) string {
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" … and %d more", more)
	}
	return text
}

// plural is a number with what it counts: "1 error", "2 errors".
func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
