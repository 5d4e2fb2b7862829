package mockserver

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// limit admits as many requests a minute and key as the server allows (page "Rate Limiting").
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		if s.rateLimit == 0 {
			x.quota = quota{limit: unlimited, remaining: unlimited, reset: 60}
			next.ServeHTTP(w, r)
			return
		}
		var admitted bool
		if x.quota, admitted = x.tenant.window.take(s.rateLimit, x.arrived); !admitted {
			refuse(x, http.StatusTooManyRequests, gen.CodeRateLimitExceeded, "Too many requests. Please retry after the reset period.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// quota is what the RateLimit headers of an answer say.
type quota struct{ limit, remaining, reset int }

// unlimited is what the headers say where no limit applies: they are part of every answer.
const unlimited = 1_000_000_000

func (q quota) set(header http.Header) {
	header["Ratelimit-Limit"] = []string{strconv.Itoa(q.limit)}
	header["Ratelimit-Remaining"] = []string{strconv.Itoa(q.remaining)}
	header["Ratelimit-Reset"] = []string{strconv.Itoa(q.reset)}
}

// window is the fixed minute of one key. It begins with the first request after the last one ended.
type window struct {
	mu   sync.Mutex
	ends time.Time
	used int
}

func (w *window) take(limit int, now time.Time) (quota, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !now.Before(w.ends) {
		w.ends, w.used = now.Add(time.Minute), 0
	}
	admitted := w.used < limit
	if admitted {
		w.used++
	}
	seconds := int((w.ends.Sub(now) + time.Second - 1) / time.Second)
	return quota{limit: limit, remaining: limit - w.used, reset: seconds}, admitted
}
