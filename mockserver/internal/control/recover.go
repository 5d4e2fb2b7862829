package control

import (
	"net/http"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// recover answers 500 where an operation panics, and logs the stack. Where the answer has begun, the connection breaks.
func (a *api) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			transfer.LogPanic(r.Context(), a.Logger, reason)
			if x, ok := w.(*response); ok && x.begun {
				transfer.Abort(w)
			}
			refuse(w, http.StatusInternalServerError, gencontrol.CodeInternalError, "The mock failed; its log says why.")
		}()
		next.ServeHTTP(w, r)
	})
}
