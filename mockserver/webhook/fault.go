package webhook

import "time"

// Kind is what a fault does to an attempt; the package comment has a table.
type Kind string

// The faults.
const (
	Duplicate         Kind = "DUPLICATE"
	Reordered         Kind = "REORDERED"
	Late              Kind = "LATE"
	Never             Kind = "NEVER"
	WrongSignature    Kind = "WRONG_SIGNATURE"
	ShortSignature    Kind = "SHORT_SIGNATURE"
	OldTimestamp      Kind = "OLD_TIMESTAMP"
	FutureTimestamp   Kind = "FUTURE_TIMESTAMP"
	TimestampMismatch Kind = "TIMESTAMP_MISMATCH"
	ReformattedBody   Kind = "REFORMATTED_BODY"
	TwoSignatures     Kind = "TWO_SIGNATURES"
	OversizedBody     Kind = "OVERSIZED_BODY"
	UnknownEvent      Kind = "UNKNOWN_EVENT"
)

// Kinds lists every fault that there is.
func Kinds() []Kind {
	return []Kind{
		Duplicate, Reordered, Late, Never, WrongSignature, ShortSignature, OldTimestamp, FutureTimestamp, TimestampMismatch, ReformattedBody,
		TwoSignatures, OversizedBody, UnknownEvent,
	}
}

// Fault makes deliveries hostile. An attempt is hit by one fault at most: the one that was set first, of those that are for it.
type Fault struct {
	// ID names the fault: "fault_1", "fault_2" … The mock gives it.
	ID string
	// Key is the whole API key whose customers' deliveries are hit; empty for every key.
	Key string
	// EndpointID is the endpoint whose deliveries are hit; empty for every endpoint.
	EndpointID string
	// Kind is what is done to them.
	Kind Kind
	// Delay is how much later LATE sends, by the mock's clock and divided by its speed: more than 0, at most 24 hours. It is for LATE alone.
	Delay time.Duration

	// Times is how many attempts are hit; 0 for all until the fault is cleared.
	Times int
	// Probability is how likely an attempt is hit, in (0, 1]; 0 means 1. Which attempts are hit depends on Seed, on the endpoint, on the number of the event
	// there and on the number of the attempt, and on nothing else: not on other faults, nor on how fast receivers answer.
	Probability float64
	// Seed is where the random numbers of Probability begin.
	Seed uint64

	// Hits is how many attempts were hit so far.
	Hits int
}
