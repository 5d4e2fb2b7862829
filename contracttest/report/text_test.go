package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// written is a report in one format.
func written(t *testing.T, write report.Writer, r result.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b, r))
	return b.String()
}

func textOf(t *testing.T, r result.Report) string {
	t.Helper()
	return written(t, report.Text, r)
}

func linesOf(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// many is a report of n errors, each in twelve places.
func many(n int) result.Report {
	r := result.Report{Target: "http://api.test", Requests: 1}
	for i := range n {
		f := result.Finding{
			Check: result.Echo, Severity: result.Error, Message: "wrong", Count: 1, Case: fmt.Sprintf("coverage/%d", i), Curl: "curl",
			Rule: result.Rule{ID: "stored-as-sent", Provenance: result.Documented}, Answer: &result.Answer{Status: 201},
		}
		for place := range 12 {
			f.Variants = append(f.Variants, result.Variant{Place: fmt.Sprintf("data.p%d", place), Message: "wrong", Count: 1})
		}
		r.Findings = append(r.Findings, f)
	}
	return r
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
	for _, write := range report.Formats() {
		assert.NotRegexp(t, `\b1 (errors|warnings|requests|cases|exchanges|places|findings)\b`, written(t, write, many(1)))
	}
}

func TestKnownFindingsAreOneLine(t *testing.T) {
	t.Parallel()
	r := many(4)
	for i := range r.Findings {
		r.Findings[i].Known, r.Findings[i].Message = true, "known before"
	}
	text := textOf(t, r)
	assert.Contains(t, text, "\nknown: 4 findings of the baseline, in 4 exchanges\n")
	assert.Equal(t, 1, strings.Count(text, "known"), text)
	assert.True(t, strings.HasPrefix(text, "PASS  "))
}

func TestWhatIsNotJudgedIsNamed(t *testing.T) {
	t.Parallel()
	r := many(1)
	for i := range 7 {
		r.Coverage.NotJudged = append(r.Coverage.NotJudged, judge.NotJudged{
			Pointer: "/paths/x", What: fmt.Sprintf("the format %d", i), Why: "there is no <checker>",
		})
	}
	assert.Contains(t, textOf(t, r), "\n  not judged: the format 0, the format 1, the format 2, the format 3, the format 4 … and 2 more\n")
	assert.Contains(t, written(t, report.VerboseText, r), "\n  not judged: the format 6 (/paths/x): there is no <checker>\n")
	assert.Contains(t, written(t, report.HTML, r), "<li>the format 6 (<code>/paths/x</code>): there is no &lt;checker&gt;</li>")
	assert.Contains(t, written(t, report.Markdown, r), "\n- not judged&#58; the format 0&#44; the format 1")
}
