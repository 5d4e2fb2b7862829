package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// window is a vendor that allows limit requests in each window of a minute, on the clock, whoever asks.
type window struct {
	mu      sync.Mutex
	limit   int
	used    int
	ends    time.Time
	round   func(time.Duration) time.Duration // how it writes RateLimit-Reset
	latency func(n int) time.Duration         // before and after it counts the n-th request
	served  int
	refused int // requests, not what others take
}

func (v *window) handle(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	v.served++
	n := v.served
	v.mu.Unlock()
	time.Sleep(v.latency(n))
	left, reset, good := v.take()
	time.Sleep(v.latency(n))
	headers := []string{"RateLimit-Limit", strconv.Itoa(v.limit), "RateLimit-Remaining", strconv.Itoa(left),
		"RateLimit-Reset", strconv.Itoa(reset)}
	if !good {
		v.mu.Lock()
		v.refused++
		v.mu.Unlock()
		reply(w, 429, envelope("RATE_LIMIT_EXCEEDED"), headers...)
		return
	}
	reply(w, 201, created, headers...)
}

func (v *window) take() (left, reset int, good bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now()
	for !now.Before(v.ends) {
		v.used, v.ends = 0, now.Truncate(time.Minute).Add(time.Minute)
	}
	reset = int(v.round(v.ends.Sub(now)) / time.Second)
	if v.used == v.limit {
		return 0, reset, false
	}
	v.used++
	return v.limit - v.used, reset, true
}

func floor(d time.Duration) time.Duration   { return d.Truncate(time.Second) }
func ceiling(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// quick answers fast, and each 13th time so slowly that answers overtake each other.
func quick(n int) time.Duration {
	if n%13 == 0 {
		return 700 * time.Millisecond
	}
	return 20 * time.Millisecond
}

// A thousand creates at 100 a minute, from many goroutines, meet no 429 and take the time that they must.
func TestPacingMeetsNo429(t *testing.T) {
	t.Parallel()
	slow := func(n int) time.Duration { return time.Duration(n%7) * time.Second }
	for name, tc := range map[string]struct {
		v    *window
		late time.Duration // that it may take longer than the limit makes it
	}{
		"reset rounded down": {&window{limit: 100, round: floor, latency: quick}, time.Minute},
		"reset rounded up":   {&window{limit: 100, round: ceiling, latency: quick}, time.Minute},
		"a narrow limit":     {&window{limit: 60, round: floor, latency: quick}, time.Minute},
		// Answers that took up to 12 s say little of how many calls the vendor has counted since.
		"slow": {&window{limit: 100, round: floor, latency: slow}, 4 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := tc.v
				c := pipeClient(t, v.handle, client.WithPacing(true), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
				start := time.Now()
				var wg sync.WaitGroup
				for range 20 {
					wg.Go(func() {
						for range 50 {
							_, err := c.CreateCustomer(t.Context(), jane())
							assert.NoError(t, err)
						}
					})
				}
				wg.Wait()
				assert.Zero(t, v.refused, "answers 429")
				assert.Equal(t, 1000, v.served)
				windows := time.Duration((1000 + v.limit - 1) / v.limit)
				assert.Less(t, time.Since(start), windows*time.Minute+tc.late)
			})
		})
	}
}

// Another program uses the same key: what it takes is seen in RateLimit-Remaining.
func TestPacingSharesTheKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 100, round: floor, latency: quick}
		c := pipeClient(t, v.handle, client.WithPacing(true))
		go func() { // the other program
			for tick := time.NewTicker(2 * time.Second); ; {
				select {
				case <-tick.C:
					v.take()
				case <-t.Context().Done():
					return
				}
			}
		}()
		for range 300 {
			_, err := c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
		}
		assert.LessOrEqual(t, v.refused, 3, "answers 429, tried again")
	})
}

// A call whose turn comes after its deadline fails at once.
func TestPacingNeverOutlastsTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 1, round: floor, latency: func(int) time.Duration { return 0 }}
		c := pipeClient(t, v.handle, client.WithPacing(true))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		_, err = c.CreateCustomer(ctx, jane())
		assert.Zero(t, time.Since(start))
		require.ErrorIs(t, err, client.ErrWaitTooLong)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		e, _ := errors.AsType[*client.Error](err)
		assert.Zero(t, e.Attempts)
		assert.Equal(t, 1, v.served)

		// A call may be excepted.
		_, err = c.CreateCustomer(t.Context(), jane(), client.WithPacing(false),
			client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
		require.ErrorIs(t, err, client.ErrRateLimitExceeded)
	})
}

// So does one that comes while others are already waiting.
func TestPacingInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 2, round: floor, latency: func(int) time.Duration { return 0 }}
		c := pipeClient(t, v.handle, client.WithPacing(true))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		for range v.limit {
			_, err := c.CreateCustomer(ctx, jane())
			require.NoError(t, err, "while there is room")
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.CreateCustomer(t.Context(), jane())
			assert.NoError(t, err)
		})
		synctest.Wait() // it waits for the next window
		start := time.Now()
		_, err := c.CreateCustomer(ctx, jane())
		require.ErrorIs(t, err, client.ErrWaitTooLong)
		assert.Zero(t, time.Since(start))
		wg.Wait()
	})
}

