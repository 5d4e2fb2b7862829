package webhook

import "errors"

// Why a delivery was refused, or not handled again; errors.Is finds them.
var (
	ErrMissingHeader      = errors.New("webhook: a header is missing")
	ErrRepeatedHeader     = errors.New("webhook: a header is there more than once")
	ErrMalformedTimestamp = errors.New("webhook: malformed timestamp")
	ErrMalformedSignature = errors.New("webhook: malformed signature")
	ErrTimestampsDisagree = errors.New("webhook: two timestamps that disagree")
	ErrSignatureMismatch  = errors.New("webhook: the signature does not match")
	ErrTooOld             = errors.New("webhook: too old")
	ErrInFuture           = errors.New("webhook: in the future")
	ErrTooLarge           = errors.New("webhook: too large")
	ErrEncodedBody        = errors.New("webhook: encoded body")
	ErrUnreadableBody     = errors.New("webhook: unreadable body")
	ErrPayload            = errors.New("webhook: the payload is not a customer")
	ErrDuplicate          = errors.New("webhook: duplicate")
	ErrReplay             = errors.New("webhook: replay under another id")
	ErrInProgress         = errors.New("webhook: in progress")
	ErrStoreFull          = errors.New("webhook: the store is full")
)
