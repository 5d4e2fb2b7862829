package mockserver

import (
	"fmt"
	"net/http"

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
// far counts, whatever becomes of it.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		var admitted bool
		if x.quota, admitted = s.limiter.Take(x.window, s.now()); !admitted {
			refuse(x, http.StatusTooManyRequests, gen.CodeRateLimitExceeded, "Too many requests. Please retry after the reset period.")
			return
		}
		next.ServeHTTP(w, r)
	})
}