// Cancelled callers leave the queue at once, and no turn is lost with them.
func TestPacingCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 1, round: floor, latency: func(int) time.Duration { return 0 }}
		c := pipeClient(t, v.handle, client.WithPacing(true))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				_, err := c.CreateCustomer(ctx, jane())
				assert.ErrorIs(t, err, context.Canceled)
				assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
				assert.Equal(t, 5*time.Second, time.Since(start))
			})
		}
		time.AfterFunc(5*time.Second, cancel)
		wg.Wait()
		_, err = c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		assert.Equal(t, 2, v.served)
	})
}

// The wait of a retry for its turn is bounded by the context as well; the failure before it is what the caller gets.
func TestPacingOfARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){
			answer(503, envelope("SERVICE_UNAVAILABLE"), "RateLimit-Remaining", "0", "RateLimit-Reset", "50"),
		}}
		c := pipeClient(t, s.handle, client.WithPacing(true))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := c.CreateCustomer(ctx, jane())
		require.ErrorIs(t, err, client.ErrServiceUnavailable)
		require.ErrorIs(t, err, client.ErrWaitTooLong)
		assert.ErrorContains(t, err, "the rate limit has no room")
		assert.Len(t, s.at, 1)
	})
}

// A vendor that says nothing of its limit is called by one at a time, and a failure does not stop the queue.
func TestPacingInTheDark(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var served, at, most int
		c := pipeClient(t, func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			served++
			at++
			most = max(most, at)
			lost := served%3 == 0
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			at--
			mu.Unlock()
			if lost {
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(201)
			_, _ = w.Write([]byte(created))
		}, client.WithPacing(true))
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() { _, _ = c.CreateCustomer(t.Context(), jane()) })
		}
		wg.Wait()
		assert.Equal(t, 12, served)
		assert.Equal(t, 1, most)
	})
}

// told is a vendor that writes what it is told into its rate limit headers.
type told struct {
	remaining, reset string
	late             time.Duration
}

func pacedBy(t *testing.T, steps map[string]told) func(email string) (took time.Duration) {
	t.Helper()
	c := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
		var in client.CustomerInput
		_ = json.NewDecoder(r.Body).Decode(&in)
		step := steps[*in.Email]
		time.Sleep(step.late)
		reply(w, 201, created, "RateLimit-Remaining", step.remaining, "RateLimit-Reset", step.reset)
	}, client.WithPacing(true), client.WithTimeout(time.Hour))
	return func(email string) time.Duration {
		start := time.Now()
		_, err := c.CreateCustomer(t.Context(), client.CustomerInput{Email: &email})
		assert.NoError(t, err)
		return time.Since(start)
	}
}

// An answer of the window before arrives in the new one: it does not speak of the new one.
func TestPacingLateAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		call := pacedBy(t, map[string]told{
			"first": {remaining: "99", reset: "60"},
			"late":  {remaining: "0", reset: "1", late: 15 * time.Second},
			"new":   {remaining: "50", reset: "58"},
			"next":  {remaining: "49", reset: "55"},
		})
		call("first")
		var wg sync.WaitGroup
		time.Sleep(50 * time.Second)
		wg.Go(func() { call("late") })
		time.Sleep(12 * time.Second)
		call("new")
		wg.Wait()
		assert.Zero(t, call("next"))
	})
}

// A slow answer leaves the end of its window vague; a quick one makes it precise.
func TestPacingLearnsTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		call := pacedBy(t, map[string]told{
			"slow":  {remaining: "9", reset: "60", late: 20 * time.Second},
			"quick": {remaining: "0", reset: "40"},
			"next":  {remaining: "9", reset: "60"},
		})
		call("slow")
		call("quick")
		assert.Equal(t, 41*time.Second, call("next"))
	})
}

// What never left is not counted against the limit.
func TestPacingOfWhatWasNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 2, round: floor, latency: func(int) time.Duration { return 0 }}
		refuse := false
		offline := func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				if refuse {
					httptrace.ContextClientTrace(r.Context()).GetConn("mock.test:80")
					return nil, errors.New("refused")
				}
				return next.RoundTrip(r)
			})
		}
		c := pipeClient(t, v.handle, client.WithPacing(true), client.WithMiddleware(offline))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		refuse = true
		_, err = c.CreateCustomer(t.Context(), jane(), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
		require.ErrorContains(t, err, "not sent")
		refuse = false
		start := time.Now()
		_, err = c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		assert.Zero(t, time.Since(start), "the second of two is still free")
	})
}

// A middleware that panics does not take its turn with it.
func TestPacingPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		c := pipeClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) }, client.WithPacing(true),
			client.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					if calls++; calls == 1 {
						panic("a bug")
					}
					return next.RoundTrip(r)
				})
			}))
		assert.Panics(t, func() { _, _ = c.CreateCustomer(t.Context(), jane()) })
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
	})
}
