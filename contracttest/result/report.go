package result

import (
	"fmt"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// Report is the outcome of a run.
type Report struct {
	// Target is the URL that was judged.
	Target string `json:"target"`
	// Mock is set where the target is bitbybit-mock.
	Mock bool `json:"mock"`
	// Strict is set where rules that are assumed weighed as much as documented ones.
	Strict bool `json:"strict"`
	// FailOn is the least severity that fails the run: Error or Warning.
	FailOn Severity `json:"failOn"`
	// NothingJudged says why the run says nothing of the server; nil where it does.
	NothingJudged *NothingJudgedError `json:"nothingJudged,omitempty"`
	// Replay is the id of the one case that was asked for; empty where all were.
	Replay string `json:"replay,omitempty"`
	// Seed is the run's seed.
	Seed uint64 `json:"seed"`
	// RunTag marks the customers that the run created.
	RunTag string `json:"runTag"`
	// Requests is how many requests were sent to the API.
	Requests int `json:"requests"`
	// Unavailable is how many cases were answered 503 that did not ask for it, be it only at first.
	Unavailable int `json:"unavailable,omitempty"`
	// Duration is how long the run took, in nanoseconds.
	Duration time.Duration `json:"duration"`
	// Waited is how much of Duration was spent waiting for the rate limit, in nanoseconds.
	Waited time.Duration `json:"waited"`
	// Cases are the cases that ran, in their order.
	Cases []CaseResult `json:"cases"`
	// LeftOut are the cases that did not run, with the reason.
	LeftOut []LeftOut `json:"leftOut,omitempty"`
	// NotMade are the checks that were asked for and had nothing to look at.
	NotMade []Check `json:"notMade,omitempty"`
	// Interrupted is set where the run was ended from outside: the report has what there was.
	Interrupted bool `json:"interrupted,omitempty"`
	// Findings are the differences, errors first, then in the order of the cases.
	Findings []Finding `json:"findings"`
	// Gone are the errors and warnings of the baseline that did not occur, each as its check and fingerprint. It is empty
	// where only some cases or checks were asked for.
	Gone []string `json:"gone,omitempty"`
	// Webhooks says how webhooks came; nil where the run did not listen for them.
	Webhooks *Webhooks `json:"webhooks,omitempty"`
	// Traffic says what exchanges of somebody else were judged; nil where the suite sent its own.
	Traffic *Traffic `json:"traffic,omitempty"`
	// Coverage says what of the contract was seen and judged.
	Coverage CoverageReport `json:"coverage"`
}

// CaseResult is one case that ran.
type CaseResult struct {
	// ID names the case; it is what -run and --replay take.
	ID string `json:"id"`
	// Phase is the phase that the case belongs to.
	Phase Phase `json:"phase"`
	// Class is what the contract says of the request: "valid", or why not, e.g. "invalid" or "missing key".
	Class string `json:"class"`
	// Status is the answer's HTTP status; 0 where no answer came.
	Status int `json:"status"`
	// Checks are the checks that were made of the answer.
	Checks []Check `json:"checks"`
	// Problems are the errors and warnings that the case shows.
	Problems []CaseProblem `json:"problems,omitempty"`
	// Curl and Answer are what was sent and what came, as in a [Finding]; only of a case that was asked for alone.
	Curl   string  `json:"curl,omitempty"`
	Answer *Answer `json:"answer,omitempty"`
}

// CaseProblem is what one case shows of a finding.
type CaseProblem struct {
	// Check is the check that found it.
	Check Check `json:"check"`
	// Finding is the finding's index in [Report.Findings].
	Finding int `json:"finding"`
	// Message says what was expected and what came in this case.
	Message string `json:"message"`
	// Known is set where the baseline has it.
	Known bool `json:"known,omitempty"`
}

// LeftOut says why cases did not run.
type LeftOut struct {
	// Reason says why, e.g. "the budget of 90 requests was used up".
	Reason string `json:"reason"`
	// Cases are their ids.
	Cases []string `json:"cases"`
}

// Undecided reports whether the run says nothing of the server. It is false also where NothingJudged is set, if the server answered a
// request with an error of its own that the baseline does not know: that fails the run, whatever else could not be judged.
func (r Report) Undecided() bool {
	return r.NothingJudged != nil && !slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return !f.Known && f.Check == NotServerError && f.Severity == Error && f.Answer != nil
	})
}

// Open are the findings of a severity that the baseline does not know.
func (r Report) Open(s Severity) (findings []Finding) {
	for _, f := range r.Findings {
		if f.Severity == s && !f.Known {
			findings = append(findings, f)
		}
	}
	return findings
}

// Count is how many findings of a severity the baseline does not know.
func (r Report) Count(s Severity) int { return len(r.Open(s)) }

// Known is how many findings the baseline knows.
func (r Report) Known() (n int) {
	for _, f := range r.Findings {
		if f.Known {
			n++
		}
	}
	return n
}

// Failed reports whether the run found what FailOn names. A run that judged nothing did not fail: look at
// NothingJudged.
func (r Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Known && r.Fails(f.Severity) })
}

// Fails reports whether findings of a severity fail the run.
func (r Report) Fails(s Severity) bool { return s == Error || s == Warning && r.FailOn == Warning }

// Incomplete reports whether the report has only what there was when a run was ended from outside, or a recording broke off.
func (r Report) Incomplete() bool {
	return r.Interrupted || r.Traffic != nil && len(r.Traffic.Unread) > 0
}

// Verdict is the outcome in one line: PASS or FAIL, of what, and how many findings there are.
func (r Report) Verdict() string {
	word, of, ended := "PASS", r.Target, ""
	switch {
	case r.Undecided():
		word = "NOTHING JUDGED"
	case r.Failed():
		word = "FAIL"
	case r.Interrupted:
		word = "INTERRUPTED"
	case r.Incomplete():
		word = "INCOMPLETE"
	}
	if r.Replay != "" {
		of = r.Replay + " at " + of
	}
	if r.Interrupted {
		ended = "; the run was interrupted, this is what there was"
	} else if r.Incomplete() {
		ended = "; not all of it could be read, this is what there was"
	}
	return fmt.Sprintf("%s  %s: %s, %s in %s%s", word, of, wording.Plural(r.Count(Error), "error"),
		wording.Plural(r.Count(Warning), "warning"), wording.Plural(r.Requests, "request"), ended)
}

// Command is the command line of bitbybit-contract that sends one case again. The secret of webhooks is not in it.
func (r Report) Command(id string) string {
	strict := ""
	if r.Strict && !r.Mock {
		strict = " --strict"
	}
	listen := ""
	if r.Webhooks != nil {
		listen = fmt.Sprintf(" --webhook-listen %s --webhook-wait %v", curl.Quote(r.Webhooks.Address), r.Webhooks.Wait)
	}
	return fmt.Sprintf("bitbybit-contract --url %s%s%s --seed %d --replay %s", curl.Quote(r.Target), strict, listen, r.Seed, curl.Quote(id))
}
