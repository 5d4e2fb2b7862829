package client

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Error is how every call fails. errors.Is tells what happened (ErrOutcomeUnknown, ErrValidation, ...), errors.AsType
// gives the details:
//
//	if e, ok := errors.AsType[*client.Error](err); ok && e.Code == gen.CodeValidationError { ... e.Message ... }
//
// An error that is neither ErrOutcomeUnknown nor ErrUnreadableCustomer says for certain that the call created no
// customer.
//
// Error() names status, code, attempts and reason, and so do fmt, log/slog and encoding/json when they are given the error,
// without Message, Body, CustomerID and a Code that is not documented. These and what Unwrap returns may repeat what was sent,
// such as an email address: log them only where personal data may go.
type Error struct {
	StatusCode int // the HTTP status of the last attempt, 0 if it got no response
	// Code is the vendor's error code, "" if the answer was not the vendor's error envelope. One that is not Valid is
	// printed as "an undocumented code".
	Code gen.ErrorCode
	// Message is the vendor's explanation of Code, for people: with ErrValidation, which field is wrong and why.
	Message string `json:"-"`
	// CustomerID is the id of the customer that is certain to exist (ErrUnreadableCustomer). Else it is "", and also where
	// the id is not a whole text, or there are several that differ.
	CustomerID string     `json:"-"`
	RateLimit  *RateLimit // what the last response said of the rate limit, nil if it said nothing
	Attempts   int        // how many requests were tried; 0 if the call failed before the first one
	Body       []byte     `json:"-"` // the beginning of the last answer, up to 4 KiB, whatever it was

	operation string // that failed
	outcome   outcome
	reason    string // what was expected and what came, or why the call gave up; free of personal data
	gaveUp    string // why no further attempt was made, if one could have been
	cause     []error
	due       time.Duration // how long the answer asks to wait before the next request; silent, unreadable, or 0 and more
}

// outcome is what is certain about the customer after a failure. Its text is for logs.
type outcome string

const (
	refused    outcome = "refused"    // the vendor answered that it did not carry the request out
	unsent     outcome = "unsent"     // no byte of the request left, or the server says that it did not process it (HTTP/2)
	exists     outcome = "exists"     // the vendor answered with an id, and the answer is no complete customer
	unknown    outcome = "unknown"    // anything else, where the request may have changed something
	unanswered outcome = "unanswered" // anything else, where the method is safe: nothing was to be changed
)

// Error is one line without the key and without personal data.
func (e *Error) Error() string { return e.String() }

// String is what Error returns, also for a value that is not a pointer: fmt and log/slog would print its fields.
func (e Error) String() string {
	text := "bitbybit: " + e.operation + ": "
	switch {
	case e.outcome == unknown:
		text += "outcome unknown, the customer may exist: "
	case e.outcome == exists && e.CustomerID != "":
		text += "the customer exists, see CustomerID: "
	case e.outcome == exists:
		text += "the customer exists: "
	}
	text += e.reason
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (attempt %d)", e.Attempts)
	}
	if e.gaveUp != "" {
		text += "; " + e.gaveUp
	}
	return text
}

// GoString keeps %#v from printing the fields.
func (e Error) GoString() string { return fmt.Sprintf("client.Error{%q}", e.String()) }

// MarshalJSON writes the fields that are safe to log, with Code as Error() has it.
func (e Error) MarshalJSON() ([]byte, error) {
	type fields Error // without this method
	e.Code = printable(e.Code)
	return json.Marshal(fields(e))
}

// Unwrap returns the sentinels that hold for e and the error of the transport or the context, if there is one. The text
// of a transport's error is not safe to log: it can quote what a server sent, or a proxy's password.
func (e *Error) Unwrap() []error {
	var sentinel error
	switch e.outcome {
	case unknown:
		sentinel = ErrOutcomeUnknown
	case exists:
		sentinel = ErrUnreadableCustomer
	case refused:
		sentinel = sentinels[e.Code]
	}
	if sentinel == nil {
		return e.cause
	}
	return append([]error{sentinel}, e.cause...)
}

// giveUp notes why there is no further attempt, and the errors that say so to errors.Is.
func (e *Error) giveUp(why string, causes ...error) {
	e.gaveUp = why
	e.cause = append(e.cause, causes...)
}

// notTried is the error of a call that ended before its first attempt.
func notTried(reason string, causes ...error) *Error {
	return &Error{outcome: unsent, reason: reason, cause: causes, due: silent}
}

// printable returns a code as far as it can be trusted in a log line: an undocumented one is untrusted input.
func printable(code gen.ErrorCode) gen.ErrorCode {
	if code == "" || code.Valid() {
		return code
	}
	return "an undocumented code"
}
