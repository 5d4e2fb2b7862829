package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// refusing answers everything with one documented error.
func refusing(t *testing.T, status int, code string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":{"code":"`+code+`","message":"m"}}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestWhatCouldNotBeJudgedTakesThreeLines(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	refused := "connection refused"
	if runtime.GOOS == "windows" {
		refused = "actively refused"
	}
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	unauthorized, forbidden := refusing(t, http.StatusUnauthorized, "INVALID_API_KEY"), refusing(t, http.StatusForbidden, "IP_NOT_ALLOWED")
	missing, limited := refusing(t, http.StatusNotFound, "NOT_FOUND"), refusing(t, http.StatusTooManyRequests, "RATE_LIMIT_EXCEEDED")
	for _, tc := range []struct{ name, url, tried, came, do string }{
		{"a dead port", closed.URL, "3 valid requests, POST " + closed.URL + gen.BasePath + "/customers", refused, "start the server, or correct the URL"},
		{"a wrong key", unauthorized, "3 valid requests", `every valid request was answered 401, e.g. {"error":{"code":"INVALID_API_KEY"`, "use an API key that this server knows"},
		{"a key without rights", forbidden, "valid requests", "answered 403", "scope"},
		{"the rate limit", limited, "valid requests", "answered 429", "wait until the window"},
		{
			"no path", missing, "POST " + missing + gen.BasePath + "/customers; the URL has no path, so that the contract's, " + gen.BasePath + ", was added",
			"answered 404", "give the path of the API in the URL",
		},
		{"a wrong path", missing + "/api", "POST " + missing + "/api/customers", "answered 404", "correct the path of the URL, /api, to which the operation's, /customers, is added"},
		{
			"the operation's path", mock.URL + "/customers", "POST " + mock.URL + "/customers/customers", "answered 404",
			"the URL ends in the path of the operation, /customers, which is added to it; use " + mock.URL,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := program(t, key, "--url", tc.url, "--max-requests", "6")
			assert.Equal(t, exitNothing, code)
			assert.Empty(t, stdout)
			lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
			require.Len(t, lines, 3, stderr)
			assert.True(t, strings.HasPrefix(lines[0], "bitbybit-contract: nothing could be judged; tried: "), lines[0])
			assert.Contains(t, lines[0], tc.tried)
			assert.True(t, strings.HasPrefix(lines[1], "came: "), lines[1])
			assert.Contains(t, lines[1], tc.came)
			assert.True(t, strings.HasPrefix(lines[2], "what to do: "), lines[2])
			assert.Contains(t, lines[2], tc.do)
		})
	}
}

