package outcome

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// ErrNotTracked: CreateCustomer sent nothing, since the Store did not take the call. The cause is found beside it: ErrFull, or an error of the Store.
var ErrNotTracked = errors.New("bitbybit: outcome: not sent, since the call cannot be tracked")

const (
	// MaxCall bounds a call of Tracker.CreateCustomer, as if its context ended then.
	MaxCall = 10 * time.Minute
	// MaxRef bounds a ref, in bytes.
	MaxRef = 256

	storeTime = 10 * time.Second // for a Change after a call, whose own context may have ended
	maxLate   = 1000             // how many ends may wait for the Store until no call is begun any more
)

// Status is what became of a call.
type Status string

// What a call is settled as.
const (
	Created    Status = "created"     // it created a customer, or one with the same content was created since; Outcome.CustomerID is its id
	NotCreated Status = "not created" // no event came, and none can come any more: the customer may be sent again
	Undecided  Status = "undecided"   // Outcome.Reason says why nothing settled it: look the customer up in bitbybit
)

// Outcome is what became of a call that ended in client.ErrOutcomeUnknown.
type Outcome struct {
	Ref        string // what the caller knows the call by
	CallID     string // the call's own; an outcome that is told again has the same
	Status     Status
	CustomerID string    // of Created
	Reason     string    // of Undecided: free of personal data
	Begun      time.Time // when the call was made
}

// Creator creates a customer. It is a *client.Client.
type Creator interface {
	CreateCustomer(ctx context.Context, in client.CustomerInput, opts ...client.CallOption) (*client.Customer, error)
}

// Tracker keeps calls until it is known what became of them. It is made by New and safe for concurrent use.
type Tracker struct {
	store   Store
	settled func(context.Context, Outcome) error
	clock   func() time.Time

	mu    sync.Mutex
	alive time.Time // when Settle last told the Store so
	heard time.Time // when the last event came
	late  []end     // that the Store did not take
}

// end is how a call ended.
type end struct {
	key, id  string
	state    state // empty if it created nothing
	customer string
}

// Option sets up a Tracker; it is given to New.
type Option func(*Tracker) error

// WithClock reads the time from now, for tests. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return func(t *Tracker) error {
		if t.clock = now; now == nil {
			return errors.New("WithClock: the clock is nil; leave the option out to get time.Now")
		}
		return nil
	}
}

// New returns a Tracker of the customers of one company. settled is told the outcome of each call that ended in client.ErrOutcomeUnknown, by Created and by
// Settle. Until it returns nil it is told again; it may be told the same outcome twice, and at the same time, so what it does has to be good for that. A nil
// store is NewMemoryStore(0).
func New(store Store, settled func(context.Context, Outcome) error, opts ...Option) (*Tracker, error) {
	if settled == nil {
		return nil, errors.New("bitbybit: outcome: settled is nil; want a function that is told the outcomes")
	}
	if store == nil {
		store = NewMemoryStore(0)
	}
	t := &Tracker{store: store, settled: settled, clock: time.Now}
	for i, o := range opts {
		if o == nil {
			return nil, fmt.Errorf("bitbybit: outcome: option %d of %d is nil", i+1, len(opts))
		}
		if err := o(t); err != nil {
			return nil, fmt.Errorf("bitbybit: outcome: %w", err)
		}
	}
	return t, nil
}

// CreateCustomer calls c.CreateCustomer and returns what that returns, and ends it after MaxCall. If the error is client.ErrOutcomeUnknown, settled will be told
// what became of the call, possibly before CreateCustomer returns. So it is for a client.ErrUnreadableCustomer whose Error.CustomerID is empty.
//
// ref is what the caller knows the call by, such as the key of a row: at most MaxRef bytes. It is kept as it is, so it should not be personal data.
//
// Where the call cannot be kept, because the Store fails or a bound is reached, nothing is sent: the error is ErrNotTracked then, and no *client.Error.
func (t *Tracker) CreateCustomer(ctx context.Context, c Creator, in client.CustomerInput, ref string, opts ...client.CallOption) (
	customer *client.Customer, err error,
) {
	if len(ref) > MaxRef {
		return nil, fmt.Errorf("%w: the ref has %d bytes, want at most %d", ErrNotTracked, len(ref), MaxRef)
	}
	key, length, err := content(in)
	if err != nil {
		return nil, fmt.Errorf("%w: the customer cannot be written as JSON", ErrNotTracked)
	}
	if t.blocked() {
		return nil, fmt.Errorf("%w: the store did not take how %d earlier calls ended; Settle tries again", ErrNotTracked, maxLate)
	}
	id := rand.Text()
	err = t.change(ctx, key, func(g *group, now time.Time) error {
		return g.begin(call{ID: id, Ref: ref, State: underWay, Begun: now, TooLarge: tooLarge(in, length)})
	})
	if err != nil {
		if !errors.Is(err, ErrFull) {
			t.end(ctx, end{key: key, id: id}) // it may be there all the same
		}
		return nil, fmt.Errorf("%w: %w", ErrNotTracked, err)
	}
	defer func() { // also where a middleware panics
		s, name := stateOf(customer, err)
		t.end(ctx, end{key, id, s, name})
	}()
	limited, cancel := context.WithTimeout(ctx, MaxCall)
	defer cancel()
	return c.CreateCustomer(limited, in, opts...)
}

// stateOf is what a call is known to have come to.
func stateOf(customer *client.Customer, err error) (s state, id string) {
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case err == nil && customer != nil:
		return done, customer.ID
	case !ok || errors.Is(err, client.ErrOutcomeUnknown): // a panic, or a Creator that is no client
		return unknown, ""
	case !errors.Is(err, client.ErrUnreadableCustomer):
		return "", ""
	case e.CustomerID == "":
		return unnamed, ""
	}
	return done, e.CustomerID
}

// end notes how a call ended, or keeps that for Settle.
func (t *Tracker) end(ctx context.Context, e end) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if t.note(ctx, e) != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.late = append(t.late, e)
	}
}

func (t *Tracker) note(ctx context.Context, e end) error {
	return t.change(ctx, e.key, func(g *group, now time.Time) error {
		g.end(e.id, e.state, e.customer, now)
		return nil
	})
}

// blocked tells whether there is no room for the ends that the Store does not take.
func (t *Tracker) blocked() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.late) >= maxLate
}

// flush notes the ends that the Store did not take before: those of a key, or all where that is empty.
func (t *Tracker) flush(ctx context.Context, key string) error {
	t.mu.Lock()
	late := t.late
	t.late = nil
	t.mu.Unlock()
	var errs failures
	late = slices.DeleteFunc(late, func(e end) bool {
		if key != "" && key != e.key {
			return false
		}
		err := t.note(ctx, e)
		errs.add(err)
		return err == nil
	})
	t.mu.Lock()
	t.late = append(t.late, late...)
	t.mu.Unlock()
	return errs.err()
}

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
	var told []string
	for _, c := range calls {
		o := Outcome{Ref: c.Ref, CallID: c.ID, Status: statuses[c.State], CustomerID: c.Customer, Reason: c.Why, Begun: c.Begun}
		if err := t.settled(ctx, o); err != nil {
			errs.add(fmt.Errorf("bitbybit: outcome: %s was not taken and will be told again: %w", o.Status, err))
			continue
		}
		told = append(told, c.ID)
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
