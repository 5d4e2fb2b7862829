package mockserver

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// recover turns a panic of what is behind it into the one 5xx that the vendor documents. The stack goes to the log,
// never into the answer.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			s.logBug(r.Context(), reason)
			refuse(exchangeOf(r.Context()), http.StatusServiceUnavailable, gen.CodeServiceUnavailable,
				"The mock failed; its log says why.")
		}()
		next.ServeHTTP(w, r)
	})
}

// logBug logs a panic, unless a handler meant it.
func (s *Server) logBug(ctx context.Context, reason any) {
	if reason == http.ErrAbortHandler { //nolint:errorlint // a panic's value, which nothing wraps
		panic(reason)
	}
	s.logger.ErrorContext(ctx, "a bug in the mock: please report it", slog.Any("panic", reason),
		slog.String("stack", string(debug.Stack())))
}
