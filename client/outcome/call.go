package outcome

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Creator creates a customer. It is a *client.Client.
type Creator interface {
	CreateCustomer(ctx context.Context, in client.CustomerInput, opts ...client.CallOption) (*client.Customer, error)
}

// end is how a call ended.
type end struct {
	key, id  string
	state    state // empty if it created nothing
	customer string
}

// CreateCustomer calls c.CreateCustomer and returns what that returns, and ends it after MaxCall. If the error is client.ErrOutcomeUnknown, settled will be told
// what became of the call, possibly before CreateCustomer returns. So it is for a client.ErrUnreadableCustomer whose Error.CustomerID is empty.
//
// ref is what the caller knows the call by, such as the key of a row: at most MaxRef bytes, in UTF-8. It is kept as it is, so it should not be personal data.
//
// Where the call cannot be kept, because the Store fails or a bound is reached, nothing is sent: the error is ErrNotTracked then, and no *client.Error.
func (t *Tracker) CreateCustomer(ctx context.Context, c Creator, in client.CustomerInput, ref string, opts ...client.CallOption) (
	customer *client.Customer, err error,
) {
	if len(ref) > MaxRef || !utf8.ValidString(ref) {
		return nil, fmt.Errorf("%w: want a ref of at most %d bytes in UTF-8, it has %d", ErrNotTracked, MaxRef, len(ref))
	}
	key, length, err := content(in)
	if err != nil {
		return nil, fmt.Errorf("%w: the customer cannot be written as JSON", ErrNotTracked)
	}
	if first, n := t.later(); n >= maxLate {
		if err := t.flush(ctx, first); err != nil {
			return nil, fmt.Errorf("%w: the store did not take how %d earlier calls ended: %w", ErrNotTracked, n, err)
		}
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

// end notes how a call ended, or keeps that for later.
func (t *Tracker) end(ctx context.Context, e end) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if t.note(ctx, e) != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.late = append(t.late, e)
		return
	}
	if _, n := t.later(); n > 0 {
		_ = t.flush(ctx, "") // the Store works again
	}
}

func (t *Tracker) note(ctx context.Context, e end) error {
	return t.change(ctx, e.key, func(g *group, now time.Time) error {
		g.end(e.id, e.state, e.customer, now)
		return nil
	})
}

// later returns how many ends the Store did not take, and the key of the first.
func (t *Tracker) later() (key string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.late) > 0 {
		key = t.late[0].key
	}
	return key, len(t.late)
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
