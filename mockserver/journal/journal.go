// Package journal keeps what arrived at the mock and what was answered, within bounds, and shows it: as [Request] values, as a curl command, as a Go
// test. Keys are masked in all that it shows.
package journal

import (
	"bytes"
	"hash/maphash"
	"sync"
)

// The bounds of the journal. The oldest entry goes first: of the key whose share is full, or of all.
const (
	maxEntriesOfKey = 1000
	maxBytesOfKey   = 8 << 20
	maxBytes        = 32 << 20
	maxViolations   = 100 // what is kept of one request's violations
)

// MaxBody is how many bytes of one body the journal keeps.
const MaxBody = 64 << 10

// Journal holds the newest entries of each API key, and of all. An entry is written as references and formatted on read: recording is
// on the way of every request, reading is not. It is safe for concurrent use.
type Journal struct {
	seed maphash.Seed

	searching sync.Mutex // one search through bodies at a time: it takes a processor

	mu             sync.Mutex
	last           uint64
	shares         map[string]*share
	oldest, newest *Entry
	bytes          int
	changes        changes
}

// share is what the journal holds for one API key. One without entries is dropped, so that there are never more shares
// than entries.
type share struct {
	oldest, newest *Entry
	entries        int
	bytes          int
	bodies         map[uint64]*Entry // the newest entry of each body, to tell a double submit
}

// Entry is one exchange in the journal, from outside a name for it.
type Entry struct {
	// All of it is guarded by Journal.mu.
	number uint64
	share  *share
	size   int
	sum    uint64 // of the body, all of it

	olderOfAll, newerOfAll *Entry
	newerOfKey             *Entry
	change                 change

	*kept // what it refers to is not written to any more: readers share it
}

// New makes an empty journal.
func New() *Journal {
	return &Journal{seed: maphash.MakeSeed(), shares: map[string]*share{}}
}

// Add records an exchange and gives it its number.
func (j *Journal) Add(x *Exchange) *Entry {
	k := keep(x)
	size := k.size()
	var sum uint64
	if k.Key != "" && k.Operation != "" && len(x.Body) > 0 { // without a key it is not known who repeats whom
		sum = maphash.Bytes(j.seed, x.Body)
	}

	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.shares[k.Key]
	if s == nil {
		s = &share{bodies: map[uint64]*Entry{}}
		j.shares[k.Key] = s
	}
	j.last++
	made := &struct {
		Entry
		kept
	}{Entry{number: j.last, share: s, sum: sum}, k} // one allocation
	e := &made.Entry
	e.kept = &made.kept
	if sum != 0 {
		if earlier := s.bodies[sum]; earlier != nil && earlier.isRepeatedBy(e) {
			e.duplicateOf = earlier.number
		}
		s.bodies[sum] = e
	}
	j.link(e)
	j.changes.add(e)
	j.resize(e, size)
	j.trim(s)
	return e
}

// Update brings an entry up to date, but for the time of its arrival: a call that a fault keeps waiting is recorded before the wait, so
// that it is seen although its answer is not there yet.
func (j *Journal) Update(e *Entry, x *Exchange) {
	k := keep(x)
	size := k.size()
	j.mu.Lock()
	defer j.mu.Unlock()
	k.Arrived, k.duplicateOf = e.Arrived, e.duplicateOf
	e.kept = &k
	if e.share != nil { // not dropped meanwhile
		j.changes.remove(e)
		j.changes.add(e)
		j.resize(e, size)
		j.trim(e.share)
	}
}

// ID names the entry, e.g. "req_17".
func (e *Entry) ID() string { return idOf(e.number) } // the number never changes

// isRepeatedBy compares what the journal kept of the bodies; that the sums are the same speaks for the rest.
func (e *Entry) isRepeatedBy(later *Entry) bool {
	return later.Arrived.Sub(e.Arrived) < DoubleSubmitWindow &&
		e.Operation == later.Operation && e.bodySize == later.bodySize && bytes.Equal(e.Body, later.Body)
}

func (j *Journal) link(e *Entry) {
	s := e.share
	if e.olderOfAll = j.newest; e.olderOfAll == nil {
		j.oldest = e
	} else {
		e.olderOfAll.newerOfAll = e
	}
	j.newest = e
	if s.newest == nil {
		s.oldest = e
	} else {
		s.newest.newerOfKey = e
	}
	s.newest = e
	s.entries++
}

func (j *Journal) resize(e *Entry, size int) {
	e.share.bytes += size - e.size
	j.bytes += size - e.size
	e.size = size
}

// trim drops the oldest entries until the share and the journal are within their bounds.
func (j *Journal) trim(s *share) {
	for s.entries > maxEntriesOfKey || s.bytes > maxBytesOfKey {
		j.drop(s.oldest)
	}
	for j.bytes > maxBytes {
		j.drop(j.oldest)
	}
}

// drop forgets an entry, which must be the oldest of its key.
func (j *Journal) drop(e *Entry) {
	s := e.share
	if s.oldest = e.newerOfKey; s.oldest == nil {
		s.newest = nil
		delete(j.shares, e.Key)
	}
	if e.olderOfAll == nil {
		j.oldest = e.newerOfAll
	} else {
		e.olderOfAll.newerOfAll = e.newerOfAll
	}
	if e.newerOfAll == nil {
		j.newest = e.olderOfAll
	} else {
		e.newerOfAll.olderOfAll = e.olderOfAll
	}
	if s.bodies[e.sum] == e {
		delete(s.bodies, e.sum)
	}
	j.changes.remove(e)
	j.resize(e, 0)
	s.entries--
	e.share, e.olderOfAll, e.newerOfAll, e.newerOfKey = nil, nil, nil, nil
}

// Forget drops the entries of one API key, or all of them with "".
func (j *Journal) Forget(key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.changes.forget()
	if key == "" {
		for j.oldest != nil {
			j.drop(j.oldest)
		}
	} else if s := j.shares[key]; s != nil {
		for s.oldest != nil {
			j.drop(s.oldest)
		}
	}
}

// numbered is what an entry holds, and its number.
type numbered struct {
	number uint64
	*kept
}

// find gives the entry with a number. Entries stand in the order of their numbers.
func (j *Journal) find(number uint64) (found numbered, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for e := j.newest; e != nil && e.number >= number; e = e.olderOfAll {
		if e.number == number {
			return numbered{e.number, e.kept}, true
		}
	}
	return numbered{}, false
}

// newestFirst gives up to limit entries that are wanted, of those with a number below before.
func (j *Journal) newestFirst(limit int, before uint64, wanted func(*Entry) bool) []numbered {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []numbered
	for e := j.newest; e != nil && len(found) < limit; e = e.olderOfAll {
		if e.number < before && wanted(e) {
			found = append(found, numbered{e.number, e.kept})
		}
	}
	return found
}
