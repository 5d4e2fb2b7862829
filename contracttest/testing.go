package contracttest

import (
	"context"
	"errors"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// TB is the part of *testing.T that [Test] needs. T is the type itself.
type TB[T any] interface {
	Helper()
	Context() context.Context
	Run(name string, f func(T)) bool
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// Test judges a server within a Go test: a subtest for each case and within it one for each check, so that -run picks
// one. Errors fail the test, warnings are logged. A finding is printed in full by the first subtest that shows it; the
// others name it.
//
//	func TestContract(t *testing.T) {
//		contracttest.Test(t, contracttest.Config{URL: server.URL, APIKey: "bbb_test_key"})
//	}
func Test[T TB[T]](t T, config Config) {
	t.Helper()
	report, err := Run(t.Context(), config)
	if err != nil && !errors.Is(err, result.ErrNothingJudged) {
		t.Fatalf("%v", err)
	}
	if err != nil {
		t.Errorf("%v", err)
	}
	printed := printer[T]{report: report, first: map[int]string{}}
	for _, c := range report.Cases {
		t.Run(c.ID, func(t T) {
			t.Helper()
			for _, id := range c.Checks {
				t.Run(string(id), func(t T) {
					t.Helper()
					printed.problems(t, c, id)
				})
			}
		})
	}
	for _, f := range report.Findings {
		if f.Case == "" && f.Severity != result.Notice {
			tell(report, t.Errorf, t.Logf, f, result.CaseProblem{Known: f.Known}, "")
		}
	}
}

// printer prints findings, each in full once.
type printer[T TB[T]] struct {
	report result.Report
	first  map[int]string // where a finding was printed
}

// problems prints what one case shows of one check.
func (p printer[T]) problems(t T, c result.CaseResult, id result.Check) {
	t.Helper()
	for _, own := range c.Problems {
		if own.Check != id {
			continue
		}
		where, told := p.first[own.Finding]
		if !told {
			p.first[own.Finding] = c.ID + "/" + string(id)
		}
		tell(p.report, t.Errorf, t.Logf, p.report.Findings[own.Finding], own, where)
	}
}

// tell prints a finding in full, or only names it where it was printed before.
func tell(r result.Report, fail, log func(string, ...any), f result.Finding, own result.CaseProblem, before string) {
	if !r.Fails(f.Severity) || own.Known {
		fail = log
	}
	if before != "" {
		fail("%s: %s (the finding is shown in %s)", f.Check, wording.Visible(own.Message), before)
		return
	}
	text := f.String()
	if f.Case != "" {
		text += "\n  again  " + r.Command(f.Case)
	}
	fail("%s", wording.Visible(text))
}
