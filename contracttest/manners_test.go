package contracttest_test

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// limited lets ten requests of a minute through to a right server.
type limited struct {
	right   *rightServer
	used    int
	ends    time.Time
	refused int
}

func (l *limited) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_mock/health" {
		http.NotFound(w, r)
		return
	}
	now := time.Now()
	if now.After(l.ends) {
		l.used, l.ends = 0, now.Add(time.Minute)
	}
	l.used++
	l.right.ServeHTTP(&rates{w, max(0, 10-l.used), int(l.ends.Sub(now)/time.Second) + 1, l.used > 10}, r)
	if l.used > 10 {
		l.refused++
	}
}

type rates struct {
	http.ResponseWriter
	remaining, reset int
	refuse           bool
}

func (w *rates) WriteHeader(status int) {
	w.Header().Set("RateLimit-Limit", "10")
	w.Header().Set("RateLimit-Remaining", strconv.Itoa(w.remaining))
	w.Header().Set("RateLimit-Reset", strconv.Itoa(w.reset))
	if w.refuse {
		status = http.StatusTooManyRequests
	}
	w.ResponseWriter.WriteHeader(status)
}

func TestTheRateHeadersAreObeyed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &limited{right: newRightServer()}
		var waits []time.Duration
		report, err := contracttest.Run(
			t.Context(),
			contracttest.Config{
				URL: "http://api.test", APIKey: testKey, MaxRequests: 35, HTTPClient: client(server),
				OnWait: func(wait time.Duration) { waits = append(waits, wait) },
			},
		)
		require.NoError(t, err)
		assert.Zero(t, server.refused, "no request is sent when nothing is left")
		assert.Equal(t, 35, report.Requests)
		assert.Len(t, waits, 3, "each wait is told once")
		assert.InDelta(t, (3 * time.Minute).Seconds(), report.Waited.Seconds(), 5)
		assert.Empty(t, report.Open(result.Error))
	})
}

func TestA429IsWaitedForAndAskedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		right, turn := newRightServer(), 0
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if turn++; turn == 8 {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("RateLimit-Limit", "100")
				w.Header().Set("RateLimit-Remaining", "0")
				w.Header().Set("RateLimit-Reset", "30")
				w.WriteHeader(http.StatusTooManyRequests)
				_, _ = w.Write([]byte(`{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"m"}}`))
				return
			}
			right.ServeHTTP(w, r)
		})
		report, err := contracttest.Run(
			t.Context(),
			contracttest.Config{URL: "http://api.test", APIKey: testKey, MaxRequests: 20, HTTPClient: client(server)},
		)
		require.NoError(t, err)
		assert.Equal(t, 30*time.Second, report.Waited)
		assert.Equal(t, 20, report.Requests, "what is sent again counts")
		assert.Len(t, report.Cases, 20, "19 requests, and the 429 as a case of its own")
		assert.Empty(t, report.Open(result.Error))
	})
}

func TestALimitThatNeverEndsIsNotWaitedForTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("RateLimit-Reset", "60")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		report, err := contracttest.Run(
			t.Context(), contracttest.Config{URL: "http://api.test", APIKey: testKey, HTTPClient: client(server)},
		)
		require.ErrorIs(t, err, result.ErrNothingJudged)
		assert.Equal(t, time.Minute, report.Waited)
	})
}

func TestRateSpacesRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		_, err := contracttest.Run(
			t.Context(),
			contracttest.Config{
				URL:         "http://api.test",
				APIKey:      testKey,
				MaxRequests: 21,
				Rate:        2,
				HTTPClient:  client(newRightServer()),
			},
		)
		require.NoError(t, err)
		assert.Equal(t, 10*time.Second, time.Since(started))
	})
}
