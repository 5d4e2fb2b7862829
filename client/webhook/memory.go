package webhook

import (
	"context"
	"maps"
	"sync"
	"time"
)

// DefaultMemory is how many events a MemoryStore has room for unless it is told otherwise: what a key may create in 24 hours, 100 a minute,
// and as much as half of it more. A full one takes some 45 MB.
const DefaultMemory = 216_000

// MemoryStore is a Store in the memory of one process: replicas do not share it, and it is lost when the process ends. A function that
// crashed the process is called again when the event comes again, and so is one that had just succeeded.
//
// It keeps events for 24 hours and deliveries for the minutes in which they could be repeated, and is bounded: it never forgets one before its
// time to make room for another, but returns ErrStoreFull, upon which the vendor sends the event again later.
type MemoryStore struct {
	mu         sync.Mutex
	limit      int // of events, and of deliveries
	events     map[string]held
	deliveries map[string]came
	sweepAt    int       // how many events or deliveries there must be for the next look for those that can go
	earliest   time.Time // when the first of those that were left then can go
}

// held is an event that is claimed or was handled.
type held struct {
	owner string // of the claim, "" if it was handled
	until time.Time
}

// came is a delivery.
type came struct {
	event string // that it came for
	until time.Time
}

var _ Store = (*MemoryStore)(nil)

// NewMemoryStore returns a MemoryStore with room for so many events, DefaultMemory if it is 0 or less.
func NewMemoryStore(events int) *MemoryStore {
	if events <= 0 {
		events = DefaultMemory
	}
	return &MemoryStore{limit: events, sweepAt: min(1024, events), events: make(map[string]held), deliveries: make(map[string]came)}
}

// Claim claims an event.
func (s *MemoryStore) Claim(ctx context.Context, c Claim) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d, found := s.deliveries[c.Delivery]; found && d.event != c.Event && d.until.After(c.At) {
		if other, found := s.events[d.event]; found && other.owner == "" {
			return nil, ErrReplay
		}
		return nil, ErrInProgress
	}
	s.sweep(c.At)
	if _, found := s.deliveries[c.Delivery]; !found && len(s.deliveries) >= s.limit {
		return nil, ErrStoreFull
	}
	e, found := s.events[c.Event]
	if !found && len(s.events) >= s.limit {
		return nil, ErrStoreFull
	}
	s.deliveries[c.Delivery] = came{event: c.Event, until: c.DeliveryUntil}
	switch {
	case found && e.until.After(c.At) && e.owner == "":
		return nil, ErrDuplicate
	case found && e.until.After(c.At):
		return nil, ErrInProgress
	}
	s.events[c.Event] = held{owner: c.Owner, until: c.LeaseUntil}
	return ctx, nil
}

// Commit notes that the event was handled. It never fails.
func (s *MemoryStore) Commit(_ context.Context, c Claim) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events[c.Event] = held{until: c.EventUntil}
	return nil
}

// Release ends a claim. It never fails.
func (s *MemoryStore) Release(_ context.Context, c Claim) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.events[c.Event].owner == c.Owner {
		delete(s.events, c.Event)
	}
	return nil
}

// sweep drops what has passed its time. It looks only when there are twice as many as the last look left, or all that there is room for and
// one can go, so that it costs little for each claim.
func (s *MemoryStore) sweep(at time.Time) {
	count := max(len(s.events), len(s.deliveries))
	if count < s.sweepAt || count >= s.limit && at.Before(s.earliest) {
		return
	}
	s.earliest = at.Add(Lease) // what is claimed after this look can go then
	keeps := func(until time.Time) bool {
		if !until.After(at) {
			return false
		}
		if until.Before(s.earliest) {
			s.earliest = until
		}
		return true
	}
	maps.DeleteFunc(s.events, func(_ string, e held) bool { return !keeps(e.until) })
	maps.DeleteFunc(s.deliveries, func(_ string, d came) bool { return !keeps(d.until) })
	s.sweepAt = min(s.limit, max(1024, 2*max(len(s.events), len(s.deliveries))))
}
