package contracttest

import (
	"context"
	"errors"
	"strings"
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
// one. Errors fail the test, warnings are logged.
//
//	func TestContract(t *testing.T) {
//		contracttest.Test(t, contracttest.Config{URL: server.URL, APIKey: "bbb_test_key"})
//	}
func Test[T TB[T]](t T, config Config) {
	t.Helper()
	report, err := Run(t.Context(), config)
	if err != nil && !errors.Is(err, ErrNothingJudged) {
		t.Fatalf("%v", err)
	}
	if err != nil {
		t.Errorf("%v", err)
	}
	for _, c := range report.Cases {
		t.Run(c.ID, func(t T) {
			t.Helper()
			for _, check := range c.Checks {
				t.Run(string(check), func(t T) {
					t.Helper()
					for _, p := range c.Problems {
						if p.Check == check {
							report.tell(t.Errorf, t.Logf, report.Findings[p.Finding])
						}
					}
				})
			}
		})
	}
	for _, f := range report.Findings {
		if f.Case == "" && f.Severity != Notice {
			report.tell(t.Errorf, t.Logf, f)
		}
	}
}

func (r Report) tell(fail, log func(string, ...any), f Finding) {
	if !r.fails(f.Severity) || f.Known {
		fail = log
	}
	fail("%s", visible(strings.Join(f.full(r, true), "\n")))
}
