package client

import (
	"errors"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The errors that errors.Is finds in an *Error.
var (
	// ErrOutcomeUnknown: the request may have been carried out, and no answer settles whether it was. Sending it
	// again may create the customer twice. The package comment says what to do about it.
	ErrOutcomeUnknown = errors.New("bitbybit: outcome unknown")

	// ErrUnreadableCustomer: the customer exists, since a 201 has an id for it, but the answer is not the complete
	// customer of the contract: a field of another type, a time that is not RFC 3339, a name misspelt or there twice, not
	// JSON to its end, cut short. It is never sent again, whatever the RetryPolicy. Error.CustomerID is the id, or "" where
	// it is not a whole string or not the only one. Error.Body has the beginning of the answer.
	ErrUnreadableCustomer = errors.New("bitbybit: created, but the answer cannot be read")

	// ErrInvalidInput: the customer breaks the contract in a way that is seen without asking. Nothing was sent. The error
	// names the field, never its value.
	ErrInvalidInput = errors.New("bitbybit: invalid input")

	// ErrWaitTooLong: the next attempt, or a paced first one, would have to wait longer than the RetryPolicy or the
	// context's deadline allows. The call did not wait. Where the deadline is the reason, context.DeadlineExceeded is
	// found too.
	ErrWaitTooLong = errors.New("bitbybit: wait too long")
)

// The vendor's answers, one for each code of its page "Errors". They are found only where the answer settles that no
// customer was created: never together with ErrOutcomeUnknown.
var (
	// ErrValidation: 400, the body failed validation; Error.Message has the details.
	ErrValidation = errors.New("bitbybit: " + string(gen.CodeValidationError))
	// ErrMissingCompanyID: 400, a required company identifier is missing.
	ErrMissingCompanyID = errors.New("bitbybit: " + string(gen.CodeMissingCompanyID))
	// ErrMissingAPIKey: 401, the vendor saw no key; see WithKeyHeader.
	ErrMissingAPIKey = errors.New("bitbybit: " + string(gen.CodeMissingAPIKey))
	// ErrInvalidAPIKey: 401, the key is invalid, revoked or expired.
	ErrInvalidAPIKey = errors.New("bitbybit: " + string(gen.CodeInvalidAPIKey))
	// ErrInsufficientScope: 403, the key lacks the scope customers WRITE.
	ErrInsufficientScope = errors.New("bitbybit: " + string(gen.CodeInsufficientScope))
	// ErrIPNotAllowed: 403, the caller's address is not in the key's allowlist.
	ErrIPNotAllowed = errors.New("bitbybit: " + string(gen.CodeIPNotAllowed))
	// ErrNotFound: 404, no such resource, or not accessible. The error names the URL that was called; see WithBaseURL.
	ErrNotFound = errors.New("bitbybit: " + string(gen.CodeNotFound))
	// ErrRateLimitExceeded: 429, still so after the last attempt. See WithPacing.
	ErrRateLimitExceeded = errors.New("bitbybit: " + string(gen.CodeRateLimitExceeded))
	// ErrServiceUnavailable: 503, still so after the last attempt.
	ErrServiceUnavailable = errors.New("bitbybit: " + string(gen.CodeServiceUnavailable))
)

var byCode = map[gen.ErrorCode]error{
	gen.CodeValidationError:    ErrValidation,
	gen.CodeMissingCompanyID:   ErrMissingCompanyID,
	gen.CodeMissingAPIKey:      ErrMissingAPIKey,
	gen.CodeInvalidAPIKey:      ErrInvalidAPIKey,
	gen.CodeInsufficientScope:  ErrInsufficientScope,
	gen.CodeIPNotAllowed:       ErrIPNotAllowed,
	gen.CodeNotFound:           ErrNotFound,
	gen.CodeRateLimitExceeded:  ErrRateLimitExceeded,
	gen.CodeServiceUnavailable: ErrServiceUnavailable,
}
