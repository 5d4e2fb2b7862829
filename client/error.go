package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

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

// kindOf names the kind of failure that a transport or a body reports. It never quotes the error's text: that may hold
// what a server sent, which may be what was sent to it, or a proxy's password.
func kindOf(err error) string {
	if why := notProcessed(err); why != "" {
		return why
	}
	switch dns, isDNS := errors.AsType[*net.DNSError](err); {
	case errors.Is(err, errTooLong):
		return err.Error()
	case isDNS && dns.IsNotFound:
		return "lookup: no such host"
	case isDNS:
		return "lookup of a host failed"
	case is[x509.UnknownAuthorityError](err):
		return "the certificate is signed by an unknown authority"
	case is[x509.HostnameError](err):
		return "the certificate is for another host"
	case is[*tls.CertificateVerificationError](err):
		return "the certificate is not valid"
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return alert.Error()
	}
	return doing(err) + typeOf(err)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// doing is what the network was doing, as far as the standard library's own words say it.
func doing(err error) string {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || !slices.Contains([]string{"dial", "proxyconnect", "read", "write"}, op.Op) {
		return ""
	}
	return op.Op + ": "
}

// typeOf names an error by its type, or for those that the standard library gives no type of their own by its fixed words.
func typeOf(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	for _, known := range []error{
		context.DeadlineExceeded, context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, http.ErrSchemeMismatch,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "timed out"
	}
	for _, words := range []string{
		"malformed HTTP", "malformed MIME header", "stream error", "GOAWAY", "connection loss",
		"server closed idle connection", "bad Content-Length", "unsupported transfer encoding", "invalid header field",
	} {
		if strings.Contains(err.Error(), words) {
			return words
		}
	}
	inner := innermost(err)
	// The answer of a proxy to CONNECT arrives as the bare text of its status.
	for status := 300; status < 600; status++ {
		if phrase := http.StatusText(status); phrase != "" && phrase == inner.Error() {
			return fmt.Sprintf("a proxy answered %d %s", status, phrase)
		}
	}
	return fmt.Sprintf("an error of type %T, see Unwrap", inner)
}

// innermost is the error that has caused all others in a chain.
func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// refusedStream is the text of an RST_STREAM frame with the code REFUSED_STREAM: "the stream is being closed prior to any
// processing having occurred" (RFC 9113, 8.7). Any other code proves nothing.
var refusedStream = regexp.MustCompile(`^stream error: stream ID [0-9]+; REFUSED_STREAM; received from peer$`)

// notProcessed says how it is known that an HTTP/2 server has not processed a request, "" if it is not known. net/http has
// a type for one of these errors only, and hides it in the text of another, so their texts decide: whole ones, of which no
// part is what a server wrote. Where net/http changes them, the outcome is unknown.
func notProcessed(err error) string {
	text := innermost(err).Error()
	// What net/http would have sent again by itself, had noReplay let it.
	if inner, found := strings.CutPrefix(text, "http2: Transport: cannot retry err ["); found {
		text, _, _ = strings.Cut(inner, "] after Request.Body was written")
	}
	switch {
	case refusedStream.MatchString(text):
		return "the server refused the HTTP/2 stream (REFUSED_STREAM)"
	case text == "http2: Transport received Server's graceful shutdown GOAWAY",
		strings.HasPrefix(text, "http2: Transport received GOAWAY from server ErrCode:"):
		// Both say that the stream was above the last one that the server takes care of (RFC 9113, 6.8).
		return "the server ended the HTTP/2 connection before it (GOAWAY)"
	case text == "http2: client conn could not be established",
		// A connection was lost before the request was written to it, and no other was there. Without GetBody, which
		// noReplay takes away, net/http has nothing else to rewind a body for.
		text == "net/http: cannot rewind body after connection loss":
		return "the HTTP/2 connection was lost before it"
	}
	return ""
}
