package mockserver

import (
	"bytes"
	"hash/maphash"
	"sync"
	"time"
)

// The bounds of the journal. The oldest entry goes first: of the key whose share is full, or of all.
const (
	journalEntriesOfKey = 1000
	journalBytesOfKey   = 8 << 20
	journalBytes        = 32 << 20
	journalBody         = 64 << 10 // what is kept of one body
	journalViolations   = 100      // what is kept of one request's violations
)

// journal keeps what arrived and what was answered, within its bounds. An entry is written as references to what the
// exchange has already, and put into words when it is read: recording is on the way of every request, reading is not.
type journal struct {
	seed maphash.Seed

	mu             sync.Mutex
	last           uint64
	shares         map[string]*share
	oldest, newest *entry
	bytes          int
}

// share is what the journal holds for one API key. One without entries is dropped, so that there are never more shares
// than entries.
type share struct {
	oldest, newest *entry
	entries        int
	bytes          int
	bodies         map[uint64]*entry // the newest entry of each body, to tell a double submit
}

// entry is one exchange as the journal holds it; it is read and written under the journal's lock.
type entry struct {
	number uint64
	share  *share
	size   int
	sum    uint64 // of the body, all of it

	olderOfAll, newerOfAll *entry
	newerOfKey             *entry

	recorded
}

func newJournal() *journal {
	return &journal{seed: maphash.MakeSeed(), shares: map[string]*share{}}
}

// add records an exchange as it stands and gives it its number. An exchange that has one already is brought up to date:
// a fault that keeps a call waiting records it before the wait, so that the call is seen although its answer is not
// there yet.
func (j *journal) add(x *exchange, duration time.Duration) {
	r := x.record(duration)
	size := r.size()
	var sum uint64
	if r.key != "" && x.operation != nil && len(x.body) > 0 { // without a key nobody knows who repeats whom
		sum = maphash.Bytes(j.seed, x.body)
	}

	j.mu.Lock()
	defer j.mu.Unlock()
	if e := x.entry; e != nil {
		r.arrived, r.duplicateOf = e.arrived, e.duplicateOf
		e.recorded = r
		if e.share != nil { // not dropped meanwhile
			j.resize(e, size)
			j.trim(e.share)
		}
		return
	}
	s := j.shares[r.key]
	if s == nil {
		s = &share{bodies: map[uint64]*entry{}}
		j.shares[r.key] = s
	}
	j.last++
	e := &entry{number: j.last, share: s, sum: sum, recorded: r}
	if sum != 0 {
		if earlier := s.bodies[sum]; earlier != nil && earlier.isRepeatedBy(e) {
			e.duplicateOf = earlier.number
		}
		s.bodies[sum] = e
	}
	j.link(e)
	j.resize(e, size)
	j.trim(s)
	x.entry = e
}

// isRepeatedBy compares what the journal kept of the bodies; that the sums are the same speaks for the rest.
func (e *entry) isRepeatedBy(later *entry) bool {
	return later.arrived.Sub(e.arrived) < DoubleSubmitWindow &&
		e.operation == later.operation && e.bodySize == later.bodySize && bytes.Equal(e.body, later.body)
}

func (j *journal) link(e *entry) {
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

func (j *journal) resize(e *entry, size int) {
	e.share.bytes += size - e.size
	j.bytes += size - e.size
	e.size = size
}

// trim drops the oldest entries until the share and the journal are within their bounds.
func (j *journal) trim(s *share) {
	for s.entries > journalEntriesOfKey || s.bytes > journalBytesOfKey {
		j.drop(s.oldest)
	}
	for j.bytes > journalBytes {
		j.drop(j.oldest)
	}
}

// drop forgets an entry, which must be the oldest of its key.
func (j *journal) drop(e *entry) {
	s := e.share
	if s.oldest = e.newerOfKey; s.oldest == nil {
		s.newest = nil
		delete(j.shares, e.key)
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
	j.resize(e, 0)
	s.entries--
	e.share, e.olderOfAll, e.newerOfAll, e.newerOfKey = nil, nil, nil, nil
}

// forget drops the entries of one key, or all of them.
func (j *journal) forget(key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
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

// numbered is a copy of an entry and its number.
type numbered struct {
	number uint64
	recorded
}

// find copies the entry with a number. Entries stand in the order of their numbers.
func (j *journal) find(number uint64) (found numbered, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for e := j.newest; e != nil && e.number >= number; e = e.olderOfAll {
		if e.number == number {
			return numbered{e.number, e.recorded}, true
		}
	}
	return numbered{}, false
}

// newestFirst copies up to limit entries that are wanted.
func (j *journal) newestFirst(limit int, wanted func(*entry) bool) []numbered {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []numbered
	for e := j.newest; e != nil && len(found) < limit; e = e.olderOfAll {
		if wanted(e) {
			found = append(found, numbered{e.number, e.recorded})
		}
	}
	return found
}