func TestFailOnDecidesTheExitCode(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	// The mock behind a proxy that answers 404 where the contract's reading asks for 405: an assumed rule.
	warned := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_mock/") || r.Method != http.MethodPost {
			w.Header().Set("Content-Type", "application/json")
			for _, name := range []string{"Limit", "Remaining", "Reset"} {
				w.Header().Set("RateLimit-"+name, "50")
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"error":{"code":"NOT_FOUND","message":"m"}}`)
			return
		}
		mock.ServeHTTP(w, r)
	}))
	t.Cleanup(warned.Close)
	wrong := refusing(t, http.StatusTeapot, "TEAPOT")
	for _, tc := range []struct {
		name, url string
		args      []string
		want      int
	}{
		{"a warning", warned.URL, nil, exitGood},
		{"a warning, --fail-on error", warned.URL, []string{"--fail-on", "error"}, exitGood},
		{"a warning, --fail-on warning", warned.URL, []string{"--fail-on", "warning"}, exitFound},
		{"a warning, --fail-on never", warned.URL, []string{"--fail-on", "never"}, exitGood},
		{"a warning, --strict", warned.URL, []string{"--strict"}, exitFound},
		{"a warning, --strict=false", warned.URL, []string{"--strict=false"}, exitGood},
		{"an error", wrong, []string{"--fail-on=error"}, exitFound},
		{"an error, --fail-on never", wrong, []string{"--fail-on=never"}, exitGood},
		{"no such severity", wrong, []string{"--fail-on=notice"}, exitUsage},
		{"no such strictness", wrong, []string{"--strict=perhaps"}, exitUsage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			replayed := "coverage/createCustomer/method/GET"
			if tc.url == wrong {
				replayed = "examples/createCustomer/full"
			}
			code, stdout, stderr := program(t, key, append([]string{"--url", tc.url, "--replay", replayed}, tc.args...)...)
			assert.Equal(t, tc.want, code, "%s\n%s", stdout, stderr)
		})
	}
}

func TestTheMockIsJudgedLenientlyIfAsked(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for flag, want := range map[string]string{"--strict": "assumed rules are errors", "--strict=false": "assumed rules are warnings"} {
		_, stdout, _ := program(t, key, "--url", mock.URL, "--max-requests", "4", flag)
		assert.Contains(t, stdout, "(bitbybit-mock), "+want)
	}
}

func TestVerboseShowsEverything(t *testing.T) {
	t.Parallel()
	wrong := refusing(t, http.StatusTeapot, "TEAPOT")
	_, brief, _ := program(t, key, "--url", wrong)
	_, all, _ := program(t, key, "--url", wrong, "--verbose")
	assert.LessOrEqual(t, strings.Count(brief, "\n"), 60)
	assert.Greater(t, strings.Count(all, "\n"), 300)
}

func TestGitHubGetsAnnotationsAndASummary(t *testing.T) {
	t.Parallel()
	wrong := refusing(t, http.StatusTeapot, "TEAPOT")
	summary := filepath.Join(t.TempDir(), "summary.md")
	environ := func(name string) string {
		if name == "GITHUB_STEP_SUMMARY" {
			return summary
		}
		return environment(key, "")(name)
	}
	var stdout, stderr strings.Builder
	for range 2 {
		code := run(t.Context(), []string{"--url", wrong, "--report", "github"}, environ, &stdout, &stderr)
		assert.Equal(t, exitFound, code, stderr.String())
	}
	assert.Regexp(t, `(?m)^::error file=openapi\.yaml,line=\d+,title=documented_status \(\d+ exchanges\)::status: must be `, stdout.String())
	assert.Equal(t, 4, strings.Count(stdout.String(), "FAIL  "+wrong), "the text is there as well, twice a run")
	text := read(t, summary)
	assert.Equal(t, 2, strings.Count(text, "### FAIL"), "a summary is appended")
	assert.Contains(t, text, "| check | errors | warnings | exchanges |\n| --- | ---: | ---: | ---: |\n")
	assert.Contains(t, text, "| error | documented&#95;status | ")
}

// That every request fails on the server is a finding; a baseline that knows it makes no success of it.
func TestAServerThatAlwaysFailsIsJudged(t *testing.T) {
	t.Parallel()
	failing := refusing(t, http.StatusInternalServerError, "SERVICE_UNAVAILABLE")
	known := filepath.Join(t.TempDir(), "known.json")
	code, stdout, stderr := program(t, key, "--url", failing, "--report", "json="+known)
	assert.Equal(t, exitFound, code)
	assert.True(t, strings.HasPrefix(stdout, "FAIL  "+failing), stdout)
	assert.NotContains(t, stderr, "nothing could be judged")

	code, stdout, stderr = program(t, key, "--url", failing, "--baseline", known)
	assert.Equal(t, exitNothing, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "came: every valid request was answered 500")
}

func TestAnswersThatEndEarlyAreNotTakenForNone(t *testing.T) {
	t.Parallel()
	cutting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "{")
	}))
	t.Cleanup(cutting.Close)
	code, _, stderr := program(t, key, "--url", cutting.URL, "--max-requests", "6")
	assert.Equal(t, exitNothing, code)
	assert.Contains(t, stderr, "came: no answer that can be read: unexpected EOF\nwhat to do: see in the log of the server")
}
