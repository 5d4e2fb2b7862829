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
	first := map[int]string{} // where a finding was printed
	for _, c := range report.Cases {
		t.Run(c.ID, func(t T) {
			t.Helper()
			for _, check := range c.Checks {
				t.Run(string(check), func(t T) {
					t.Helper()
					for _, p := range c.Problems {
						if p.Check != check {
							continue
						}
						where, told := first[p.Finding]
						if !told {
							first[p.Finding] = c.ID + "/" + string(check)
						}
						tell(report, t.Errorf, t.Logf, report.Findings[p.Finding], p, where)
					}
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
