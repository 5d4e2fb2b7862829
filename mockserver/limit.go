package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// WithRateLimit sets how many requests a minute each key may make; 0 turns the limit off. The default is the vendor's
// 100 (page "Rate Limiting").
func WithRateLimit(requests int) Option {
	return func(c *config) error {
		if requests < 0 {
			return fmt.Errorf("WithRateLimit: must not be negative, got %d", requests)
		}
		c.rateLimit = requests
		return nil
	}
}

// limit admits as many requests a minute and key as the server allows (page "Rate Limiting"). A request that comes this
// far counts, whatever becomes of it; one that is turned away here does not make the minute longer.
//
// No library fits: the vendor's headers describe a fixed window with a number left and a number of seconds,
// golang.org/x/time/rate is a token bucket, which has neither, and go-chi/httprate estimates over a sliding window and
// keeps its counters where they cannot be reset by key.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		if s.rateLimit > 0 {
			var admitted bool
			if x.quota, admitted = x.tenant.window.take(s.rateLimit, s.now()); !admitted {
				refuse(x, http.StatusTooManyRequests, gen.CodeRateLimitExceeded,
					"Too many requests. Please retry after the reset period.")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// peek is the quota of a tenant as it stands. Nobody's window is always whole.
func (s *Server) peek(t *tenant, now time.Time) quota {
	if s.rateLimit == 0 {
		return quota{limit: unlimited, remaining: unlimited, reset: 60}
	}
	return t.window.peek(s.rateLimit, now)
}

// quota is what the RateLimit headers of an answer say.
type quota struct{ limit, remaining, reset int }

// unlimited is what the headers say where no limit applies: they are part of every answer.
const unlimited = 1_000_000_000

func (q quota) set(header http.Header) {
	values := []string{strconv.Itoa(q.limit), strconv.Itoa(q.remaining), strconv.Itoa(q.reset)}
	header["Ratelimit-Limit"] = values[0:1:1]
	header["Ratelimit-Remaining"] = values[1:2:2]
	header["Ratelimit-Reset"] = values[2:3:3]
}

// window is the fixed minute of one key. It begins with the first request after the last one ended, so that a key is
// never surprised by the turn of a minute on the clock.
type window struct {
	mu   sync.Mutex
	ends time.Time
	used int
}

func (w *window) take(limit int, now time.Time) (q quota, admitted bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over(now) {
		w.ends, w.used = now.Add(time.Minute), 0
	}
	admitted = w.used < limit
	if admitted {
		w.used++
	}
	return w.quota(limit, now), admitted
}

func (w *window) peek(limit int, now time.Time) quota {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over(now) {
		return quota{limit: limit, remaining: limit, reset: 60}
	}
	return w.quota(limit, now)
}

func (w *window) startOver() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends, w.used = time.Time{}, 0
}

// over reports whether the window has ended. Requests that come at the same time can bring their readings of the clock
// in another order, so that a window which seems to begin a little later is no other one; only a clock that was set
// back makes it seem far off.
func (w *window) over(now time.Time) bool {
	return !now.Before(w.ends) || w.ends.Sub(now) > 2*time.Minute
}

func (w *window) quota(limit int, now time.Time) quota {
	seconds := int((w.ends.Sub(now) + time.Second - 1) / time.Second)
	return quota{limit: limit, remaining: limit - w.used, reset: min(seconds, 60)}
}
