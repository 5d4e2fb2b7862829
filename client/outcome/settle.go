package outcome

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Created takes a customer of the event customer.created, verified: call it in the handler of the webhook, before anything else that can fail, and answer with an error
// (503) if it returns one, so that the vendor sends the event again. If the event settles calls, settled is told so before Created returns. Events that come again, and those of
// customers that were created otherwise, change nothing.
func (t *Tracker) Created(ctx context.Context, customer client.Customer) error {
	if customer.ID == "" {
		return errors.New("bitbybit: outcome: the customer of the event has no id")
	}
	key, _, err := content(customer)
	if err != nil {
		return errors.New("bitbybit: outcome: the customer of the event cannot be written as JSON")
	}
	if err := t.flush(ctx, key); err != nil {
		return err
	}
	var calls []call
	err = t.change(ctx, key, func(g *group, now time.Time) error {
		if len(g.Calls) == 0 {
			return nil
		}
		err := g.arrive(customer.ID, customer.CreatedAt, now)
		calls = g.untold()
		return err
	})
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.heard = t.now()
	t.mu.Unlock()
	return t.tell(ctx, key, calls)
}

// Settle tells settled what has to be told, above all the calls whose event can come no more, and notes that the receiver is alive. Call it as soon as the
// receiver of the webhook listens, and then once a minute, in each process that has one. What it could not do, the next call does; its error has the first ten causes.
func (t *Tracker) Settle(ctx context.Context) error {
	var errs failures
	errs.add(t.flush(ctx, ""))
	r, err := t.lives(ctx)
	if err != nil {
		errs.add(err)
		return errs.err()
	}
	keys, err := t.store.Due(ctx, t.now())
	if err != nil {
		errs.add(fmt.Errorf("bitbybit: outcome: the store's Due: %w", err))
	}
	for _, key := range keys {
		if key != receiverKey {
			errs.add(t.settle(ctx, key, r))
		}
	}
	return errs.err()
}

func (t *Tracker) settle(ctx context.Context, key string, r receiver) error {
	var calls []call
	err := t.change(ctx, key, func(g *group, now time.Time) error {
		g.decide(now, r)
		calls = g.untold()
		return nil
	})
	if err != nil {
		return err
	}
	return t.tell(ctx, key, calls)
}

// lives notes that the receiver is alive, since the last Settle of this Tracker or since now.
func (t *Tracker) lives(ctx context.Context) (receiver, error) {
	t.mu.Lock()
	alive, heard := t.alive, t.heard
	t.mu.Unlock()
	var r receiver
	var now time.Time
	err := t.store.Change(ctx, receiverKey, func(value []byte) (Entry, error) {
		r, now = receiver{}, t.now()
		if err := read(value, &r); err != nil {
			return Entry{}, err
		}
		since := alive
		if now.Sub(since) > maxPause {
			since = now
		}
		r.lives(since, now, heard)
		return r.entry(now)
	})
	if err != nil {
		return r, fmt.Errorf("bitbybit: outcome: the store: %w", err)
	}
	t.mu.Lock()
	t.alive = now
	t.mu.Unlock()
	return r, nil
}

// change is Store.Change of a group. The clock is read in the transaction, so that a later change never has an earlier time than the one that it waited for.
func (t *Tracker) change(ctx context.Context, key string, change func(g *group, now time.Time) error) error {
	err := t.store.Change(ctx, key, func(value []byte) (Entry, error) {
		var g group
		if err := read(value, &g); err != nil {
			return Entry{}, err
		}
		if err := change(&g, t.now()); err != nil {
			return Entry{}, err
		}
		return g.entry()
	})
	if err != nil && !errors.Is(err, ErrFull) {
		return fmt.Errorf("bitbybit: outcome: the store: %w", err)
	}
	return err
}

// now is the time as another process reads it.
func (t *Tracker) now() time.Time { return t.clock().Round(0).UTC() }

// statuses are those of the states that are told.
var statuses = map[state]Status{created: Created, missing: NotCreated, undecided: Undecided}

// tell tells the outcomes of some calls, and notes those that were taken.
func (t *Tracker) tell(ctx context.Context, key string, calls []call) error {
	var errs failures
	var told []call
	for _, c := range calls {
		o := Outcome{Ref: c.Ref, CallID: c.ID, Status: statuses[c.State], CustomerID: c.Customer, Reason: c.Why, Begun: c.Begun}
		if err := t.settled(ctx, o); err != nil {
			errs.add(fmt.Errorf("bitbybit: outcome: %s was not taken and will be told again: %w", o.Status, err))
			continue
		}
		told = append(told, c)
	}
	if len(told) > 0 {
		errs.add(t.change(ctx, key, func(g *group, now time.Time) error {
			g.told(told, now)
			return nil
		}))
	}
	return errs.err()
}

// failures has the first ten of the errors that were added.
type failures struct {
	first []error
	more  int
}

func (f *failures) add(err error) {
	switch {
	case err == nil:
	case len(f.first) < 10:
		f.first = append(f.first, err)
	default:
		f.more++
	}
}

func (f *failures) err() error {
	if f.more > 0 {
		return errors.Join(append(f.first, fmt.Errorf("and %d more", f.more))...)
	}
	return errors.Join(f.first...)
}
