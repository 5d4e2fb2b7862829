package outcome

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// state is what is known of a call.
type state string

const (
	underWay  state = "under way" // it has begun
	unknown   state = "unknown"   // it has ended, and nothing settled it
	unnamed   state = "unnamed"   // it created a customer whose id could not be read
	created   state = "created"   // an event settled it; to be told
	missing   state = "missing"   // no event came; to be told
	undecided state = "undecided" // nothing will settle it; to be told
	done      state = "done"      // it created the customer whose mark it has, which the caller knows
)

// call is what is kept of a call.
type call struct {
	ID       string    `json:"id"`
	Ref      string    `json:"ref,omitempty"`
	State    state     `json:"state"`
	Begun    time.Time `json:"begun"`
	Ended    time.Time `json:"ended,omitzero"`     // or when it was settled; the state tells
	Customer string    `json:"customer,omitempty"` // the id if created, its mark if done
	Why      string    `json:"why,omitempty"`      // of undecided
	TooLarge bool      `json:"tooLarge,omitempty"` // for an event to be certain
	Earlier  string    `json:"earlier,omitempty"`  // the mark of a customer whose event came after the call began, and who was created before it
}

// event is a customer.created that may be that of a call under way.
type event struct {
	Customer string    `json:"customer"` // its id
	At       time.Time `json:"at"`       // a call that began later is not the one that created it
}

// group is what is kept of the calls of one content, in the order in which they began. All its methods only compute.
type group struct {
	Calls  []call  `json:"calls"`
	Events []event `json:"events,omitempty"` // in the order in which they came
}

const (
	// maxSame is how many calls of one content are kept.
	maxSame = 100
	// maxEvents is how many events of one content wait for calls under way to end.
	maxEvents = 100
	// skew is how far the clocks of processes, and of the vendor, may differ.
	skew = gen.WebhookTolerance
	// lease is how long a call can be under way. One that seems to be so for longer is one of a process that is gone.
	lease = MaxCall + skew
)

// Wait is how long a call is waited for after its end: until the vendor's last attempt to deliver its event, with the time for an answer to each, and
// three hours more. It is five hours and 38 minutes.
func Wait() time.Duration {
	wait := 3*time.Hour + gen.WebhookAnswerTime
	for _, pause := range gen.WebhookRetries() {
		wait += pause + gen.WebhookAnswerTime
	}
	return wait
}

