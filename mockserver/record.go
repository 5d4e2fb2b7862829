package mockserver

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
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
		if s.keep(x, duration).Broken() {
			s.broken.Add(1)
		}
		if s.logger.Enabled(r.Context(), slog.LevelInfo) {
			s.logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attributes(x, duration)...)
		}
	})
}

// Requests lists the journal's entries that pass every filter, in the order in which they were recorded. An entry is
// there before its answer leaves, so that whoever has the answer finds it. The journal keeps up to 1,000 entries or 8
// MiB of each key, and 32 MiB of all.
func (s *Server) Requests(filters ...journal.Filter) []journal.Request {
	return s.journal.Requests(filters...)
}

// Request is the journal's entry with an id, e.g. "req_17". It is false where there is none, or none any more.
func (s *Server) Request(id string) (journal.Request, bool) { return s.journal.Request("", id) }

// ForgetRequests empties the journal of one API key, or of all with "".
func (s *Server) ForgetRequests(key string) { s.journal.Forget(key) }

// BrokenRequests is how many requests broke the contract since the server was made: those that [journal.Request.Broken]
// reports, and as many as the journal has dropped meanwhile.
func (s *Server) BrokenRequests() int { return int(s.broken.Load()) }

// keep adds the exchange to the journal as it stands, or brings its entry up to date.
func (s *Server) keep(x *exchange, duration time.Duration) *journal.Exchange {
	entry := &journal.Exchange{
		Arrived: x.arrived, Duration: duration, Operation: operationID(x),
		Method: x.request.Method, Target: x.request.RequestURI, Host: x.request.Host,
		Header: x.request.Header, Body: x.body,
		Status: x.status, ResponseBody: x.answer,
		Violations: x.violations, Customer: x.customer,
		Fault: x.fault, Wait: x.wait, Preference: x.preference, Trigger: x.trigger,
		Refusal: x.refusal, CORSRefused: x.corsRefused,
	}
	again, isResent := x.out.(*resent)
	if isResent {
		entry.ResentFrom = again.from
	}
	if x.window != nil {
		entry.KeyID = x.window.ID
	}
	if keys := entry.Header[apikey.Header]; len(keys) > 0 && len(keys[0]) <= apikey.MaxLength {
		entry.Key = keys[0]
	}
	if entry.Target == "" { // a request that did not come over the wire
		entry.Target = x.request.URL.RequestURI()
	}
	if x.status != 0 {
		entry.ResponseHeader = x.header
	}
	if x.entry == nil {
		x.entry = s.journal.Add(entry)
		if isResent {
			again.id = x.entry.ID()
		}
	} else {
		s.journal.Update(x.entry, entry)
	}
	return entry
}

// operationID is empty where the request means no operation.
func operationID(x *exchange) string {
	if x.operation == nil {
		return ""
	}
	return x.operation.ID
}

// attributes are what the log shows of an exchange.
func attributes(x *exchange, duration time.Duration) []slog.Attr {
	attributes := make([]slog.Attr, 0, 11)
	attributes = append(attributes,
		slog.String("id", x.entry.ID()),
		slog.String("operation", operationID(x)),
		slog.Int("status", x.status),
		slog.Float64("duration_ms", float64(duration)/float64(time.Millisecond)),
	)
	if x.operation == nil {
		attributes = append(attributes,
			slog.String("method", untrusted.Method(x.request.Method)),
			slog.String("path", control.LogPath(x.request.URL.EscapedPath())),
		)
	}
	add := func(name, value string) {
		if value != "" {
			attributes = append(attributes, slog.String(name, value))
		}
	}
	add("reason", loggedReason(x))
	if key := x.request.Header.Get(apikey.Header); key != "" {
		add("key", mask.Key(key))
	}
	// An answer that was asked for has no reason but these.
	add("prefer", x.preference)
	add("trigger", x.trigger)
	if x.fault != nil {
		add("fault", x.fault.ID)
	}
	return attributes
}

// loggedReason says why a request was refused, or what it breaks though it was not.
func loggedReason(x *exchange) string {
	if len(x.violations) > 0 {
		return untrusted.Values(x.violations).String()
	}
	return untrusted.Quoted(mask.Keys(x.refusal))
}
