package journal

// ChangeKind is what happened to the journal.
type ChangeKind string

// What can happen to the journal.
const (
	Recorded  ChangeKind = "recorded"  // a request was recorded
	Updated   ChangeKind = "updated"   // a request that was recorded before was brought up to date
	Forgotten ChangeKind = "forgotten" // requests were deleted
)

// Change is something that happened to the journal.
type Change struct {
	// Number is the sequence number of the change.
	Number uint64
	// Kind is what happened.
	Kind ChangeKind
	// Request is the request as it stands, without headers and bodies; the zero value where requests were deleted.
	Request Request
}

// Changes lists what happened after the change with a number, in the order in which it happened: each entry once, as it stands. Those that
// the journal has dropped are left out. It gives at most limit changes, the earliest.
//
// Whoever reads them too slowly misses what was dropped and holds nothing up: the journal keeps nothing for its readers.
func (j *Journal) Changes(after uint64, limit int) []Change {
	j.mu.Lock()
	var found []numbered
	var kinds []Change
	first := j.changes.newest
	for first != nil && first.change.older != nil && first.change.older.change.number > after {
		first = first.change.older
	}
	for e := first; e != nil && len(kinds) < limit; e = e.change.newer {
		if e.change.number <= after {
			break
		}
		kind := Recorded
		if e.change.again {
			kind = Updated
		}
		kinds = append(kinds, Change{Number: e.change.number, Kind: kind})
		found = append(found, numbered{e.number, e.kept})
	}
	forgotten := j.changes.forgotten
	j.mu.Unlock()

	changes := make([]Change, 0, len(kinds)+1)
	for i, c := range kinds {
		if forgotten > after && forgotten < c.Number {
			changes = append(changes, Change{Number: forgotten, Kind: Forgotten})
			forgotten = 0
		}
		c.Request = found[i].inShort()
		changes = append(changes, c)
	}
	if forgotten > after {
		changes = append(changes, Change{Number: forgotten, Kind: Forgotten})
	}
	return changes[:max(0, min(len(changes), limit))]
}

// LastChange is the number of the newest change; 0 before the first.
func (j *Journal) LastChange() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changes.last
}

// Changed is closed as soon as there is a change after the one with a number.
func (j *Journal) Changed(after uint64) <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changes.wait(after)
}

// changes has the entries in the order in which they changed last. It is guarded by Journal.mu.
type changes struct {
	last      uint64
	newest    *Entry
	forgotten uint64 // the number of the last time that entries were deleted
	waiting   chan struct{}
}

// change is the place of an entry in changes.
type change struct {
	number       uint64
	again        bool // it is not the first change of the entry
	older, newer *Entry
}

// add puts an entry at the end.
func (c *changes) add(e *Entry) {
	e.change.again = e.change.number != 0
	e.change.older, e.change.newer = c.newest, nil
	if c.newest != nil {
		c.newest.change.newer = e
	}
	c.newest = e
	e.change.number = c.next()
}

func (c *changes) remove(e *Entry) {
	if e.change.older != nil {
		e.change.older.change.newer = e.change.newer
	}
	if e.change.newer != nil {
		e.change.newer.change.older = e.change.older
	} else {
		c.newest = e.change.older
	}
	e.change.older, e.change.newer = nil, nil
}

func (c *changes) forget() { c.forgotten = c.next() }

// next counts a change and wakes those who wait for it.
func (c *changes) next() uint64 {
	c.last++
	if c.waiting != nil {
		close(c.waiting)
		c.waiting = nil
	}
	return c.last
}

func (c *changes) wait(after uint64) <-chan struct{} {
	if c.last > after {
		closed := make(chan struct{})
		close(closed)
		return closed
	}
	if c.waiting == nil {
		c.waiting = make(chan struct{})
	}
	return c.waiting
}
