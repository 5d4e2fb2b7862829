package mockserver

import (
	"log/slog"
	"net/http"
	"strconv"
)

// record keeps the exchange in the journal and logs a line. It does so before the answer leaves, so that whoever has
// the answer finds the exchange in the journal.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		x := exchangeOf(r.Context())
		if x.status != 0 {
			x.header["Content-Length"] = []string{strconv.Itoa(len(x.answer))}
		}
		duration := s.now().Sub(x.arrived)
		s.journal.add(x, duration)
		if x.broken() {
			s.broken.Add(1)
		}
		if !s.logger.Enabled(r.Context(), slog.LevelInfo) {
			return
		}
		attributes := make([]slog.Attr, 0, 11)
		attributes = append(attributes,
			slog.String("id", idOf(x.entry.number)),
			slog.String("operation", operationID(x)),
			slog.Int("status", x.status),
			slog.Float64("duration_ms", inMilliseconds(duration)),
		)
		if x.operation == nil {
			attributes = append(attributes,
				slog.String("method", loggedMethod(r.Method)),
				slog.String("path", loggedPath(r.URL.EscapedPath())),
			)
		}
		if reason := loggedReason(x); reason != "" {
			attributes = append(attributes, slog.String("reason", reason))
		}
		if key := r.Header.Get("x-api-key"); key != "" {
			attributes = append(attributes, slog.String("key", maskKey(key)))
		}
		// An answer that was asked for has no reason but these.
		if x.preference != "" {
			attributes = append(attributes, slog.String("prefer", x.preference))
		}
		if x.trigger != "" {
			attributes = append(attributes, slog.String("trigger", x.trigger))
		}
		if x.fault != nil {
			attributes = append(attributes, slog.String("fault", x.fault.ID))
		}
		s.logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attributes...)
	})
}

func operationID(x *exchange) string {
	if x.operation == nil {
		return ""
	}
	return x.operation.ID
}
