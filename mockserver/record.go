package mockserver

import (
	"log/slog"
	"net/http"
)

// record keeps the exchange in the journal and logs a line. It does so before the answer leaves, so that whoever has the answer finds the
// exchange in the journal.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		x := exchangeOf(r.Context())
		s.logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("method", r.Method),
			slog.String("path", r.URL.EscapedPath()),
			slog.Int("status", x.status),
			slog.Duration("duration", s.now().Sub(x.arrived)),
		)
	})
}
