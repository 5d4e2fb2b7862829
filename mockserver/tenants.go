package mockserver

import (
	"container/heap"
	"container/list"
	"slices"
	"sync"
)

// tenants has the tenants of all keys, within bounds whatever number of keys is thrown at it: those that hold
// customers, of which there are at most as many as there may be customers, and the mostIdle others that were used last.
// A key that was forgotten starts over, with a fresh minute; one that holds customers is never forgotten.
type tenants struct {
	mostCustomers int
	mostBytes     int       // of the customers, encoded
	seeds         *sequence // what every key starts with; never changes
	nobody        *tenant   // of requests without a good key; it holds nothing

	mu        sync.Mutex
	byKey     map[digest]*tenant
	idle      *list.List // the tenants without customers, the one used last in front
	holding   byOldest   // the tenants with customers
	customers int
	bytes     int // of the customers, encoded
	dropped   int
	nextLine  int // how many must have been dropped for the next line in the log
	seq       uint64
	emptied   bool // new tenants begin without the customers that every key starts with
}

const mostIdle = 10_000

func newTenants(mostCustomers, mostBytes int, seeds *sequence) *tenants {
	return &tenants{
		mostCustomers: mostCustomers,
		mostBytes:     mostBytes,
		nextLine:      1,
		seeds:         seeds,
		nobody:        &tenant{},
		byKey:         map[digest]*tenant{},
		idle:          list.New(),
	}
}

// of is the tenant of a key, made where there is none.
func (ts *tenants) of(key digest, name string) *tenant {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.byKey[key]
	if t == nil {
		t = &tenant{key: key, masked: maskKey(name)}
		t.emptied = ts.emptied
		t.ids.startAfter(ts.seeds)
		ts.byKey[key] = t
		ts.rest(t)
	} else if t.idle != nil {
		ts.idle.MoveToFront(t.idle)
	}
	return t
}

// named is the tenant of a key that is at hand.
func (ts *tenants) named(key string) *tenant { return ts.of(digestOf(key), key) }

// rest puts a tenant among the idle ones, and forgets the one that was used longest ago if they are too many.
func (ts *tenants) rest(t *tenant) {
	t.idle = ts.idle.PushFront(t)
	if ts.idle.Len() > mostIdle {
		oldest := ts.idle.Remove(ts.idle.Back()).(*tenant)
		oldest.idle = nil
		delete(ts.byKey, oldest.key)
	}
}

// linesOfDropped is how many customers are dropped between two lines of the log: once the store is full, every create
// drops one.
const linesOfDropped = 10_000

// add stores a customer, and drops the oldest ones of the server if there are too many, or too many bytes of them; the
// new one stays however large it is. Where that is worth a line in the log, it returns how many were dropped so far.
func (ts *tenants) add(t *tenant, id ulid, encoded []byte) (dropped int) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	// The tenant may have been forgotten since the request arrived, and made again by another request.
	if current := ts.byKey[t.key]; current == nil {
		ts.byKey[t.key] = t
		ts.rest(t)
	} else {
		t = current
	}
	ts.seq++
	t.customers.add(record{seq: ts.seq, id: id, encoded: encoded})
	ts.customers++
	ts.bytes += len(encoded)
	if t.idle != nil {
		ts.idle.Remove(t.idle)
		t.idle = nil
		heap.Push(&ts.holding, t)
	}
	for ts.customers > ts.mostCustomers || ts.bytes > ts.mostBytes && ts.customers > 1 {
		ts.dropOldest()
		ts.dropped++
	}
	if ts.dropped < ts.nextLine {
		return 0
	}
	ts.nextLine = ts.dropped + linesOfDropped
	return ts.dropped
}

func (ts *tenants) dropOldest() {
	t := ts.holding[0]
	ts.bytes -= len(t.customers.at(0).encoded)
	t.customers.dropOldest()
	ts.customers--
	if t.customers.len > 0 {
		heap.Fix(&ts.holding, 0)
		return
	}
	heap.Remove(&ts.holding, 0)
	ts.rest(t)
}

// empty drops the customers of a key; of all keys for "". With seeded they have those again that every key starts with.
func (ts *tenants) empty(key string, seeded bool) {
	if key != "" {
		t := ts.named(key)
		ts.mu.Lock()
		defer ts.mu.Unlock()
		ts.emptyOne(t, seeded)
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.emptied = !seeded
	for _, t := range ts.byKey {
		ts.emptyOne(t, seeded)
	}
}

func (ts *tenants) emptyOne(t *tenant, seeded bool) {
	t.emptied = !seeded
	if t.customers.len == 0 {
		return
	}
	ts.customers -= t.customers.len
	ts.bytes -= t.customers.bytes
	t.customers = sequence{}
	heap.Remove(&ts.holding, t.holding)
	ts.rest(t)
}

// startOver gives a key a fresh rate limit and the ids of the start; all keys for "".
func (ts *tenants) startOver(key string) {
	ts.startWindows(key)
	ts.each(key, func(t *tenant) { t.ids.startAfter(ts.seeds) })
}

// startWindows gives a key a fresh rate limit; all keys for "".
func (ts *tenants) startWindows(key string) {
	ts.each(key, func(t *tenant) { t.window.startOver() })
}

// each calls a function with the tenant of a key; with every tenant for "".
func (ts *tenants) each(key string, do func(*tenant)) {
	if key != "" {
		do(ts.named(key))
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, t := range ts.byKey {
		do(t)
	}
}

// page copies references to at most so many customers of a tenant with ids above the given one, in order of creation.
func (ts *tenants) page(t *tenant, after ulid, most int) []record {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	var page []record
	if !t.emptied {
		page = appendPage(page, ts.seeds, after, most)
	}
	return appendPage(page, &t.customers, after, most-len(page))
}

// pageOfAll is page over all tenants, sorted by id. What every key starts with is listed once.
func (ts *tenants) pageOfAll(after ulid, most int) []record {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	var page []record
	if !ts.emptied {
		page = appendPage(page, ts.seeds, after, most)
	}
	for _, t := range ts.holding {
		page = appendPage(page, &t.customers, after, most)
	}
	slices.SortFunc(page, func(a, b record) int { return a.id.compare(b.id) })
	return page[:min(len(page), most)]
}

func appendPage(page []record, from *sequence, after ulid, most int) []record {
	for i, end := from.after(after), most; i < from.len && end > 0; i, end = i+1, end-1 {
		page = append(page, *from.at(i))
	}
	return page
}

// find is the customer with an id, of whatever key; nil where there is none.
func (ts *tenants) find(id ulid) []byte {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if r := ts.seeds.find(id); r != nil && !ts.emptied {
		return r.encoded
	}
	for _, t := range ts.holding {
		if r := t.customers.find(id); r != nil {
			return r.encoded
		}
	}
	return nil
}

// byOldest is a heap (container/heap) of tenants, the one with the server's oldest customer on top.
type byOldest []*tenant

func (h byOldest) Len() int           { return len(h) }
func (h byOldest) Less(i, j int) bool { return h[i].customers.at(0).seq < h[j].customers.at(0).seq }

func (h byOldest) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].holding, h[j].holding = i, j
}

func (h *byOldest) Push(t any) {
	t.(*tenant).holding = len(*h)
	*h = append(*h, t.(*tenant))
}

func (h *byOldest) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return t
}