// mark is an id for comparison, of bounded length.
func mark(id string) string {
	if len(id) <= sha256.Size*2 {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// begin adds a call, once.
func (g *group) begin(c call) error {
	if slices.ContainsFunc(g.Calls, func(other call) bool { return other.ID == c.ID }) {
		return nil // the Store has repeated a transaction that it had kept
	}
	if len(g.Calls) >= maxSame {
		return fmt.Errorf("%w: %d calls with the same customer are kept already", ErrFull, maxSame)
	}
	g.Calls = append(g.Calls, c)
	return nil
}

// end notes how a call ended. An empty state is one of a call that created nothing. A call that Settle has given up is left as it is.
func (g *group) end(id string, s state, customer string, now time.Time) {
	i := slices.IndexFunc(g.Calls, func(c call) bool { return c.ID == id && (c.State == underWay || c.State == unknown) })
	if i < 0 {
		return
	}
	c := &g.Calls[i]
	switch s {
	case "":
		g.Calls = slices.Delete(g.Calls, i, i+1)
	case done:
		c.State, c.Customer, c.Ended, c.Ref = done, mark(customer), now, ""
	default:
		c.State, c.Ended = s, now
	}
	g.match(now)
}

// arrive takes an event.
func (g *group) arrive(customer string, createdAt, now time.Time) error {
	e := event{customer, now.Add(skew)}
	if !createdAt.IsZero() && createdAt.Before(now) {
		e.At = createdAt.Add(skew)
	}
	if !slices.ContainsFunc(g.Events, func(other event) bool { return other.Customer == customer }) {
		g.Events = append(g.Events, e)
	}
	g.match(now)
	if len(g.Events) > maxEvents {
		return fmt.Errorf("%w: %d events of the same content wait for calls that are under way", ErrFull, maxEvents)
	}
	return nil
}

// knows tells whether a customer is that of a call already.
func (g *group) knows(customer string) bool {
	return slices.ContainsFunc(g.Calls, func(c call) bool {
		return c.State == done && c.Customer == mark(customer) || c.State == created && c.Customer == customer
	})
}

// match gives each event to a call, also to one of which another outcome was decided but is not known to have been taken. One that may be that of a call under
// way waits, since the answer to that call can say so. One that is no call's by its time is noted: where a clock was set, it can be.
func (g *group) match(now time.Time) {
	for i, c := range g.Calls {
		if c.State == underWay && !now.Before(c.Begun.Add(lease)) {
			g.Calls[i].State, g.Calls[i].Ended = unknown, c.Begun.Add(lease)
		}
	}
	g.Events = slices.DeleteFunc(g.Events, func(e event) bool {
		if g.knows(e.Customer) {
			return true
		}
		if g.find(e, underWay) != nil {
			return false
		}
		c := g.find(e, unnamed) // one of the events is certain to be that call's, so that it is first among those that began at about the same time
		if c == nil || e.At.After(c.Begun.Add(2*skew)) {
			c = g.find(e, unnamed, unknown, missing, undecided)
		}
		if c != nil {
			c.State, c.Customer, c.Why, c.Ended = created, e.Customer, "", now
			return true
		}
		for i := range g.Calls {
			g.Calls[i].Earlier = mark(e.Customer)
		}
		return true
	})
}

// find returns the last begun of the calls in some states that may have created the customer of an event, nil if there is none. The last, since earlier calls
// can be settled by the events of earlier customers too, and later calls cannot.
func (g *group) find(e event, states ...state) *call {
	var last *call
	for i := range g.Calls {
		c := &g.Calls[i]
		if slices.Contains(states, c.State) && !c.Begun.After(e.At) && (last == nil || !c.Begun.Before(last.Begun)) {
			last = c
		}
	}
	return last
}

// decide settles the calls that no event can settle any more, where none waits for calls under way, and forgets those whose event cannot come any more.
func (g *group) decide(now time.Time, r receiver) {
	g.match(now)
	for i := range g.Calls {
		c := &g.Calls[i]
		awaited := c.State == unknown || c.State == unnamed
		if !awaited || now.Before(c.Ended.Add(Wait())) || len(g.Events) > 0 {
			continue
		}
		switch why := r.doubts(c); {
		case c.State == unnamed:
			c.State, c.Why, c.Ended = undecided, "the customer exists, and no event told its id", now
		case why == "":
			c.State, c.Ended = missing, now
		default:
			c.State, c.Why, c.Ended = undecided, why, now
		}
	}
	g.Calls = slices.DeleteFunc(g.Calls, func(c call) bool { return c.State == done && !now.Before(c.Ended.Add(Wait())) })
}

// told notes that the caller knows the outcome of some calls. One that became another since is still to be told.
func (g *group) told(calls []call, now time.Time) {
	known := func(c call) bool {
		return slices.ContainsFunc(calls, func(told call) bool { return told.ID == c.ID && told.State == c.State })
	}
	g.Calls = slices.DeleteFunc(g.Calls, func(c call) bool { return (c.State == missing || c.State == undecided) && known(c) })
	for i := range g.Calls {
		if c := &g.Calls[i]; c.State == created && known(*c) {
			c.State, c.Customer, c.Ended, c.Ref = done, mark(c.Customer), now, ""
		}
	}
}

// untold returns the calls whose outcome is to be told. While events wait for calls under way, only those that were created are.
func (g *group) untold() []call {
	return slices.DeleteFunc(slices.Clone(g.Calls), func(c call) bool {
		return c.State != created && (c.State != missing && c.State != undecided || len(g.Events) > 0)
	})
}

// due is when decide has to be called at the latest.
func (g *group) due() time.Time {
	var due time.Time
	for i, c := range g.Calls {
		at := c.Ended // to be told
		switch c.State {
		case underWay:
			at = c.Begun.Add(lease)
		case unknown, unnamed, done:
			at = c.Ended.Add(Wait())
		}
		if i == 0 || at.Before(due) {
			due = at
		}
	}
	return due
}

// read decodes what a Store has, nothing included.
func read(value []byte, into any) error {
	if value == nil {
		return nil
	}
	if err := json.Unmarshal(value, into); err != nil {
		return errors.New("bitbybit: outcome: the store returned what was not put into it")
	}
	return nil
}

func (g *group) entry() (Entry, error) {
	if len(g.Calls) == 0 {
		return Entry{}, nil // an event that is no call's is not kept
	}
	value, err := json.Marshal(g)
	return Entry{Value: value, Due: g.due(), Calls: len(g.Calls)}, err
}
