package mockserver

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
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
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, withoutKeys(x.violations).String())
			return
		}
		if err := decodeInput(x.body, &x.input); err != nil {
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, "body: must be a customer")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// judgeRequest finds what the request breaks. The doors that answer without carrying it out call it too: the journal
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
		x.violations = judge.Violations{unreadBody(x.bodyError)}
		return
	}
	judged := x.operation.RequestViolations
	if s.strict {
		judged = x.operation.StrictRequestViolations
	}
	x.violations = judged(x.request.Header, x.body)
}

func unreadBody(err error) judge.Violation {
	// The text of err is left out: it can name addresses of the machine.
	v := judge.Violation{Check: judge.SingleJSONValue, Path: "body",
		Expected: "must arrive whole, as its Content-Length or its chunks announce"}
	if tooLong, ok := errors.AsType[*http.MaxBytesError](err); ok {
		v.Expected = fmt.Sprintf("must be at most %d bytes", tooLong.Limit)
	}
	return v
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
				slog.Int("status", x.status), slog.String("violations", withoutValues(violations).String()))
		}
	})
}

// withoutValues leaves out what came, which can be personal data, for the log.
func withoutValues(violations judge.Violations) judge.Violations {
	bare := slices.Clone(violations)
	for i := range bare {
		bare[i].Got = ""
	}
	return bare
}
