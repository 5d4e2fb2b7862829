package outcome

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrFull says that a bound of this package or of the store is reached. For CreateCustomer it is found beside ErrNotTracked: nothing was sent.
// From Created it means that the vendor has to send the event again, which it does after an answer that is not 2xx.
var ErrFull = errors.New("bitbybit: outcome: full")

// Store keeps what a Tracker knows, by key: a few hundred bytes for each call, over the time that it takes to settle it. Keys are at most
// 64 characters of ASCII. A Store is used by several goroutines at once, and one in a database by several processes, each with a Tracker of its own.
//
// Package outcometest tests a Store. The module examples/outcome-store has one in SQLite.
type Store interface {
	// Change replaces the entry of key by the one that change returns, in one transaction: what change is given is what the last Change
	// of that key left, no other Change of that key runs meanwhile, and when Change returns nil the new entry is kept, whatever happens
	// to the process then. change is given nil where there is no entry, and returns one with a nil Value where there is to be none. It
	// only computes: it is fast, does not call the Store, keeps nothing of what it was given, and may be called again where the
	// transaction is repeated.
	//
	// An error of change is returned, as it is or wrapped, and nothing is changed then. With an error of the Store itself the change should not have been made;
	// where that is not certain, as when a connection is lost during the commit, the Tracker makes good for it once the Store works again.
	Change(ctx context.Context, key string, change func(value []byte) (Entry, error)) error

	// Due returns the keys of all entries whose Due is not after now, in any order.
	Due(ctx context.Context, now time.Time) ([]string, error)
}

// Entry is what a Store keeps under a key.
type Entry struct {
	Value []byte    // JSON without personal data beside the refs; nil for no entry
	Due   time.Time // when Settle has to look at it, at the latest; to be kept to a millisecond
	Calls int       // how many calls are in it; for a Store with a bound, see MemoryStore
}

// DefaultMaxCalls is how many calls a MemoryStore keeps if nothing else is said. It is enough for five and a half hours of three API keys at the vendor's
// rate limit, and takes about 50 MB.
const DefaultMaxCalls = 100_000

// MemoryStore is a Store in memory, for programs that can do without what it held when they end. A call that was not settled then is not told of.
type MemoryStore struct {
	mu      sync.Mutex
	entries map[string]Entry
	calls   int
	max     int
}

// NewMemoryStore returns a MemoryStore that keeps at most maxCalls calls, DefaultMaxCalls if that is not positive. One that is full refuses further calls before they are
// sent (ErrFull): it drops none.
func NewMemoryStore(maxCalls int) *MemoryStore {
	if maxCalls <= 0 {
		maxCalls = DefaultMaxCalls
	}
	return &MemoryStore{entries: map[string]Entry{}, max: maxCalls}
}

// Change is of the interface Store.
func (m *MemoryStore) Change(ctx context.Context, key string, change func(value []byte) (Entry, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	old := m.entries[key]
	entry, err := change(old.Value)
	if err != nil {
		return err
	}
	calls := m.calls - old.Calls + entry.Calls
	if calls > m.max {
		return fmt.Errorf("%w: %d calls are kept already", ErrFull, m.calls)
	}
	m.calls = calls
	if entry.Value == nil {
		delete(m.entries, key)
	} else {
		m.entries[key] = entry
	}
	return nil
}

// Due is of the interface Store.
func (m *MemoryStore) Due(_ context.Context, now time.Time) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []string
	for key, entry := range m.entries {
		if !entry.Due.After(now) {
			due = append(due, key)
		}
	}
	return due, nil
}

var _ Store = (*MemoryStore)(nil)
