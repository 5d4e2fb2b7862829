package contracttest_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// hostile is what a server sends to whoever looks at a report: terminal escapes in both spellings, text that is shown in
// another order, what ends an element of XML or HTML, commands of a workflow, Markdown, and bytes that are no text.
const hostile = "\x1b[2J\x1b]0;title\x07 \u009b31m \u202egnp.\u2066x\u2069 \u200e\ufeff \x00\x7f\xff\xc0\xaf \ufffe\uffff \u2028 " +
	"]]></failure><script>alert(1)</script><b> \r\n::error file=a::b\n##[add-mask]x\n| `a` **b** [c](d) @e <img src=x> %0A"

func hostileReport(t *testing.T) result.Report {
	t.Helper()
	right := newRightServer()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(gen.KeyHeader) != "" && r.Method == http.MethodPost {
			right.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json"+hostile)
		w.Header().Set("RateLimit-Limit", hostile)
		w.WriteHeader(http.StatusUnauthorized)
		message, _ := json.Marshal(hostile)
		_, _ = io.WriteString(w, `{"error":{"code":`+string(message)+`,"`+hostile+`":"`+hostile+`"}}`+hostile)
	})
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, HTTPClient: client(server), MaxRequests: 40,
	})
	require.NoError(t, err)
	require.NotEmpty(t, outcome.Open(result.Error))
	return outcome
}

func written(t *testing.T, write report.Writer, r result.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b, r))
	return b.String()
}

func TestReportsForPeopleObeyNoServer(t *testing.T) {
	t.Parallel()
	outcome := hostileReport(t)
	for name, write := range map[string]report.Writer{
		"text": report.Text, "verbose": report.VerboseText, "html": report.HTML, "github": report.GitHub,
		"markdown": report.Markdown, "junit": report.JUnit,
	} {
		text := written(t, write, outcome)
		assert.True(t, utf8.ValidString(text), name)
		for _, c := range text {
			obeyed := c != '\n' && c != '\t' && unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
			assert.False(t, obeyed, "%s has %U", name, c)
		}
		assert.Contains(t, text, "u202e", "%s shows that it was there", name)
		if name != "text" && name != "verbose" {
			continue
		}
		for line := range strings.Lines(text) {
			assert.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), "%s has a command of a workflow: %s", name, line)
			assert.NotContains(t, line, "##[", name)
		}
	}
}

func TestPartsOfAHostileAnswerStayText(t *testing.T) {
	t.Parallel()
	outcome := hostileReport(t)
	page := written(t, report.HTML, outcome)
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "<img")
	for line := range strings.Lines(written(t, report.GitHub, outcome)) {
		assert.Regexp(t, `^::(error|warning) (file=openapi\.yaml,line=\d+,)?title=[^:,\r\n]*::`, line)
	}
	summary := written(t, report.Markdown, outcome)
	assert.NotRegexp(t, "[`*@<]", summary, "nothing of a server is Markdown or HTML")
	for line := range strings.Lines(summary) {
		if strings.HasPrefix(line, "| error") || strings.HasPrefix(line, "| warning") {
			assert.Equal(t, 6, strings.Count(line, "|"), line)
		}
	}
}

func TestReportsForProgramsAreWellFormed(t *testing.T) {
	t.Parallel()
	outcome := hostileReport(t)
	decoder := xml.NewDecoder(strings.NewReader(written(t, report.JUnit, outcome)))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	text := written(t, report.JSON, outcome)
	assert.True(t, utf8.ValidString(text))
	require.NoError(t, json.Unmarshal([]byte(text), new(result.Report)))
}

type junitReport struct {
	Failures int `xml:"failures,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Type    string `xml:"type,attr"`
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Output string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func junitOf(t *testing.T, outcome result.Report) (parsed junitReport) {
	t.Helper()
	require.NoError(t, xml.Unmarshal([]byte(written(t, report.JUnit, outcome)), &parsed))
	return parsed
}

func TestATestCaseFailsWithItsOwnMessages(t *testing.T) {
	t.Parallel()
	outcome := sixFaultsReport(t, contracttest.Config{})
	results := map[string]result.CaseResult{}
	for _, c := range outcome.Cases {
		results[c.ID] = c
	}
	messages := map[string]bool{}
	for _, suite := range junitOf(t, outcome).Suites {
		for _, c := range suite.Cases {
			if c.Failure == nil {
				continue
			}
			for _, p := range results[c.Name].Problems {
				if outcome.Findings[p.Finding].Severity == result.Error {
					assert.Contains(t, c.Failure.Message, p.Message, c.Name)
					assert.Contains(t, c.Failure.Text, p.Message, c.Name)
				}
			}
			assert.Contains(t, c.Failure.Text, "--replay '"+c.Name+"'")
			messages[c.Failure.Message] = true
		}
	}
	assert.Greater(t, len(messages), 10)
}

func TestARunThatJudgesNothingIsNoGreenJUnit(t *testing.T) {
	t.Parallel()
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, HTTPClient: client(always(http.StatusUnauthorized, "INVALID_API_KEY")), MaxRequests: 10,
	})
	require.ErrorIs(t, err, result.ErrNothingJudged)
	parsed := junitOf(t, outcome)
	require.NotEmpty(t, parsed.Suites)
	last := parsed.Suites[len(parsed.Suites)-1]
	assert.Equal(t, "contract run", last.Name)
	assert.Contains(t, last.Cases[0].Failure.Message, "every valid request was answered 401")
	assert.Contains(t, written(t, report.GitHub, outcome), "::error title=nothing could be judged::")
}

func TestThePageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	outcome := sixFaultsReport(t, contracttest.Config{})
	page := written(t, report.HTML, outcome)
	assert.NotRegexp(t, `<(script|link|img|iframe)\b|\bsrc=|url\(|@import`, page)
	assert.Contains(t, page, `content="default-src 'none'; style-src 'unsafe-inline'"`)
	for _, needed := range []string{"color-scheme: light dark", "prefers-color-scheme: dark", "@media print", `<input type="checkbox" id="warnings" checked>`} {
		assert.Contains(t, page, needed)
	}
	rows := 5
	for _, list := range [][]result.Covered{
		outcome.Coverage.Operations, outcome.Coverage.Statuses, outcome.Coverage.Headers, outcome.Coverage.Properties, outcome.Coverage.Keywords,
	} {
		rows += len(list)
	}
	assert.Equal(t, rows, strings.Count(page, `<span class="bar" role="img"`), "each row of the coverage has a bar")
	assert.Regexp(t, `aria-label="3 asserted \d+ never obtained 1 undocumented "`, page)
	assert.NotContains(t, page, "ZgotmplZ", "html/template let every value through")
	assert.Len(t, regexp.MustCompile(`<article class="(error|warning|notice)">`).FindAllString(page, -1), len(outcome.Findings), "one cause is one article")
}
