package contracttest_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// refusing is a right server but for one turn, which it refuses with a status and headers of its own.
func refusing(right http.Handler, turn, status int, header http.Header) http.Handler {
	turns := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_mock/health" {
			turns++
		}
		if turns != turn {
			right.ServeHTTP(w, r)
			return
		}
		turns++
		code := map[int]string{
			http.StatusTooManyRequests: "RATE_LIMIT_EXCEEDED", http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
		}[status]
		always(status, code).ServeHTTP(headersOf{w, header}, r)
	})
}

// headersOf keeps headers as they are, whatever the handler behind it sets.
type headersOf struct {
	http.ResponseWriter
	header http.Header
}

func (h headersOf) WriteHeader(status int) {
	maps.Copy(h.Header(), h.header)
	h.ResponseWriter.WriteHeader(status)
}

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		header http.Header
		waited time.Duration
		left   string
		wrong  bool // RateLimit-Reset says what cannot be
	}{
		"429, seconds":          {429, http.Header{"Retry-After": {"20"}, "Ratelimit-Reset": {"5"}}, 20 * time.Second, "", false},
		"429, Reset is later":   {429, http.Header{"Retry-After": {"5"}, "Ratelimit-Reset": {"20"}}, 20 * time.Second, "", false},
		"429, a date":           {429, http.Header{"Retry-After": {"Sat, 01 Jan 2000 00:00:40 GMT"}, "Date": {"Sat, 01 Jan 2000 00:00:10 GMT"}, "Ratelimit-Reset": {"5"}}, 30 * time.Second, "", false},
		"429, an epoch":         {429, http.Header{"Ratelimit-Reset": {"1795422600"}}, time.Second, "", true},
		"429, an hour":          {429, http.Header{"Retry-After": {"3600"}, "Ratelimit-Reset": {"5"}}, 0, "the server asked for a wait of 1h0m0s, and 1m5s is the longest", false},
		"429, Reset in an hour": {429, http.Header{"Ratelimit-Reset": {"3600"}}, 0, "the server asked for a wait of 1h0m0s, and 1m5s is the longest", true},
		"503, seconds":          {503, http.Header{"Retry-After": {"20"}}, 20 * time.Second, "", false},
		"503, no advice":        {503, nil, time.Second, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var told []time.Duration
				report, err := contracttest.Run(t.Context(), contracttest.Config{
					URL: testURL, APIKey: testKey, MaxRequests: 20,
					HTTPClient: client(refusing(newRightServer(), 8, tc.status, tc.header)),
					OnWait:     func(wait time.Duration) { told = append(told, wait) },
				})
				require.NoError(t, err)
				assert.Equal(t, tc.waited, report.Waited)
				for _, f := range report.Open(result.Error) { // a request that was sent again is judged by its last answer
					assert.Equal(t, result.RateLimitValues, f.Check, "the 429 alone says what cannot be")
					assert.True(t, tc.wrong)
				}
				assert.Equal(t, tc.wrong, len(report.Open(result.Error)) > 0)
				assert.Equal(t, tc.status == 503, report.Unavailable == 1)
				require.NotEmpty(t, report.LeftOut)
				if tc.left != "" {
					assert.Equal(t, tc.left, report.LeftOut[0].Reason)
					assert.Equal(t, 8, report.Requests, "no further request is sent")
					return
				}
				assert.Equal(t, []time.Duration{tc.waited}, told)
				assert.Equal(t, 20, report.Requests)
			})
		})
	}
}

