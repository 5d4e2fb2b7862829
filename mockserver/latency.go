package mockserver

import (
	"fmt"
	"net/http"
	"time"
)

// WithLatency adds a delay to every answer of the API. The default is none.
func WithLatency(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return fmt.Errorf("WithLatency: must not be negative, got %s", d)
		}
		c.latency = d
		return nil
	}
}

// wait holds back the answer. The request has been carried out by then, as it would be where the network is slow: a
// client that gives up early has created its customer all the same.
func (s *Server) wait(next http.Handler) http.Handler {
	if s.latency == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if x := exchangeOf(r.Context()); !s.startWaiting(x) {
			x.lose()
			return
		}
		select {
		case <-time.After(s.latency):
		case <-r.Context().Done():
		}
	})
}
