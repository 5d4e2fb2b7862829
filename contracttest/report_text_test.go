package contracttest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func textOf(t *testing.T, outcome result.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report.Text(&b, outcome))
	return b.String()
}

func linesOf(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func TestTheTextOfSixFaultsIsShort(t *testing.T) {
	t.Parallel()
	outcome := sixFaultsReport(t, contracttest.Config{})
	text := textOf(t, outcome)
	lines := linesOf(text)
	assert.LessOrEqual(t, len(lines), 60, text)
	assert.Regexp(t, `^FAIL  http://\S+: \d+ errors, \d+ warnings? in 90 requests$`, lines[0])
	assert.Equal(t, lines[0], lines[len(lines)-1], "the verdict is the first line and the last")
	for _, f := range outcome.Open(result.Error) {
		assert.Regexp(t, fmt.Sprintf(`\n  %s +\d+ +\d+ +\d+\n`, f.Check), text, "the table has every check")
		assert.Contains(t, text, fmt.Sprintf("\nERROR %s (", f.Check))
		assert.Contains(t, text, fmt.Sprintf("openapi.yaml:%d %s", f.Rule.Line, f.Rule.ID))
	}
	for _, fault := range []string{"address2", "createdAt", "RateLimit-Limit", "NO_KEY", "imageUrl", "goroutine 1"} {
		assert.Contains(t, text, fault)
	}
	assert.Greater(t, strings.Index(text, "\nWARNING "), strings.LastIndex(text, "\nERROR "), "errors come first")
	requests := map[string]int{}
	for _, line := range lines {
		if sent, ok := strings.CutPrefix(line, "  sent   "); ok {
			requests[sent]++
		}
	}
	assert.GreaterOrEqual(t, len(requests), 5)
	for sent, n := range requests {
		assert.Equal(t, 1, n, "a request is shown once: %s", sent)
	}

	var verbose bytes.Buffer
	require.NoError(t, report.VerboseText(&verbose, outcome))
	assert.Greater(t, len(linesOf(verbose.String())), 300)
	for _, f := range outcome.Open(result.Error) {
		assert.Contains(t, verbose.String(), f.Curl)
		for _, v := range f.Variants {
			assert.Contains(t, verbose.String(), v.Message)
		}
	}
	assert.Contains(t, verbose.String(), outcome.LeftOut[0].Cases[0])
}

func TestAReplayPrintsItsCaseAlone(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"examples/createCustomer/full":       "FAIL  examples/createCustomer/full at http://127.0.0.1:4010" + gen.BasePath + ": ",
		"coverage/createCustomer/method/GET": "PASS  coverage/createCustomer/method/GET at http://127.0.0.1:4010" + gen.BasePath + ": 0 errors, 1 warning in 1 request\n",
	} {
		outcome := sixFaultsReport(t, contracttest.Config{Case: id})
		text := textOf(t, outcome)
		assert.True(t, strings.HasPrefix(text, want), text)
		assert.Equal(t, 1, outcome.Requests, "nothing is shrunk")
		assert.Contains(t, text, "\nsent   curl ")
		assert.Contains(t, text, "\n  | Ratelimit-Reset: ")
		assert.NotContains(t, text, "judged")
		for _, p := range outcome.Cases[0].Problems {
			assert.Contains(t, text, p.Message)
		}
	}
}

func TestWarningsFailARunThatAsksForIt(t *testing.T) {
	t.Parallel()
	config := contracttest.Config{Case: "coverage/createCustomer/method/GET"}
	outcome := sixFaultsReport(t, config)
	assert.False(t, outcome.Failed())
	assert.Empty(t, outcome.Open(result.Error))
	config.FailOn = result.Warning
	outcome = sixFaultsReport(t, config)
	assert.True(t, outcome.Failed())
	assert.True(t, strings.HasPrefix(outcome.Verdict(), "FAIL  "))
	config.FailOn = result.Notice
	_, err := contracttest.Run(t.Context(), contracttest.Config{URL: testURL, APIKey: testKey, FailOn: result.Notice})
	assert.ErrorContains(t, err, `on an error or a warning, not on "notice"`)
}