// TestASystematic503CostsSeconds has a server that refuses every request of one kind, and asks to wait for half a minute
// each time.
func TestASystematic503CostsSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		right := newRightServer()
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if r.Header.Get(gen.KeyHeader) == testKey && bytes.Contains(body, []byte(`"addresses"`)) {
				w.Header().Set("Retry-After", "30")
				always(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE").ServeHTTP(w, r)
				return
			}
			right.ServeHTTP(w, r)
		})
		report, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: testURL, APIKey: testKey, HTTPClient: client(server),
		})
		require.NoError(t, err)
		assert.Equal(t, 5*30*time.Second, report.Waited, "five requests are sent again")
		assert.LessOrEqual(t, report.Requests, 90)
		require.NotEmpty(t, report.Open(result.Error))
		assert.Equal(t, result.NotServerError, report.Open(result.Error)[0].Check)
		assert.Contains(t, report.Open(result.Error)[0].Variants[0].Message, "the same when the request was sent again")
	})
}

func TestTheMocksLimitIsJudgedAndNotWaitedFor(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithIDSeed(1))
	report, err := contracttest.Run(t.Context(), contracttest.Config{URL: mock.URL, APIKey: testKey})
	require.NoError(t, err)
	assert.True(t, report.Mock)
	assert.Greater(t, report.Requests, 500, "many windows")
	assert.Zero(t, report.Waited)
	assert.Empty(t, report.Open(result.Error))
	assert.Empty(t, report.LeftOut)
	limited := 0
	for _, c := range report.Cases {
		if c.Class == "beyond the rate limit" {
			limited++
			assert.Equal(t, "coverage/limit/rateLimitExceeded", c.ID)
			assert.Equal(t, http.StatusTooManyRequests, c.Status)
			assert.Contains(t, c.Checks, result.ErrorEnvelope)
			assert.Contains(t, c.Checks, result.ErrorCodeForCause)
			assert.Contains(t, c.Checks, result.RequiredHeaders)
		}
	}
	assert.Equal(t, 1, limited, "a real 429 is judged once")
	assert.NotEmpty(t, mock.Customers(testKey), "what the mock holds stays")
}

func TestAWrong429OfTheMockIsFound(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	front := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mock.ServeHTTP(&renamed{ResponseWriter: w}, r)
	})
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, HTTPClient: client(front), Phases: []result.Phase{result.PhaseCoverage},
	})
	require.NoError(t, err)
	cases := map[string]bool{}
	for _, f := range report.Open(result.Error) {
		for _, v := range f.Variants {
			for _, id := range v.Cases {
				cases[id] = true
			}
		}
	}
	assert.Contains(t, cases, "coverage/limit/rateLimitExceeded")
}

// renamed loses a required header of the 429 alone.
type renamed struct{ http.ResponseWriter }

func (w *renamed) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		w.Header().Del("RateLimit-Reset")
	}
	w.ResponseWriter.WriteHeader(status)
}

func TestOnlyTheMocksLimitIsReset(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mock   bool
		resets int
	}{
		"a server":                        {false, 0},
		"a mock that has no such request": {true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				right, resets := newRightServer(), 0
				right.mock = tc.mock
				front := refusing(right, 8, http.StatusTooManyRequests, http.Header{"Ratelimit-Reset": {"30"}})
				server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/_mock/rate-limit" {
						resets++
						http.NotFound(w, r)
						return
					}
					front.ServeHTTP(w, r)
				})
				report, err := contracttest.Run(t.Context(), contracttest.Config{ // enough requests for the one to be sent again
					URL: testURL, APIKey: testKey, MaxRequests: 200, HTTPClient: client(locked(server)),
				})
				require.NoError(t, err)
				assert.Equal(t, tc.resets, resets)
				assert.GreaterOrEqual(t, report.Waited, 30*time.Second)
			})
		})
	}
}

func TestAServerThatSaysOKToEverythingIsNotTheMock(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"status":"ok"}`, `{"status":"ok","version":"v1"}`, `"ok"`, `{"server":"bitbybit-mock"}`} {
		server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		report, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: testURL, APIKey: testKey, MaxRequests: 5, HTTPClient: client(server),
		})
		require.NoError(t, err)
		assert.False(t, report.Mock, body)
		assert.NotEmpty(t, report.Open(result.Error), body)
	}
}
