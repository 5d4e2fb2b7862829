package contracttest_test

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// always answers everything with one documented error.
func always(status int, code string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, name := range []string{"Limit", "Remaining", "Reset"} {
			w.Header().Set("RateLimit-"+name, "50")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":{"code":"`+code+`","message":"m"}}`)
	})
}

func TestAServerThatTurnsEverythingAwayIsNotJudged(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]string{
		http.StatusForbidden:          "IP_NOT_ALLOWED",
		http.StatusNotFound:           "NOT_FOUND",
		http.StatusBadGateway:         "SERVICE_UNAVAILABLE",
		http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
	} {
		synctest.Test(t, func(t *testing.T) { // a 503 is waited for
			outcome, err := contracttest.Run(t.Context(), contracttest.Config{
				URL: testURL, APIKey: testKey, MaxRequests: 10, HTTPClient: client(always(status, code)),
			})
			require.ErrorIs(t, err, result.ErrNothingJudged, "%d", status)
			assert.ErrorContains(t, err, "every valid request was answered "+strconv.Itoa(status))
			assert.NotContains(t, outcome.Coverage.Unprovoked, gen.OperationCreateCustomer+" 201", "valid requests provoke it")
		})
	}
}

func TestAHopelessRunSaysWhyCasesDidNotRun(t *testing.T) {
	t.Parallel()
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, HTTPClient: client(always(http.StatusUnauthorized, "INVALID_API_KEY")),
	})
	require.ErrorIs(t, err, result.ErrNothingJudged)
	require.Len(t, outcome.LeftOut, 1, "the budget was not used up")
	assert.Contains(t, outcome.LeftOut[0].Reason, "401")
}

func TestChecksThatWereNotMadeAreNoSuccess(t *testing.T) {
	t.Parallel()
	echo := []result.Check{result.Echo}
	for name, config := range map[string]contracttest.Config{
		"no budget for it":  {Checks: []result.Check{result.MediaType}, MaxRequests: 3},
		"switched off":      {Checks: echo, Exclude: echo, MaxRequests: 3},
		"no valid requests": {Checks: echo, Case: "coverage/createCustomer/key/absent"},
	} {
		config.URL, config.APIKey, config.HTTPClient = testURL, testKey, client(newRightServer())
		outcome, err := contracttest.Run(t.Context(), config)
		require.ErrorIs(t, err, result.ErrNothingJudged, name)
		assert.ErrorContains(t, err, "no check that was asked for had anything to look at", name)
		var text bytes.Buffer
		require.NoError(t, report.VerboseText(&text, outcome))
		assert.Contains(t, text.String(), "no check that was asked for had anything to look at", name)
		if config.Case == "" {
			assert.Equal(t, len(outcome.NotMade) > 0, strings.Contains(text.String(), "\nhad nothing to look at:"), name)
		}
	}
}

func TestConfigurationsThatWouldDoHarmAreRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		want   string
		config contracttest.Config
	}{
		{"white space", contracttest.Config{APIKey: " " + gen.KeyPrefixLive + "0123456789abcdef"}},
		{"white space", contracttest.Config{APIKey: gen.KeyPrefixLive + "0123456789abcdef\n"}},
		{"is not safe", contracttest.Config{Safe: true, Case: "coverage/createCustomer/key/absent"}},
		{`there is no case "nothing"`, contracttest.Config{Case: "nothing"}},
		{"the rate must be", contracttest.Config{Rate: -1}},
		{"the rate must be", contracttest.Config{Rate: math.NaN()}},
		{`got "something with an API key in it"`, contracttest.Config{URL: gen.KeyPrefixTest + "s3cret"}},
		{"no user, query or fragment", contracttest.Config{URL: "http://user:word@api.test"}},
		{"no user, query or fragment", contracttest.Config{URL: "http://api.test/?a=b"}},
	} {
		if tc.config.URL == "" {
			tc.config.URL = testURL
		}
		if tc.config.APIKey == "" {
			tc.config.APIKey = testKey
		}
		asked := 0
		tc.config.HTTPClient = client(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/_mock/health" {
				asked++
			}
			http.NotFound(w, r)
		}))
		_, err := contracttest.Run(t.Context(), tc.config)
		require.ErrorContains(t, err, tc.want)
		assert.NotContains(t, err.Error(), "0123456789")
		assert.Zero(t, asked, tc.want)
	}
}

func TestAnInterruptedRunReportsWhatThereIs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	right, asked := newRightServer(), 0
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked == 8 {
			cancel()
		}
		right.ServeHTTP(w, r)
	})
	outcome, err := contracttest.Run(ctx, contracttest.Config{URL: testURL, APIKey: testKey, HTTPClient: client(server)})
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, outcome.Interrupted)
	assert.NotEmpty(t, outcome.Cases)
	require.Len(t, outcome.LeftOut, 1)
	assert.Equal(t, "the run was interrupted", outcome.LeftOut[0].Reason)
	var text bytes.Buffer
	require.NoError(t, report.Text(&text, outcome))
	assert.Contains(t, text.String(), "the run was interrupted")
}

// TestAnInterruptWhileFindingsAreShrunkIsOne ends the run after its last case, when only requests for the report are sent.
func TestAnInterruptWhileFindingsAreShrunkIsOne(t *testing.T) {
	t.Parallel()
	config := contracttest.Config{
		URL: testURL, APIKey: testKey, MaxRequests: -1, Phases: []result.Phase{result.PhaseExamples},
	}
	planned, err := contracttest.Plan(config)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	right, asked := newRightServer(), 0
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_mock/health" {
			asked++
		}
		if asked > len(planned) {
			cancel()
		}
		right.ServeHTTP(headerless{w}, r)
	})
	config.HTTPClient = client(server)
	outcome, err := contracttest.Run(ctx, config)
	require.ErrorIs(t, err, context.Canceled)
	assert.True(t, outcome.Interrupted)
	assert.Len(t, outcome.Cases, len(planned))
	assert.Empty(t, outcome.LeftOut)
	assert.NotEmpty(t, outcome.Open(result.Error))
	assert.Equal(t, len(planned)+1, asked, "nothing is sent any more")
}

// TestWhatIsAssumedToBeValidMayBeRefused has a right server that takes no property which the contract does not list, and
// no email address beyond ASCII.
func TestWhatIsAssumedToBeValidMayBeRefused(t *testing.T) {
	t.Parallel()
	right := newRightServer()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bytes.Contains(body, []byte(`"xUnknown"`)) || bytes.Contains(body, []byte("bücher")) {
			always(http.StatusBadRequest, "VALIDATION_ERROR").ServeHTTP(w, r)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		right.ServeHTTP(w, r)
	})
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, MaxRequests: -1, HTTPClient: client(server),
		Checks: []result.Check{result.PositiveAccepted, result.ExpectedStatus},
	})
	require.NoError(t, err)
	assert.Empty(t, outcome.Open(result.Error))
	warned := ""
	for _, f := range outcome.Findings {
		for _, v := range f.Variants {
			warned += strings.Join(v.Cases, " ") + "\n"
		}
	}
	assert.Contains(t, warned, "unknown-property")
	assert.Contains(t, warned, "email/format-beyond-ASCII")
}
