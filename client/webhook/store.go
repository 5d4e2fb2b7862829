package webhook

import (
	"context"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Lease is how long a claim holds that is neither committed nor released, since its process crashed or its function hangs. It
// is longer than the time in which a delivery is answered and the first retry comes.
const Lease = 3 * gen.WebhookAnswerTime

// Store keeps which events were handled, for Receiver.Handle: Claim, the function that handles the event, then Commit if it
// succeeded or Release if not. All replicas of a receiver need one store in common. Its methods are called from several
// goroutines at once, and what each does must be atomic among all replicas: of two that claim the same event at the same time, one gets it.
//
// A Store keeps two things, under keys of 43 ASCII characters that it need not understand:
//
//   - which Delivery came for which Event, until DeliveryUntil. A Delivery is an event's bytes and the second in which they were signed; it
//     comes a second time when someone repeats it, and if then with another Event, it is a replay;
//   - which Event was handled, until EventUntil, and which one is claimed, until LeaseUntil.
//
// MemoryStore is one within a process. examples/webhook-store has one on database/sql, which claims the event in the transaction
// in which the function then writes: a crash in between takes back both.
type Store interface {
	// Claim, in this order:
	//
	//   - where c.Delivery came for another Event: returns ErrReplay if that one was handled, and else ErrInProgress;
	//   - notes that c.Delivery came for c.Event, and keeps that whatever becomes of the claim;
	//   - where c.Event was handled: returns ErrDuplicate;
	//   - where another claim of c.Event holds: returns ErrInProgress, or waits for its end;
	//   - claims c.Event.
	//
	// If there is no room it returns ErrStoreFull. Any other error means that the store failed; the event then is not handled now
	// and comes again. What has passed its time by c.At counts as not there. The context that is returned is given to the
	// function, and to Commit or Release (without its end): it may carry a transaction. It is ctx, or made of it.
	Claim(ctx context.Context, c Claim) (context.Context, error)
	// Commit notes that c.Event was handled, even if the claim has passed its time or another one took its place. An error
	// means that it is not noted; the claim is released then, and the event comes again.
	Commit(ctx context.Context, c Claim) error
	// Release ends the claim, so that the event can be claimed again, unless the claim of another Owner took its place, or the
	// event was handled.
	Release(ctx context.Context, c Claim) error
}

// Claim is one attempt to handle an event.
type Claim struct {
	Event    string // the key of the event: a digest of its id and its customer's
	Delivery string // the key of the delivery: a digest of what was signed
	Owner    string // random: tells this claim from others of the event

	At            time.Time // now, by the Receiver's clock
	LeaseUntil    time.Time // how long the claim holds if nothing ends it: Lease
	EventUntil    time.Time // how long it is kept that the event was handled: gen.WebhookDeduplication
	DeliveryUntil time.Time // how long the delivery is kept: until its timestamp is too old for certain
}
