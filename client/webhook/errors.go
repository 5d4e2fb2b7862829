package webhook

import (
	"errors"
	"net/http"
)

// Why a delivery is not the vendor's, or not one that can be read. Verify and Read return them; the Handler answers 400. No
// text of theirs has a secret, a signature or anything of the payload.
var (
	ErrMissingHeader      = errors.New("webhook: a header is missing or empty")
	ErrRepeatedHeader     = errors.New("webhook: a header is there more than once")
	ErrMalformedTimestamp = errors.New("webhook: the timestamp is malformed")
	ErrMalformedSignature = errors.New("webhook: the signature is malformed") // no t=, no v1= of 64 digits, too many of them
	ErrTimestampsDisagree = errors.New("webhook: the timestamp's header is not the time that is signed")
	ErrSignatureMismatch  = errors.New("webhook: the signature does not match")
	ErrTooOld             = errors.New("webhook: the timestamp is too old")        // it is signed: a replay, or a late delivery
	ErrInFuture           = errors.New("webhook: the timestamp is in the future")  // it is signed: one of two clocks is wrong
	ErrTooLarge           = errors.New("webhook: the body is too large")           // more than gen.WebhookMaxPayload
	ErrEncodedBody        = errors.New("webhook: the body has a Content-Encoding") // what is signed is not encoded
	ErrUnreadableBody     = errors.New("webhook: the body did not arrive whole")   // the connection broke, or it took too long
	ErrPayload            = errors.New("webhook: the payload is not a customer's") // it is signed; Event has all but Customer
)

// Why an event is not handled now. Handle returns them.
var (
	// ErrDuplicate: the event was handled. The answer is 200.
	ErrDuplicate = errors.New("webhook: the event was handled before")
	// ErrReplay: the same bytes, signed at the same time, were handled under another id. The answer is 200.
	ErrReplay = errors.New("webhook: the delivery was handled before, under another id")
	// ErrInProgress: another delivery of the event is being handled, or the same delivery failed under another id. The answer
	// is 503, so that the event comes again: it would be lost if that other one failed.
	ErrInProgress = errors.New("webhook: the event is being handled")
	// ErrStoreFull: the Store has no room for another event. The answer is 503, so that it comes again.
	ErrStoreFull = errors.New("webhook: the store is full")
	// ErrHandler: the function that handles events returned an error, which is found beside this one. The answer is 503.
	ErrHandler = errors.New("webhook: the handler failed")
)

var refusals = []error{
	ErrMissingHeader, ErrRepeatedHeader, ErrMalformedTimestamp, ErrMalformedSignature, ErrTimestampsDisagree, ErrSignatureMismatch,
	ErrTooOld, ErrInFuture, ErrTooLarge, ErrEncodedBody, ErrUnreadableBody, ErrPayload,
}

// StatusCode is the HTTP status that answers what Verify, Read or Handle returned: 200 for nil, ErrDuplicate and ErrReplay, 400
// for what Verify and Read refuse, and else 503, upon which the vendor sends the event again.
func StatusCode(err error) int {
	among := func(errs ...error) bool {
		for _, e := range errs {
			if errors.Is(err, e) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return http.StatusOK
	case among(ErrHandler): // whatever the handler's error is
		return http.StatusServiceUnavailable
	case among(ErrDuplicate, ErrReplay):
		return http.StatusOK
	case among(refusals...):
		return http.StatusBadRequest
	}
	return http.StatusServiceUnavailable
}
