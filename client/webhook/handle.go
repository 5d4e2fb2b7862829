package webhook

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Handle calls f with an event that Verify or Read returned, unless it was handled before, and keeps that it was handled if f returns nil.
// StatusCode has the answer for what it returns:
//
//   - nil: f succeeded, or the event is of a type that this package does not know, for which f is not called;
//   - ErrDuplicate, ErrReplay: the event was handled before, f was not called;
//   - ErrInProgress: f is handling the event now, called for another delivery of it;
//   - ErrHandler, with the error of f: the event can be handled again, and the vendor's retry does so;
//   - any other error is the store's. f was not called, or succeeded and that could not be noted.
//
// If f panics the event can be handled again, too, and the panic goes on. ctx is that of the request: f, which gets it with what the store
// adds, should return when it ends, since nobody waits for the answer any more. The vendor waits for gen.WebhookAnswerTime.
func (r *Receiver) Handle(ctx context.Context, e Event, f func(context.Context, Event) error) error {
	if e.Type != gen.WebhookEventCustomerCreated {
		r.logger.LogAttrs(ctx, slog.LevelInfo, "webhook: an event of another type was ignored", slog.Any("event", e))
		return nil
	}
	now := r.now()
	claim := Claim{
		Event:         e.key(),
		Delivery:      e.delivery(),
		Owner:         rand.Text(),
		At:            now,
		LeaseUntil:    now.Add(Lease),
		EventUntil:    now.Add(gen.WebhookDeduplication),
		DeliveryUntil: e.Timestamp.Add(2 * gen.WebhookTolerance), // once the tolerance would do, if no clock were ever set back
	}
	claimed, err := r.store.Claim(ctx, claim)
	if err != nil {
		return fmt.Errorf("webhook: claim %v: %w", e, err)
	}
	handled := false
	defer func() { // for f that panics, or ends its goroutine, too
		if !handled {
			r.release(claimed, e, claim)
		}
	}()
	if err = f(claimed, e); err != nil {
		return fmt.Errorf("%w: %w", ErrHandler, err)
	}
	ending, cancel := ending(claimed)
	defer cancel()
	if err = r.store.Commit(ending, claim); err != nil {
		return fmt.Errorf("webhook: commit %v: %w", e, err)
	}
	handled = true
	return nil
}

func (r *Receiver) release(ctx context.Context, e Event, c Claim) {
	ctx, cancel := ending(ctx)
	defer cancel()
	if err := r.store.Release(ctx, c); err != nil {
		r.logger.LogAttrs(ctx, slog.LevelError, "webhook: an event was not released, it cannot be handled until its lease ends",
			slog.Any("event", e), slog.Any("error", err))
	}
}

// ending is the context of Commit and Release: they are called also if the request has ended meanwhile, but not for ever.
func ending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), gen.WebhookAnswerTime)
}
