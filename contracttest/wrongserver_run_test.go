package contracttest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestWrongServers puts a proxy in front of the mock that breaks one thing, and asks that the right check objects with
// the right severity: as the mock, where every rule binds, and as any server, as users run the suite, with the requests
// of one window. What a window does not show, a full run must. BITBYBIT_FULL=1 tries each as both, as CI does; otherwise it
// is every third.
func TestWrongServers(t *testing.T) {
	t.Parallel()
	servers := wrongServers()
	require.GreaterOrEqual(t, len(servers), 80)
	usual := checksOf(t, wrongServer{name: "none"}, -1)
	for check, severity := range usual {
		assert.Equal(t, result.Notice, severity, "%s objects to the right server", check)
	}
	for name, rule := range liberties {
		assert.True(t, slices.ContainsFunc(servers, func(s wrongServer) bool { return s.name == name }), "no server %q", name)
		assert.Equal(t, result.Assumed, provenanceOf(t, rule), rule)
	}
	if few() {
		servers = everyNth(servers, 10)
	}
	asMock, elsewhere := make([]tried, len(servers)), make([]tried, len(servers))
	inParallel(len(servers), func(i int) {
		wrong := servers[i]
		if full() || i%3 == 0 {
			want := result.Error
			switch {
			case notice(wrong.check):
				want = result.Notice
			case wrong.check == result.PropertyDirection:
				want = result.Warning // the standard says SHOULD NOT
			}
			asMock[i] = judged(t, wrong, want)
		}
		if wrong.live = true; full() || i%3 == 1 {
			elsewhere[i] = judged(t, wrong, wrong.severityElsewhere())
		}
	})

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVER\tCHECK\tAS THE MOCK\tAS ANY SERVER")
	for i, server := range servers {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", server.name, server.check, asMock[i], elsewhere[i])
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
	for name, column := range map[string][]tried{"as the mock": asMock, "as any server": elsewhere} {
		all, soon, runs := 0, 0, 0
		for i, one := range column {
			if one.checks == nil {
				continue
			}
			runs++
			if assert.Equal(t, one.want, one.got, "%s, %s: %s; found: %v", servers[i].name, name, servers[i].check, one.checks) {
				all++
			}
			if one.soon {
				soon++
			}
		}
		t.Logf("%s: %d of %d have the severity that they should, %d of them within %d requests", name, all, runs, soon, oneWindow)
		assert.GreaterOrEqual(t, soon*10, all*9, "%s: ninety requests must show nine of ten", name)
	}
	if !full() {
		return
	}
	checks := make([]objections, len(servers))
	for i := range servers {
		checks[i] = asMock[i].checks
	}
	inParallel(
		len(result.Checks()),
		func(i int) {
			if info := result.Checks()[i]; !info.Webhook && !info.Traffic { // no wrong server makes those object
				everyCheckIsNeeded(t, info.ID, servers, checks, usual)
			}
		},
	)
}

// tried is what a run found of a wrong server.
type tried struct {
	checks    objections
	want, got result.Severity // of the check that must object; got is that of another where want is less than it
	soon      bool            // within the requests of one window
}

func (t tried) String() string {
	switch {
	case t.checks == nil:
		return "-"
	case t.got != t.want:
		return "MISSED " + string(t.got)
	case !t.soon:
		return string(t.got) + " (in a full run)"
	}
	return string(t.got)
}

// judged judges a wrong server within one window, and in a full run where that does not show it.
func judged(t *testing.T, wrong wrongServer, want result.Severity) (outcome tried) {
	for _, requests := range []int{oneWindow, -1} {
		outcome = tried{want: want, checks: checksOf(t, wrong, requests), soon: requests == oneWindow}
		outcome.got = outcome.checks[wrong.check]
		if want != result.Error && len(outcome.checks.errors()) > 0 {
			outcome.got = result.Error
		}
		if outcome.got == want {
			return outcome
		}
	}
	return outcome
}

// everyCheckIsNeeded asks for a wrong server that a check catches and no other does, in a full run.
func everyCheckIsNeeded(
	t *testing.T,
	check result.Check,
	servers []wrongServer,
	checks []objections,
	usual objections,
) {
	for i, server := range servers {
		switch {
		case server.check != check:
		case notice(check), check == result.PropertyDirection:
			if usual[check] == "" && len(checks[i].errors()) == 0 {
				return
			}
		case slices.Equal(checks[i].errors(), []string{string(check)}):
			if slices.Equal(checksOf(t, server, -1).errors(), []string{string(check)}) {
				return
			}
		}
	}
	t.Errorf("%s catches no server that no other check catches", check)
}

// objections are the checks that object to a server, with the gravest of their findings.
type objections map[result.Check]result.Severity

// errors are the checks that fail the run, sorted.
func (o objections) errors() (ids []string) {
	for check, severity := range o {
		if severity == result.Error {
			ids = append(ids, string(check))
		}
	}
	slices.Sort(ids)
	return ids
}

// plenty is a rate limit that no run reaches.
const plenty = 100_000

func checksOf(t *testing.T, wrong wrongServer, requests int) objections {
	right, err := mockserver.New(mockserver.WithRateLimit(plenty))
	require.NoError(t, err)
	config := contracttest.Config{
		URL:         testURL,
		APIKey:      testKey,
		MaxRequests: requests,
		HTTPClient:  client(wrong.inFrontOf(right)),
	}
	if requests > 0 {
		config.Phases = beforeFuzz
	}
	report, err := contracttest.Run(t.Context(), config)
	if err != nil {
		assert.ErrorIs(t, err, result.ErrNothingJudged, wrong.name)
	}
	checks := objections{}
	for _, finding := range report.Findings {
		if graver(finding.Severity, checks[finding.Check]) {
			checks[finding.Check] = finding.Severity
		}
	}
	return checks
}

func graver(a, b result.Severity) bool {
	order := []result.Severity{"", result.Notice, result.Warning, result.Error}
	return slices.Index(order, a) > slices.Index(order, b)
}

// notice reports whether a check gives notices only.
func notice(check result.Check) bool {
	return slices.ContainsFunc(
		result.Checks(),
		func(info result.CheckInfo) bool { return info.ID == check && info.Notice },
	)
}

// provenanceOf finds a rule of openapi.yaml.
func provenanceOf(t *testing.T, id string) result.Provenance {
	t.Helper()
	for _, rule := range mockserver.Rules() {
		if rule.ID == id {
			return result.Provenance(rule.Provenance)
		}
	}
	require.Fail(t, "no rule", "%s", id)
	return ""
}
