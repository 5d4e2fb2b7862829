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

	// ErrUnreadableCustomer: the customer exists, since the answer has an id for it, but is not the complete customer of the
	// contract: a field has another type, a time is not RFC 3339, a name is misspelt or there twice, there is an error beside
	// data, the id is not a string or there are several, it is not JSON to its end, nested too deep, cut short or too long. It
	// is never sent again, whatever the RetryPolicy. Keep Error.CustomerID, as for a customer that was returned; where it is
	// empty, look the customer up in bitbybit by its email or phone number. Error.Body has the beginning of the answer.
	ErrUnreadableCustomer = errors.New("bitbybit: created, but the answer cannot be read")

	// ErrInvalidInput: the customer breaks the contract in a way that is seen without asking. Nothing was sent. The error
	// names the field, never its value.
	ErrInvalidInput = errors.New("bitbybit: invalid input")

	// ErrWaitTooLong: the next attempt, or a paced first one, would have to wait longer than the RetryPolicy or the context's
	// deadline allows. The call did not wait. For the deadline, context.DeadlineExceeded is found too.
	ErrWaitTooLong = errors.New("bitbybit: wait too long")
)

// The vendor's answers, one for each code of its page "Errors". They are found only where the answer settles that no
// customer was created: never together with ErrOutcomeUnknown.
var (
	ErrValidation         = sentinel(gen.CodeValidationError)    // 400, the body failed validation; Error.Message has the details.
	ErrMissingCompanyID   = sentinel(gen.CodeMissingCompanyID)   // 400, a required company identifier is missing.
	ErrMissingAPIKey      = sentinel(gen.CodeMissingAPIKey)      // 401, the vendor saw no key; see WithKeyHeader.
	ErrInvalidAPIKey      = sentinel(gen.CodeInvalidAPIKey)      // 401, the key is invalid, revoked or expired.
	ErrInsufficientScope  = sentinel(gen.CodeInsufficientScope)  // 403, the key lacks the scope customers WRITE.
	ErrIPNotAllowed       = sentinel(gen.CodeIPNotAllowed)       // 403, the caller's address is not in the key's allowlist.
	ErrNotFound           = sentinel(gen.CodeNotFound)           // 404, not there or not accessible; names the URL, see WithBaseURL.
	ErrRateLimitExceeded  = sentinel(gen.CodeRateLimitExceeded)  // 429, still so after the last attempt; see WithPacing.
	ErrServiceUnavailable = sentinel(gen.CodeServiceUnavailable) // 503, still so after the last attempt.
)

// sentinels has the error of each code.
var sentinels = make(map[gen.ErrorCode]error)

func sentinel(code gen.ErrorCode) error {
	sentinels[code] = errors.New("bitbybit: " + string(code))
	return sentinels[code]
}
