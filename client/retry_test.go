package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// script answers the n-th request with the n-th step, and all further ones with the last.
type script struct {
	steps []func(http.ResponseWriter)
	at    []time.Time
	body  []string
}

func (s *script) handle(w http.ResponseWriter, r *http.Request) {
	step := s.steps[min(len(s.at), len(s.steps)-1)]
	body, _ := io.ReadAll(r.Body)
	s.at, s.body = append(s.at, time.Now()), append(s.body, string(body))
	step(w)
}

func (s *script) wait(n int) time.Duration { return s.at[n].Sub(s.at[n-1]) }

func answer(status int, body string, more ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { reply(w, status, body, more...) }
}

var (
	ok          = answer(201, created)
	unavailable = answer(503, envelope("SERVICE_UNAVAILABLE"))
	limited     = answer(429, envelope("RATE_LIMIT_EXCEEDED"))
)

func TestRetryByCause(t *testing.T) {
	t.Parallel()
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		steps    func() []func(http.ResponseWriter)
		from, to []time.Duration // bounds of the waits
		is       error           // of the last failure, nil for success
	}{
		"503 after up to 1, 2, 4 seconds": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){unavailable, unavailable, unavailable, ok}
			},
			from: []time.Duration{0, 0, 0},
			to:   []time.Duration{time.Second, 2 * time.Second, 4 * time.Second},
		},
		"503 to the last": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){unavailable} },
			from:  []time.Duration{0, 0, 0},
			to:    []time.Duration{time.Second, 2 * time.Second, 4 * time.Second},
			is:    client.ErrServiceUnavailable,
		},
		"503 with Retry-After in seconds": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", "7"), ok}
			},
			from: []time.Duration{7 * time.Second},
			to:   []time.Duration{8 * time.Second},
		},
		"503 with Retry-After as a date": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){
					answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", date(9*time.Second)), ok,
				}
			},
			from: []time.Duration{9 * time.Second},
			to:   []time.Duration{10 * time.Second},
		},
		"503 with Retry-After by a wrong clock": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){
					answer(503, envelope("SERVICE_UNAVAILABLE"),
						"Date", date(-time.Hour), "Retry-After", date(-time.Hour+5*time.Second)),
					ok,
				}
			},
			from: []time.Duration{5 * time.Second},
			to:   []time.Duration{6 * time.Second},
		},
		"503 with a Retry-After of nonsense": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", "soon"), ok}
			},
			from: []time.Duration{time.Second},
			to:   []time.Duration{2 * time.Second},
		},
		"429 after RateLimit-Reset": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){limited, limited, ok} },
			from:  []time.Duration{42 * time.Second, 42 * time.Second},
			to:    []time.Duration{43 * time.Second, 43 * time.Second},
		},
		"429 with both": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(429, envelope("RATE_LIMIT_EXCEEDED"), "Retry-After", "50"), ok}
			},
			from: []time.Duration{50 * time.Second},
			to:   []time.Duration{51 * time.Second},
		},
		"429 that does not say when": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(429, envelope("RATE_LIMIT_EXCEEDED"), "RateLimit-Reset", "-5"), ok}
			},
			from: []time.Duration{time.Second},
			to:   []time.Duration{2 * time.Second},
		},
		"429 does not use up the waits of 503": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){limited, unavailable, ok} },
			from:  []time.Duration{42 * time.Second, 0},
			to:    []time.Duration{43 * time.Second, time.Second},
		},
		"429 beyond the total wait": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){limited} },
			from:  []time.Duration{42 * time.Second, 42 * time.Second},
			to:    []time.Duration{43 * time.Second, 43 * time.Second},
			is:    client.ErrWaitTooLong,
		},
		"429 until the end of time": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(429, envelope("RATE_LIMIT_EXCEEDED"), "RateLimit-Reset", "2147483647")}
			},
			is: client.ErrWaitTooLong,
		},
		"400": {
			steps: func() []func(http.ResponseWriter) {
				return []func(http.ResponseWriter){answer(400, envelope("VALIDATION_ERROR"))}
			},
			is: client.ErrValidation,
		},
		"503 of a proxy": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){answer(503, "<h1>Sorry</h1>")} },
			is:    client.ErrOutcomeUnknown,
		},
		"429 of a proxy": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){answer(429, "slow down")} },
			is:    client.ErrOutcomeUnknown,
		},
		"502": {
			steps: func() []func(http.ResponseWriter) { return []func(http.ResponseWriter){answer(502, "")} },
			is:    client.ErrOutcomeUnknown,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: tc.steps()}
				c := pipeClient(t, s.handle)
				customer, err := c.CreateCustomer(t.Context(), jane())
				require.Len(t, s.at, len(tc.from)+1, "requests")
				for i := range tc.from {
					assert.GreaterOrEqual(t, s.wait(i+1), tc.from[i], "wait %d", i+1)
					assert.LessOrEqual(t, s.wait(i+1), tc.to[i], "wait %d", i+1)
					assert.Equal(t, s.body[0], s.body[i+1], "body of attempt %d", i+2)
				}
				if tc.is == nil {
					require.NoError(t, err)
					assert.Equal(t, "cust_1", customer.ID)
					return
				}
				require.ErrorIs(t, err, tc.is)
				e, _ := errors.AsType[*client.Error](err)
				assert.Equal(t, len(s.at), e.Attempts)
			})
		})
	}
}

