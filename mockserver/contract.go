package mockserver

import (
	"log/slog"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// WithStrict makes the server refuse properties that the contract does not list. They are often misspelt names; the
// vendor ignores them, and so does the server without it.
func WithStrict() Option {
	return func(c *config) error {
		c.strict = true
		return nil
	}
}

// contractRequest turns a request away that breaks the contract, and names every place where it does. Status 400 is the
// only one that the vendor documents for it, so that a body too long or of another media type gets it as well.
func (s *Server) contractRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		s.judgeRequest(x)
		if len(x.violations) > 0 {
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, untrusted.Violations(x.violations).String())
			return
		}
		next.ServeHTTP(w, r)
	})
}

// judgeRequest finds what the request breaks. Middleware that answers without carrying it out calls it too: the journal
// says what was wrong with it all the same.
//
// A body that its client asks leave to send is not asked for where its media type is refused already.
func (s *Server) judgeRequest(x *exchange) {
	if !x.received {
		if x.violations = x.operation.ContentTypeViolations(x.request.Header); len(x.violations) > 0 {
			return
		}
		s.receive(x)
	}
	if x.bodyError != nil {
		x.violations = judge.Violations{transfer.Violation(x.bodyError)}
		return
	}
	judged := x.operation.RequestViolations
	if s.strict {
		judged = x.operation.StrictRequestViolations
	}
	x.violations = append(x.operation.ParameterViolations(x.request), judged(x.request.Header, x.body)...)
}

// contractResponse judges what the mock itself is about to answer. A violation is a bug of the mock: it is logged, and
// the answer leaves as it is, so that it can be looked at.
func (s *Server) contractResponse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		x := exchangeOf(r.Context())
		if x.operation == nil || x.offContract {
			return
		}
		if violations := x.operation.Response(x.status, x.header, x.answer); len(violations) > 0 {
			s.logger.ErrorContext(r.Context(), "the mock broke the contract: please report it",
				slog.Int("status", x.status), slog.String("violations", untrusted.Values(violations).String()))
		}
	})
}
