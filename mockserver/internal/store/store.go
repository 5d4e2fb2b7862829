package store

import (
	"container/heap"
	"container/list"
	"fmt"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// Config is what a store is made with.
type Config struct {
	// MaxCustomers and MaxBytes bound the customers of all keys; of their bytes, those of the JSON count.
	MaxCustomers, MaxBytes int
	// Seeds are the customers that every key starts with. They are stored once, and count once.
	Seeds []gen.CustomerInput
	// IDSeed makes ids repeat; nil makes them random. Unless OwnClock is set, times repeat too.
	IDSeed *uint64
	// OwnClock is set where the times that the store is given are not those of the machine.
	OwnClock bool
}

// Store holds customers by API key. The bounds hold for any number of keys: it knows the keys that hold
// customers, of which there are at most as many as there may be customers, and the mostIdle others that were used last. It is safe
// for concurrent use.
type Store struct {
	Config
	seeds *sequence // what every key starts with; never changes

	mu        sync.Mutex
	byKey     map[apikey.Digest]*tenant
	idle      *list.List // the tenants without customers, the one used last in front
	holding   byOldest   // the tenants with customers
	customers int
	bytes     int // of the customers, encoded
	dropped   int
	nextLine  int // how many must have been dropped for the next line in the log
	last      uint64
	emptied   bool // new tenants begin without the customers that every key starts with
}

// tenant is what one API key has in the store. Two developers, or forty parallel tests, share a server and see nothing of each
// other as long as their keys differ. A tenant without customers can be forgotten: what must outlast that does not belong here.
type tenant struct {
	key apikey.Digest
	ids ids

	// Guarded by Store.mu.
	customers sequence
	emptied   bool          // the customers that every key starts with are gone
	idle      *list.Element // its place in Store.idle; nil while it holds customers
	holding   int           // its place in Store.holding while it holds customers
}

const mostIdle = 10_000

// New makes a store. It fails where the seeds leave no room for a customer; now is when they are created.
func New(config Config, now time.Time) (*Store, error) {
	s := &Store{
		Config: config, seeds: &sequence{}, nextLine: 1,
		byKey: map[apikey.Digest]*tenant{}, idle: list.New(),
	}
	var makes ids
	for _, input := range config.Seeds {
		id, at := makes.take(&s.Config, apikey.Digest{}, 1+len(input.Addresses), now)
		s.seeds.add(Customer{ID: id, JSON: inEnvelope(encode(input, id, at))})
	}
	if s.seeds.len >= s.MaxCustomers {
		return nil, fmt.Errorf("WithSeed: must leave room in a store of %d (WithMaxCustomers) for a customer, got %d customers",
			s.MaxCustomers, s.seeds.len)
	}
	if s.seeds.bytes >= s.MaxBytes {
		return nil, fmt.Errorf("WithSeed: must leave room in a store of %d bytes (WithStoreSize) for a customer, got %d bytes",
			s.MaxBytes, s.seeds.bytes)
	}
	s.MaxCustomers -= s.seeds.len
	s.MaxBytes -= s.seeds.bytes
	s.Seeds = nil
	return s, nil
}

// Created is a customer that was stored.
type Created struct {
	ID string
	// Answer is the answer to the request that created it: the customer in its envelope, in JSON.
	Answer []byte
	// Dropped is how many customers were dropped so far, where the store is full and that is worth a line in the log; else 0.
	Dropped int
}

// Customer is the customer in the answer, in JSON: shared, not to be changed.
func (c Created) Customer() []byte { return inEnvelope(c.Answer) }

// Create stores a customer for a key. Ids are taken and the customer is encoded before the store is locked.
func (s *Store) Create(key apikey.Digest, input gen.CustomerInput, now time.Time) Created {
	t := s.tenant(key)
	id, now := t.ids.take(&s.Config, key, 1+len(input.Addresses), now)
	answer := encode(input, id, now)
	return Created{ID: id.String(), Answer: answer, Dropped: s.add(t, id, inEnvelope(answer))}
}

// tenant is that of a key, made where there is none.
func (s *Store) tenant(key apikey.Digest) *tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.byKey[key]
	if t == nil {
		t = &tenant{key: key, emptied: s.emptied}
		t.ids.startAfter(s.seeds)
		s.byKey[key] = t
		s.rest(t)
	} else if t.idle != nil {
		s.idle.MoveToFront(t.idle)
	}
	return t
}

// named is the tenant of a key that is not hashed yet.
func (s *Store) named(key string) *tenant { return s.tenant(apikey.DigestOf(key)) }

// rest puts a tenant among the idle ones, and forgets the one that was used longest ago if they are too many.
func (s *Store) rest(t *tenant) {
	t.idle = s.idle.PushFront(t)
	if s.idle.Len() > mostIdle {
		oldest := s.idle.Remove(s.idle.Back()).(*tenant)
		oldest.idle = nil
		delete(s.byKey, oldest.key)
	}
}

// linesOfDropped is how many customers are dropped between two lines of the log: once the store is full, every create
// drops one.
const linesOfDropped = 10_000

// add stores a customer, and drops the oldest ones of the store if there are too many, or too many bytes of them; the
// new one stays however large it is. Where that is worth a line in the log, it returns how many were dropped so far.
func (s *Store) add(t *tenant, id ID, encoded []byte) (dropped int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The tenant may have been forgotten since the request arrived, and made again by another request.
	if current := s.byKey[t.key]; current == nil {
		s.byKey[t.key] = t
		s.rest(t)
	} else {
		t = current
	}
	s.last++
	t.customers.add(Customer{number: s.last, ID: id, JSON: encoded})
	s.customers++
	s.bytes += len(encoded)
	if t.idle != nil {
		s.idle.Remove(t.idle)
		t.idle = nil
		heap.Push(&s.holding, t)
	}
	for s.customers > s.MaxCustomers || s.bytes > s.MaxBytes && s.customers > 1 {
		s.dropOldest()
		s.dropped++
	}
	if s.dropped < s.nextLine {
		return 0
	}
	s.nextLine = s.dropped + linesOfDropped
	return s.dropped
}

func (s *Store) dropOldest() {
	t := s.holding[0]
	s.bytes -= len(t.customers.at(0).JSON)
	t.customers.dropOldest()
	s.customers--
	if t.customers.len > 0 {
		heap.Fix(&s.holding, 0)
		return
	}
	heap.Remove(&s.holding, 0)
	s.rest(t)
}

// Empty drops the customers of a key; of all keys for "". With seeded they have those again that every key starts with.
func (s *Store) Empty(key string, seeded bool) {
	if key != "" {
		t := s.named(key)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.emptyOne(t, seeded)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emptied = !seeded
	for _, t := range s.byKey {
		s.emptyOne(t, seeded)
	}
}

func (s *Store) emptyOne(t *tenant, seeded bool) {
	t.emptied = !seeded
	if t.customers.len == 0 {
		return
	}
	s.customers -= t.customers.len
	s.bytes -= t.customers.bytes
	t.customers = sequence{}
	heap.Remove(&s.holding, t.holding)
	s.rest(t)
}

// Reset puts a key back to how it was at start, with the ids of the start too; all keys for "".
func (s *Store) Reset(key string) {
	s.Empty(key, true)
	if key != "" {
		s.named(key).ids.startAfter(s.seeds)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.byKey {
		t.ids.startAfter(s.seeds)
	}
}
