package contracttest_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// sloppy is a right server that takes null for a city, answers 500 to an emoji in a first name, and takes broken UTF-8.
func sloppy() http.Handler {
	right := newRightServer()
	right.mock = true
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(
			bytes.NewReader(
				bytes.ToValidUTF8(bytes.ReplaceAll(body, []byte(`"city":null`), []byte(`"city":"null"`)), []byte("?")),
			),
		)
		var sent struct {
			FirstName any `json:"firstName"`
		}
		_ = json.Unmarshal(body, &sent)
		if name, _ := sent.FirstName.(string); strings.Contains(name, "👩") {
			http.Error(w, "goroutine 1 [running]:", http.StatusInternalServerError)
			return
		}
		right.ServeHTTP(w, r)
	})
}

func sloppyReport(t *testing.T, config contracttest.Config) result.Report {
	t.Helper()
	config.URL, config.APIKey, config.HTTPClient = "http://api.test", testKey, client(sloppy())
	outcome, err := contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	require.NotEmpty(t, outcome.Open(result.Error))
	return outcome
}

func findingOf(t *testing.T, outcome result.Report, check result.Check) result.Finding {
	t.Helper()
	for _, f := range outcome.Findings {
		if f.Check == check {
			return f
		}
	}
	require.Fail(t, "no finding", "%s", check)
	return result.Finding{}
}

func TestFindingsAreShrunkToWhatShowsThem(t *testing.T) {
	t.Parallel()
	outcome := sloppyReport(t, contracttest.Config{})
	null := findingOf(t, outcome, result.NegativeRejected)
	assert.True(t, null.Shrunk)
	assert.Contains(t, null.Message, "addresses[0].city: must be a string, got null")
	assert.Contains(t, null.Curl, `"city":null`, "the part that is invalid must stay")
	assert.Contains(t, null.Curl, `"address1"`, "an address without address1 would be invalid for another reason")
	assert.NotContains(t, null.Curl, "firstName")
	assert.Positive(t, null.Rule.Line)

	emoji := findingOf(t, outcome, result.NotServerError)
	assert.True(t, emoji.Shrunk)
	assert.Contains(t, emoji.Curl, "👩")
	assert.NotContains(t, emoji.Curl, "addresses")
	assert.Equal(t, http.StatusInternalServerError, emoji.Answer.Status)
}

func TestEachCurlRepeatsItsFinding(t *testing.T) {
	t.Parallel()
	needsShell(t, "curl")
	server := httptest.NewServer(sloppy())
	t.Cleanup(server.Close)
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{URL: server.URL, APIKey: testKey})
	require.NoError(t, err)
	repeated := 0
	for _, f := range outcome.Findings {
		if f.Curl == "" {
			continue
		}
		command := exec.CommandContext(t.Context(), "sh", "-c", f.Curl)
		command.Env = []string{"BITBYBIT_API_KEY=" + testKey, "PATH=/usr/bin:/bin:/usr/local/bin"}
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%s", f.Curl, output)
		assert.Contains(t, string(output), " "+http.StatusText(f.Answer.Status), f.Curl)
		repeated++
	}
	assert.GreaterOrEqual(t, repeated, 3)
}

// kindOf is the same for cases whose curls differ in their values only. Bodies of single bytes, texts, keys and paths
// have curls of their own.
func kindOf(id string) string {
	words := strings.Split(id, "/")
	if len(words) > 2 && slices.Contains([]string{"bytes", "key", "texts", "route", "method"}, words[1]) {
		return id
	}
	kind, _, _ := strings.Cut(words[len(words)-1], "-")
	if words[0] == "fuzz" {
		kind = kind[len(kind)-1:]
	}
	return words[0] + "/" + kind
}

// TestEachCurlSendsTheSameBytes tries one case of each kind, and all of them with BITBYBIT_FULL=1.
func TestEachCurlSendsTheSameBytes(t *testing.T) {
	t.Parallel()
	needsShell(t, "curl")
	arrived := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		head := []string{r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.Header.Get(gen.KeyHeader)}
		arrived <- strings.Join(head, " ") + "\n" + string(body)
	}))
	t.Cleanup(server.Close)
	cases, err := contracttest.Plan(contracttest.Config{URL: server.URL, APIKey: testKey})
	require.NoError(t, err)
	tried := map[string]bool{}
	for _, c := range cases {
		if tried[kindOf(c.ID)] && !full() {
			continue
		}
		tried[kindOf(c.ID)] = true
		if c.MockOnly || strings.Contains(c.ID, "TRACE") {
			continue // curl reads no answer to TRACE
		}
		_, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: server.URL, APIKey: testKey, Case: c.ID, MaxRequests: 1,
			HTTPClient: &http.Client{Transport: notMock{http.DefaultTransport}},
		})
		require.NoError(t, err, c.ID)
		sent := <-arrived
		// From standard input, as a person pastes it: some bodies are longer than an argument may be.
		command := exec.CommandContext(t.Context(), "sh")
		command.Stdin = strings.NewReader(c.Curl + "\n")
		command.Env = []string{"BITBYBIT_API_KEY=" + testKey, "PATH=/usr/bin:/bin:/usr/local/bin"}
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s\n%.1000s\n%s", c.ID, c.Curl, output)
		assert.True(t, sent == <-arrived, "%s: other bytes arrived: %.1000s", c.ID, c.Curl)
	}
}

