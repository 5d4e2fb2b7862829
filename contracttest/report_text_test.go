package contracttest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

func textOf(t *testing.T, outcome result.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, contracttest.Text(&b, outcome))
	return b.String()
}

func linesOf(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func TestTheTextOfSixFaultsIsShort(t *testing.T) {
	t.Parallel()
	outcome := sixFaultsReport(t, contracttest.Config{})
	text := textOf(t, outcome)
	lines := linesOf(text)
	assert.LessOrEqual(t, len(lines), 60, text)
	assert.Regexp(t, `^FAIL  http://\S+: \d+ errors, \d+ warnings in 90 requests$`, lines[0])
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
	require.NoError(t, contracttest.VerboseText(&verbose, outcome))
	assert.Greater(t, len(linesOf(verbose.String())), 300)
	for _, f := range outcome.Open(result.Error) {
		assert.Contains(t, verbose.String(), f.Curl)
		for _, v := range f.Variants {
			assert.Contains(t, verbose.String(), v.Message)
		}
	}
	assert.Contains(t, verbose.String(), outcome.LeftOut[0].Cases[0])
}

// many is a report of n errors, each in twelve places.
func many(n int) result.Report {
	outcome := result.Report{Target: "http://api.test", Requests: 1}
	for i := range n {
		f := result.Finding{
			Check: result.Echo, Severity: result.Error, Message: "wrong", Count: 1, Case: fmt.Sprintf("coverage/%d", i), Curl: "curl",
			Rule: result.Rule{ID: "stored-as-sent", Provenance: result.Documented}, Answer: &result.Answer{Status: 201},
		}
		for place := range 12 {
			f.Variants = append(f.Variants, result.Variant{Place: fmt.Sprintf("data.p%d", place), Message: "wrong", Count: 1})
		}
		outcome.Findings = append(outcome.Findings, f)
	}
	return outcome
}

func TestTheTextIsNeverLong(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 6, 30, 45, 60, 1000} {
		text := textOf(t, many(n))
		assert.LessOrEqual(t, len(linesOf(text)), 60, "%d causes", n)
		assert.Equal(t, n > 45, strings.Contains(text, " more causes; --verbose shows all\n"), "%d causes", n)
	}
}

func TestPlacesAreFolded(t *testing.T) {
	t.Parallel()
	text := textOf(t, many(1))
	assert.Contains(t, text, "\n  in     12 places: data.p0, data.p1, data.p2 … and 9 more\n")
	assert.Contains(t, text, "\nERROR echo (1 exchange in 12 places, e.g. coverage/0): wrong\n")
}

func TestOneIsNotMany(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "FAIL  http://api.test: 1 error, 0 warnings in 1 request", many(1).Verdict())
	assert.Equal(t, "FAIL  http://api.test: 2 errors, 0 warnings in 1 request", many(2).Verdict())
	assert.NotRegexp(t, `\b1 (errors|warnings|requests|cases|exchanges|places|findings)\b`, reportsOf(t, many(1)))
}

func TestKnownFindingsAreOneLine(t *testing.T) {
	t.Parallel()
	outcome := many(4)
	for i := range outcome.Findings {
		outcome.Findings[i].Known, outcome.Findings[i].Message = true, "known before"
	}
	text := textOf(t, outcome)
	assert.Contains(t, text, "\nknown: 4 findings of the baseline, in 4 exchanges\n")
	assert.Equal(t, 1, strings.Count(text, "known"), text)
	assert.True(t, strings.HasPrefix(text, "PASS  "))
}

func TestAReplayPrintsItsCaseAlone(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"examples/full":       "FAIL  examples/full at http://127.0.0.1:4010/customer/open/v1: ",
		"coverage/method/GET": "PASS  coverage/method/GET at http://127.0.0.1:4010/customer/open/v1: 0 errors, 1 warning in 1 request\n",
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
	config := contracttest.Config{Case: "coverage/method/GET"}
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

func TestWhatIsNotJudgedIsNamed(t *testing.T) {
	t.Parallel()
	outcome := many(1)
	for i := range 7 {
		outcome.Coverage.NotJudged = append(outcome.Coverage.NotJudged, judge.NotJudged{
			Pointer: "/paths/x", What: fmt.Sprintf("the format %d", i), Why: "there is no <checker>",
		})
	}
	assert.Contains(t, textOf(t, outcome), "\n  not judged: the format 0, the format 1, the format 2, the format 3, the format 4 … and 2 more\n")
	assert.Contains(t, written(t, contracttest.VerboseText, outcome), "\n  not judged: the format 6 (/paths/x): there is no <checker>\n")
	assert.Contains(t, written(t, contracttest.HTML, outcome), "<li>the format 6 (<code>/paths/x</code>): there is no &lt;checker&gt;</li>")
	assert.Contains(t, written(t, contracttest.Markdown, outcome), "\n- not judged&#58; the format 0&#44; the format 1")
}
