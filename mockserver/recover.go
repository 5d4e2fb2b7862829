package mockserver

import (
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
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
			transfer.LogPanic(r.Context(), s.logger, reason)
			refuse(exchangeOf(r.Context()), http.StatusServiceUnavailable, gen.CodeServiceUnavailable,
				"The mock failed; its log says why.")
		}()
		next.ServeHTTP(w, r)
	})
}