// notMock keeps the question for the mock from the server.
type notMock struct{ base http.RoundTripper }

func (n notMock) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/_mock/health" {
		return &http.Response{
			StatusCode: http.StatusNotFound,
			Body:       http.NoBody,
			Header:     http.Header{},
			Request:    r,
		}, nil
	}
	return n.base.RoundTrip(r)
}

func TestABaselineAcceptsWhatIsKnown(t *testing.T) {
	t.Parallel()
	var known bytes.Buffer
	require.NoError(t, report.JSON(&known, sloppyReport(t, contracttest.Config{})))
	baseline, err := result.ReadBaseline(&known)
	require.NoError(t, err)

	config := contracttest.Config{
		URL:        "http://api.test",
		APIKey:     testKey,
		HTTPClient: client(sloppy()),
		Baseline:   baseline,
		Seed:       99,
	}
	outcome, err := contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	assert.Empty(t, outcome.Open(result.Error), "another seed shows the same differences")
	assert.Positive(t, outcome.Known())

	assert.Empty(t, outcome.Gone)

	mended := newRightServer()
	mended.mock = true
	config.HTTPClient = client(mended)
	outcome, err = contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, report.Text(&text, outcome))
	assert.Contains(t, text.String(), "\nthe baseline has findings that did not occur: ")
	assert.Regexp(t, `did not occur: .*negative_rejected [0-9a-f]{12}`, text.String())
	assert.NotContains(t, strings.Join(outcome.Gone, " "), string(result.DocumentedNeverSeen))
	config.Checks = []result.Check{result.Echo}
	outcome, err = contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	assert.Empty(t, outcome.Gone, "what was not looked for is not gone")
	config.Checks = nil

	config.HTTPClient = client(headerlessServer(sloppy()))
	outcome, err = contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	for _, f := range outcome.Open(result.Error) {
		assert.Equal(t, result.RequiredHeaders, f.Check)
	}
	assert.NotEmpty(t, outcome.Open(result.Error), "what is new fails")
}

func headerlessServer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(headerless{w}, r) })
}

func TestABaselineMustBeAReport(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "[]", "{}", "nonsense"} {
		_, err := result.ReadBaseline(strings.NewReader(text))
		require.ErrorContains(t, err, "a baseline must be a JSON report of this suite", text)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	outcome := sloppyReport(t, contracttest.Config{})
	write := func(f report.Writer) string {
		var b bytes.Buffer
		require.NoError(t, f(&b, outcome))
		assert.NotContains(t, b.String(), testKey, "a report must not show the key")
		return b.String()
	}

	text := write(report.Text)
	assert.Regexp(
		t, `\nERROR negative_rejected \(.*\): expected a request to be refused \(addresses\[0\]\.city: must be a string, got null\), got 201`, text,
	)
	assert.Contains(t, text, "\n  rule   openapi.yaml:")
	assert.Contains(t, text, "--header '"+http.CanonicalHeaderKey(gen.KeyHeader)+`: '"$BITBYBIT_API_KEY" --data-raw`)
	assert.Contains(t, text, "\njudged: 1 of 1 operations, ")
	assert.Contains(t, text, "--replay '")

	var decoded result.Report
	require.NoError(t, json.Unmarshal([]byte(write(report.JSON)), &decoded))
	assert.Equal(t, outcome.Findings[0].Variants[0].Fingerprint, decoded.Findings[0].Variants[0].Fingerprint)
	assert.Len(t, decoded.Cases, len(outcome.Cases))

	var junit struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Seconds  string `xml:"time,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(write(report.JUnit)), &junit))
	tests, failures := 0, 0
	for _, suite := range junit.Suites {
		tests, failures = tests+suite.Tests, failures+suite.Failures
	}
	assert.Equal(t, len(outcome.Cases), tests)
	assert.Equal(t, []int{tests, failures}, []int{junit.Tests, junit.Failures})
	assert.NotEmpty(t, junit.Seconds)
	assert.Positive(t, failures)

	html := write(report.HTML)
	assert.Contains(t, html, "<code>negative_rejected</code>")
	assert.NotContains(t, html, "src=", "the page needs nothing else")
	assert.NotContains(t, html, "<b>&amp;", "what was sent is text, not markup")
}

func TestSubtestsAreCasesAndChecks(t *testing.T) {
	t.Parallel()
	fake := &fakeT{t: t, failed: map[string]bool{}}
	contracttest.Test(fake, contracttest.Config{URL: "http://api.test", APIKey: testKey, HTTPClient: client(sloppy())})
	assert.True(t, fake.failed["coverage/createCustomer/addresses[1].city/null/negative_rejected"])
	assert.False(t, fake.failed["coverage/createCustomer/addresses[1].city/null/error_envelope"])
	assert.Contains(t, fake.ran, "examples/createCustomer/full/echo")
}
