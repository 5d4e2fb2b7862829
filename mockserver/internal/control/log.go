package control

import (
	"log/slog"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// log logs a line a request: reading at level debug, for health checks never end. The query is left out: it has
// keys. So that whoever has the answer finds the line, it is logged before the answer leaves.
func (a *api) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&response{ResponseWriter: w, transfers: a.Transfers, log: func(status int, code gencontrol.ControlErrorCode) {
			level := slog.LevelInfo
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				level = slog.LevelDebug
			}
			if !a.Logger.Enabled(r.Context(), level) {
				return
			}
			attributes := []slog.Attr{
				slog.String("method", untrusted.Method(r.Method)), slog.String("path", LogPath(r.URL.EscapedPath())),
			}
			if key := r.URL.Query().Get("key"); key != "" {
				attributes = append(attributes, slog.String("key", mask.Key(a.Limiter.KeyOf(key))))
			}
			attributes = append(attributes, slog.Int("status", status))
			if code != "" {
				attributes = append(attributes, slog.String("code", string(code)))
			}
			a.Logger.LogAttrs(r.Context(), level, "control", attributes...)
		}}, r)
	})
}

// LogPath is a path as the log shows it: of the segments those that a path of the API or of the control API has.
func LogPath(path string) string { return untrusted.Path(path, knownSegments()) }
