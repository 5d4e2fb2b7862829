package client_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// paced returns a paced client of a vendor that answers the n-th request with the n-th step and does not retry, and
// what it was asked.
func paced(t *testing.T, steps ...func(http.ResponseWriter)) (*client.Client, *script) {
	t.Helper()
	s := &script{steps: steps}
	return pipeClient(t, s.handle, client.WithPacing(true), client.WithRetry(client.RetryPolicy{MaxAttempts: 1})), s
}

// One absurd answer, here a time of day for a number of seconds, costs a minute and not the rest of the day.
func TestPacingRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sane := answer(201, created, "RateLimit-Remaining", "99", "RateLimit-Reset", "60")
		c, s := paced(t, answer(201, created, "RateLimit-Remaining", "1", "RateLimit-Reset", "1763918640"), sane)
		for range 8 {
			_, err := c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
		}
		assert.LessOrEqual(t, s.at[7].Sub(s.at[0]), 62*time.Second)
	})
}

// A 429 closes the gate for all, whatever else it says or leaves out.
func TestPacingAfter429(t *testing.T) {
	t.Parallel()
	bare := func(more ...string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for i := 0; i < len(more); i += 2 {
				w.Header().Set(more[i], more[i+1])
			}
			w.WriteHeader(429)
			_, _ = w.Write([]byte(envelope("RATE_LIMIT_EXCEEDED")))
		}
	}
	room := answer(201, created, "RateLimit-Remaining", "99", "RateLimit-Reset", "60")
	for name, tc := range map[string]struct {
		before, refusal func(http.ResponseWriter)
		from, to        time.Duration
	}{
		"Retry-After":                     {nil, bare("Retry-After", "30"), 30 * time.Second, 32 * time.Second},
		"Retry-After in a known window":   {room, bare("Retry-After", "30"), 30 * time.Second, 62 * time.Second},
		"nothing said, in a known window": {room, bare(), 60 * time.Second, 62 * time.Second},
		"nothing said, in the dark":       {nil, bare(), time.Second, 3 * time.Second},
		"room, it says": {nil, answer(429, envelope("RATE_LIMIT_EXCEEDED")), 42 * time.Second,
			44 * time.Second},
		"a day, it says": {nil, bare("Retry-After", "86400"), time.Minute, 62 * time.Second},
		"503 with Retry-After": {room, answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", "20"),
			20 * time.Second, 62 * time.Second},
		"a page, which says nothing": {room, answer(429, "<h1>Slow down</h1>", "Retry-After", "30"), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				steps := []func(http.ResponseWriter){tc.refusal, ok}
				if tc.before != nil {
					steps = append([]func(http.ResponseWriter){tc.before}, steps...)
				}
				c, s := paced(t, steps...)
				for range steps {
					_, _ = c.CreateCustomer(t.Context(), jane())
				}
				require.Len(t, s.at, len(steps))
				assert.GreaterOrEqual(t, s.wait(len(steps)-1), tc.from)
				assert.LessOrEqual(t, s.wait(len(steps)-1), tc.to)
			})
		})
	}
}

// The page of a proxy says nothing of the vendor's window, whatever its headers are.
func TestPacingIgnoresPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := paced(t, answer(201, created, "RateLimit-Remaining", "50"),
			answer(502, "<h1>Bad Gateway</h1>", "RateLimit-Remaining", "0"), ok)
		for range 3 {
			_, _ = c.CreateCustomer(t.Context(), jane())
		}
		assert.Zero(t, s.wait(2))
	})
}

// A wait for the next window that RetryPolicy.MaxWait does not allow is not begun.
func TestPacingWaitsNoLongerThanMaxWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := paced(t, answer(201, created, "RateLimit-Remaining", "0"))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		start := time.Now()
		_, err = c.CreateCustomer(t.Context(), jane(), client.WithRetry(client.RetryPolicy{MaxWait: 10 * time.Second}))
		require.ErrorIs(t, err, client.ErrWaitTooLong)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Zero(t, time.Since(start))
		assert.Len(t, s.at, 1)
	})
}

// A call that hangs, or the answer to one, holds no other back for longer than a window: neither where the window is
// known, nor where the call was let through to learn it.
func TestPacingBehindACallThatHangs(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before []func(http.ResponseWriter)
		wait   time.Duration
	}{
		"one request left, a reset in 2 s": {
			[]func(http.ResponseWriter){answer(201, created, "RateLimit-Remaining", "1", "RateLimit-Reset", "2")}, 3 * time.Second,
		},
		"two left, a reset in 30 s": {
			[]func(http.ResponseWriter){answer(201, created, "RateLimit-Remaining", "2", "RateLimit-Reset", "30")}, 0,
		},
		"the window unknown": {nil, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				hangs := func(w http.ResponseWriter) { <-release; ok(w) }
				c, _ := paced(t, append(tc.before, hangs, ok)...)
				for range tc.before {
					_, err := c.CreateCustomer(t.Context(), jane())
					require.NoError(t, err)
				}
				var wg sync.WaitGroup
				wg.Go(func() {
					_, err := c.CreateCustomer(t.Context(), jane(), client.WithTimeout(time.Hour))
					assert.NoError(t, err)
				})
				synctest.Wait()
				start := time.Now()
				// The window ends after this deadline, but the call that hangs may come back before.
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				_, err := c.CreateCustomer(ctx, jane())
				cancel()
				if tc.wait == 0 {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, context.DeadlineExceeded)
					assert.Equal(t, time.Second, time.Since(start))
				}
				_, err = c.CreateCustomer(t.Context(), jane())
				require.NoError(t, err)
				assert.Equal(t, tc.wait, time.Since(start))
				close(release)
				wg.Wait()
			})
		})
	}
}
