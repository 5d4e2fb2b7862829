package control

import (
	"log/slog"
	"net/http"
	"runtime/debug"

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
			if reason == http.ErrAbortHandler { //nolint:errorlint // a panic's value, which nothing wraps
				panic(reason)
			}
			a.Logger.ErrorContext(r.Context(), "a bug in the mock: please report it", slog.Any("panic", reason),
				slog.String("stack", string(debug.Stack())))
			if x, ok := w.(*response); ok && x.begun {
				transfer.Abort(w)
			}
			refuse(w, http.StatusInternalServerError, gencontrol.CodeInternalError, "The mock failed; its log says why.")
		}()
		next.ServeHTTP(w, r)
	})
}
