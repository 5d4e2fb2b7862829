package main

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
)

// What State says.
const (
	created    = "created"
	inDoubt    = "in doubt"
	notCreated = "not created"
	undecided  = "undecided"
)

const defaultRetryAfter = 30 * time.Second // where bitbybit says nothing of its rate limit

// answer is what a caller is told.
type answer struct {
	status     int
	retryAfter time.Duration

	State   string `json:"state,omitempty"`
	ID      string `json:"id,omitempty"`      // of the customer
	Ref     string `json:"ref,omitempty"`     // of a call in doubt: GET /customers/{ref} says what became of it
	Message string `json:"message,omitempty"` // for a person
}

func (a answer) header(h http.Header, contentType string) {
	h.Set("Content-Type", contentType)
	if a.status == http.StatusAccepted {
		h.Set("Location", "/customers/"+a.Ref)
	}
	if a.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((a.retryAfter+time.Second-1)/time.Second)))
	}
}

// answered maps how a call ended to what its caller is told. Errors are logged as they are: they hold neither the key nor anything of the customer.
// Message may, and is for whoever typed it.
func (s *service) answered(ref string, customer *client.Customer, err error) answer {
	if err == nil {
		return answer{status: http.StatusCreated, State: created, ID: customer.ID}
	}
	e, _ := errors.AsType[*client.Error](err)
	switch {
	case errors.Is(err, client.ErrUnreadableCustomer) && e.CustomerID != "":
		s.logger.Error("created, but the answer cannot be read", slog.Any("error", err))
		return answer{status: http.StatusCreated, State: created, ID: e.CustomerID}
	case errors.Is(err, client.ErrOutcomeUnknown), errors.Is(err, client.ErrUnreadableCustomer):
		s.logger.Warn("in doubt", slog.String("ref", ref), slog.Any("error", err))
		return s.doubt(ref)
	case errors.Is(err, client.ErrInvalidInput):
		return answer{status: http.StatusUnprocessableEntity, Message: "an email address or a phone number is needed"}
	case errors.Is(err, client.ErrValidation):
		return answer{status: http.StatusUnprocessableEntity, Message: e.Message}
	case unavailable(e, err):
		s.logger.Warn("not created", slog.Any("error", err))
		return answer{status: http.StatusServiceUnavailable, retryAfter: retryAfter(e), Message: "no customer was created: try again later"}
	}
	// The key, its scopes and allowlist, or the base URL are wrong: nothing that the caller can mend.
	s.logger.Error("not created: look at the service's settings", slog.Any("error", err))
	return answer{status: http.StatusInternalServerError, Message: "no customer was created, and trying again does not help: the service's operator is told"}
}

// doubt keeps that a call is in doubt, unless it was settled before it returned.
func (s *service) doubt(ref string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.answers[ref]
	if !found {
		known = answer{status: http.StatusOK, State: inDoubt, Ref: ref, Message: "the customer may be there: do not send it again before this is settled"}
		s.answers[ref] = known
	}
	known.status = http.StatusAccepted
	return known
}

// unavailable reports whether the same call may succeed later: no answer came and nothing was sent, or the vendor said so.
func unavailable(e *client.Error, err error) bool {
	return errors.Is(err, client.ErrRateLimitExceeded) || errors.Is(err, client.ErrServiceUnavailable) ||
		errors.Is(err, outcome.ErrNotTracked) || e != nil && e.StatusCode == 0
}

func retryAfter(e *client.Error) time.Duration {
	if e != nil && errors.Is(e, client.ErrRateLimitExceeded) && e.RateLimit != nil && e.RateLimit.Reset > 0 {
		return e.RateLimit.Reset
	}
	return defaultRetryAfter
}
