// Package webhook has the values of the mock's webhooks: the endpoints that are told of new customers, the deliveries to them with their attempts,
// and the faults that make a delivery hostile. They are copies that their reader may change. The mock sends; this package does nothing.
//
// # Faults
//
// A [Fault] hits attempts: a receiver that refuses one gets the next after the usual time, as it should be unless a fault hits that too.
//
//	DUPLICATE           sent twice, one right after the other, under one id; delivered if either is answered 2xx
//	REORDERED           held until the next delivery to the endpoint was sent, at most a minute
//	LATE                sent after a delay, and signed then
//	NEVER               not sent, and not retried; the history says so, and it can be redelivered
//	WRONG_SIGNATURE     signed with another secret
//	SHORT_SIGNATURE     half of the signature
//	OLD_TIMESTAMP       a minute beyond the tolerance in the past, and signed right for that time
//	FUTURE_TIMESTAMP    a minute beyond the tolerance in the future, and signed right for that time
//	TIMESTAMP_MISMATCH  the header's timestamp is now; the signature is right for an old t, as when a captured one is replayed
//	REFORMATTED_BODY    the same JSON with spaces, as a proxy writes it after it was signed: the signature does not fit
//	TWO_SIGNATURES      two v1, of which the second is right, as while a secret is replaced; a receiver accepts it
//	OVERSIZED_BODY      one byte over the largest payload, padded with spaces, and signed right
//	UNKNOWN_EVENT       an event type that nobody knows, signed right; a receiver answers 2xx
package webhook
