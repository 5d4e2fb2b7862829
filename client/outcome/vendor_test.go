package outcome_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
)

// vendor is a stand-in for the vendor, called without a network so that it is of the bubble that a test runs in. A test says of each call what becomes of it.
type vendor struct {
	*client.Client
	fake *fakevendor.Vendor

	mu     sync.Mutex
	script []step // of the next calls; none is one that is answered
}

// step is what becomes of a call.
type step struct {
	lostBefore bool                   // the request is lost
	lostAfter  bool                   // the answer is lost
	answer     string                 // what is answered in place of what it answered, with 201
	between    func(*client.Customer) // runs when the customer was created, before the answer
}

const key = "bbb_test_outcome"

var errLost = errors.New("lost")

func newVendor(t *testing.T) *vendor {
	t.Helper()
	v := &vendor{fake: &fakevendor.Vendor{}}
	var err error
	v.Client, err = client.New(key, client.WithBaseURL("http://127.0.0.1"), client.WithHTTPClient(&http.Client{Transport: v}))
	require.NoError(t, err)
	return v
}

func (v *vendor) next(s ...step) { v.script = append(v.script, s...) }

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	var s step
	if len(v.script) > 0 {
		s, v.script = v.script[0], v.script[1:]
	}
	v.mu.Unlock()
	if s.lostBefore {
		return nil, errLost
	}
	w := httptest.NewRecorder()
	v.fake.ServeHTTP(w, r)
	if s.between != nil {
		s.between(v.last())
	}
	if s.lostAfter {
		return nil, errLost
	}
	if s.answer != "" {
		w = httptest.NewRecorder()
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, s.answer)
	}
	return w.Result(), nil
}

// last is the customer that was created last, nil if there is none.
func (v *vendor) last() *client.Customer {
	customers := v.fake.Customers(key)
	if len(customers) == 0 {
		return nil
	}
	return &customers[len(customers)-1]
}

// event is the customer as the event of its creation has it.
func (v *vendor) event() client.Customer { return *v.last() }

// told collects outcomes.
type told struct {
	mu   sync.Mutex
	all  []outcome.Outcome
	fail error

	telling func(outcome.Outcome) error // runs first, and its error is returned
}

func (o *told) settled(_ context.Context, one outcome.Outcome) error {
	if o.telling != nil {
		if err := o.telling(one); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return o.fail
	}
	o.all = append(o.all, one)
	return nil
}

func (o *told) statuses() map[string]outcome.Status {
	all := map[string]outcome.Status{}
	for _, one := range o.all {
		all[one.Ref] += one.Status // so that one that is told twice is seen
	}
	return all
}

// store is a MemoryStore that fails when told to.
type store struct {
	*outcome.MemoryStore
	before, after error // the change is not made; it is made
	twice         bool  // each change is made twice
}

func (s *store) Change(ctx context.Context, key string, change func([]byte) (outcome.Entry, error)) error {
	if s.before != nil {
		return s.before
	}
	if err := s.MemoryStore.Change(ctx, key, change); err != nil {
		return err
	}
	if s.twice {
		return s.MemoryStore.Change(ctx, key, change)
	}
	return s.after
}

// tracked is a Tracker with its surroundings.
type tracked struct {
	*outcome.Tracker
	t *testing.T
	*vendor
	told
	store *store
	deaf  bool          // the vendor does not reach the receiver
	fast  time.Duration // by how much the clock of the process is
}

func track(t *testing.T) *tracked {
	t.Helper()
	tr := &tracked{t: t, vendor: newVendor(t), store: &store{MemoryStore: outcome.NewMemoryStore(0)}}
	tr.start()
	return tr
}

// start begins a new process on the same store.
func (tr *tracked) start() {
	var err error
	tr.Tracker, err = outcome.New(tr.store, tr.settled, outcome.WithClock(func() time.Time { return time.Now().Add(tr.fast) }))
	require.NoError(tr.t, err)
	require.NoError(tr.t, tr.Settle(tr.t.Context()))
}

// lives lets time pass in which the process works, and gets events of other customers every ten minutes unless it is deaf.
func (tr *tracked) lives(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Minute, time.Until(end)))
		if !tr.deaf && time.Now().Minute()%10 == 0 {
			tr.hears()
		}
		require.NoError(tr.t, tr.Settle(tr.t.Context()))
	}
}

func (tr *tracked) create(in client.CustomerInput, ref string) (*client.Customer, error) {
	return tr.CreateCustomer(tr.t.Context(), tr.Client, in, ref)
}

// lose makes a call whose outcome is unknown.
func (tr *tracked) lose(in client.CustomerInput, ref string, s step) {
	tr.t.Helper()
	tr.next(s)
	_, err := tr.create(in, ref)
	require.ErrorIs(tr.t, err, client.ErrOutcomeUnknown)
}

// hears gets the event of somebody else's customer, which shows that the vendor reaches the receiver.
func (tr *tracked) hears() {
	require.NoError(tr.t, tr.Created(tr.t.Context(), client.Customer{ID: "cust_else", Email: new("else@example.com")}))
}

func siti() client.CustomerInput {
	return client.CustomerInput{
		Email: new("siti@example.com"), FirstName: new("Siti"), Tags: []string{"vip"},
		Addresses: []client.AddressInput{{Address1: "Jl. Sudirman No. 1", MainAddress: new(true)}},
	}
}
