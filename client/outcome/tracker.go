package outcome

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrNotTracked says that CreateCustomer sent nothing, since the Store did not take the call. The cause is found beside it: ErrFull, or an error of the Store.
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
	Created    Status = "created"     // it created a customer, or one with the same content was created since, or up to five minutes before; Outcome.CustomerID is its id
	NotCreated Status = "not created" // no event came, and none can come any more: the customer may be sent again
	Undecided  Status = "undecided"   // Outcome.Reason says why nothing settled it: look the customer up in bitbybit
)

// Outcome is what became of a call that ended in client.ErrOutcomeUnknown.
type Outcome struct {
	Ref        string // what the caller knows the call by
	CallID     string // the call's own; an outcome that is told again has the same, and Created counts over the others
	Status     Status
	CustomerID string    // of Created
	Reason     string    // of Undecided: free of personal data
	Begun      time.Time // when the call was made
}

// Tracker keeps calls until it is known what became of them. It is made by New and safe for concurrent use.
type Tracker struct {
	store   Store
	settled func(context.Context, Outcome) error
	clock   func() time.Time

	mu    sync.Mutex
	alive time.Time // when Settle last told the Store so
	heard time.Time // when the last event came, of which Settle tells the Store
	late  []end     // that the Store did not take
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
// Settle. Until it returns nil it is told again; it may be told the same outcome twice, and at the same time, or Created after another outcome of the same call, so what it does has to be good for that. A nil
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