// Clients that failed together do not come back together.
func TestRetryJitterIsSpread(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		failure func(http.ResponseWriter)
		least   time.Duration
	}{
		"503": {unavailable, 0},
		"429": {limited, 42 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var early, late int
				for range 100 {
					s := &script{steps: []func(http.ResponseWriter){tc.failure, ok}}
					_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane())
					require.NoError(t, err)
					if s.wait(1) < tc.least+500*time.Millisecond {
						early++
					} else {
						late++
					}
				}
				assert.Greater(t, early, 20)
				assert.Greater(t, late, 20)
			})
		})
	}
}

// The third wait is longer than the first may be, most of the time.
func TestRetryBacksOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var second, third time.Duration
		for range 50 {
			s := &script{steps: []func(http.ResponseWriter){unavailable, unavailable, unavailable, ok}}
			_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
			second, third = max(second, s.wait(2)), max(third, s.wait(3))
		}
		assert.Greater(t, second, time.Second)
		assert.Greater(t, third, 2*time.Second)
	})
}

// A connection refused is tried again: nothing was written.
func TestRetryWhenNothingWasWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var dials []time.Time
		transport := client.NewTransport()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			dials = append(dials, time.Now())
			return nil, syscall.ECONNREFUSED
		}
		c, err := client.New(testKey, client.WithBaseURL("http://mock.test"),
			client.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		var r client.Response
		_, err = c.CreateCustomer(t.Context(), jane(), client.WithResponse(&r))
		require.ErrorContains(t, err, "connection refused")
		assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
		require.Len(t, dials, 4)
		for i, longest := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			assert.LessOrEqual(t, dials[i+1].Sub(dials[i]), longest)
		}
		assert.Equal(t, client.Response{Attempts: 4, Duration: dials[3].Sub(dials[0])}, r)
	})
}

func TestRetryNeverOutlastsTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){limited}}
		c := pipeClient(t, s.handle)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.CreateCustomer(ctx, jane())
		assert.Zero(t, time.Since(start), "the call fails at once")
		require.ErrorIs(t, err, client.ErrWaitTooLong)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, client.ErrRateLimitExceeded)
		require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
		assert.ErrorContains(t, err, "the context ends in 30s")
	})
}

func TestRetryCancelEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){limited}}
		c := pipeClient(t, s.handle)
		because := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		time.AfterFunc(10*time.Second, func() { cancel(because) })
		_, err := c.CreateCustomer(ctx, jane())
		assert.Equal(t, 10*time.Second, time.Since(start))
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, because)
		require.ErrorIs(t, err, client.ErrRateLimitExceeded)
		require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
	})
}

func TestRetryPolicyOfACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){unavailable}}
		c := pipeClient(t, s.handle, client.WithRetry(client.RetryPolicy{MaxAttempts: 6, Backoff: time.Millisecond}))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.ErrorIs(t, err, client.ErrServiceUnavailable)
		assert.Len(t, s.at, 6)
		_, err = c.CreateCustomer(t.Context(), jane(), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
		require.ErrorIs(t, err, client.ErrServiceUnavailable)
		assert.Len(t, s.at, 7)
	})
}

func TestRetryUnknownIsOptIn(t *testing.T) {
	t.Parallel()
	anyway := client.WithRetry(client.RetryPolicy{RetryUnknown: true})
	t.Run("success in the end", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(http.ResponseWriter){answer(502, "<html>"), ok}}
			customer, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane(), anyway)
			require.NoError(t, err)
			assert.Equal(t, "cust_1", customer.ID)
			assert.Len(t, s.at, 2)
		})
	})
	t.Run("a settled failure after doubt leaves the doubt", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(http.ResponseWriter){answer(502, "<html>"), answer(401, envelope("INVALID_API_KEY"))}}
			_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane(), anyway)
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			require.NotErrorIs(t, err, client.ErrInvalidAPIKey)
			assert.ErrorContains(t, err, "an earlier attempt may have created the customer")
		})
	})
}

// The timeout of an attempt leaves its outcome unknown; the context of the call is still good.
func TestTimeoutOfAnAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		c := pipeClient(t, func(_ http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			_, _ = io.Copy(io.Discard, r.Body) // a server only notices a lost client after that
			<-r.Context().Done()
		})
		start := time.Now()
		_, err := c.CreateCustomer(t.Context(), jane(), client.WithTimeout(5*time.Second))
		require.ErrorIs(t, err, client.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(start))
		assert.EqualValues(t, 1, requests.Load())
	})
}
