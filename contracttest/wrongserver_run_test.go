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
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestWrongServers puts a proxy in front of the mock that breaks one thing, and asks that the right check objects:
// nearly always within the requests of one window, always in a full run.
func TestWrongServers(t *testing.T) {
	t.Parallel()
	servers := wrongServers()
	require.GreaterOrEqual(t, len(servers), 80)
	usual := checksOf(t, wrongServer{name: "none"}, -1)
	for check, severity := range usual {
		assert.Equal(t, contracttest.Notice, severity, "%s objects to the right server", check)
	}
	if few() {
		servers = everyNth(servers, 10)
	}

	checks := make([]objections, len(servers))
	soon := make([]bool, len(servers))
	inParallel(len(servers), func(i int) {
		checks[i] = checksOf(t, servers[i], oneWindow)
		if soon[i] = checks[i].by(servers[i].check); !soon[i] {
			checks[i] = checksOf(t, servers[i], -1)
		}
	})

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	inTime, all := 0, 0
	for i, server := range servers {
		fmt.Fprintf(w, "%s\t%s\t%v\n", server.name, server.check, checks[i].errors())
		if checks[i].by(server.check) {
			all++
		} else {
			t.Errorf("%s: %s must object; %v did", server.name, server.check, checks[i].errors())
		}
		if soon[i] {
			inTime++
		}
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
	t.Logf("%d of %d wrong servers are caught, %d of them within %d requests", all, len(servers), inTime, oneWindow)
	assert.GreaterOrEqual(t, inTime*10, all*9, "ninety requests must catch nine of ten")
	if few() {
		return
	}
	inParallel(
		len(contracttest.Checks()),
		func(i int) { everyCheckIsNeeded(t, contracttest.Checks()[i].ID, servers, checks, usual) },
	)
}

// everyCheckIsNeeded asks for a wrong server that a check catches and no other does, in a full run.
func everyCheckIsNeeded(
	t *testing.T,
	check contracttest.Check,
	servers []wrongServer,
	checks []objections,
	usual objections,
) {
	for i, server := range servers {
		switch {
		case server.check != check:
		case notice(check):
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
type objections map[contracttest.Check]contracttest.Severity

// by reports whether a check objects as it should.
func (o objections) by(check contracttest.Check) bool {
	if notice(check) {
		return o[check] == contracttest.Notice
	}
	return o[check] == contracttest.Error
}

// errors are the checks that fail the run, sorted.
func (o objections) errors() (ids []string) {
	for check, severity := range o {
		if severity == contracttest.Error {
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
		assert.ErrorIs(t, err, contracttest.ErrNothingJudged, wrong.name)
	}
	checks := objections{}
	for _, finding := range report.Findings {
		if graver(finding.Severity, checks[finding.Check]) {
			checks[finding.Check] = finding.Severity
		}
	}
	return checks
}

func graver(a, b contracttest.Severity) bool {
	order := []contracttest.Severity{"", contracttest.Notice, contracttest.Warning, contracttest.Error}
	return slices.Index(order, a) > slices.Index(order, b)
}

// notice reports whether a check gives notices only.
func notice(check contracttest.Check) bool {
	return slices.ContainsFunc(
		contracttest.Checks(),
		func(info contracttest.CheckInfo) bool { return info.ID == check && info.Notice },
	)
}
