package mockserver

import (
	"bytes"
	"hash/maphash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// The bounds of the journal. The oldest entry goes first: of the key whose share is full, or of all.
const (
	journalEntriesOfKey = 1000
	journalBytesOfKey   = 8 << 20
	journalEntries      = 20_000
	journalBytes        = 32 << 20
	journalBody         = 64 << 10 // what is kept of one body
	journalViolations   = 100      // what is kept of one request's violations
)

// journal keeps what arrived and what was answered, within its bounds. An entry is written as references to what the exchange has already, and put
// into words when it is read: recording is on the way of every request, reading is not.
type journal struct {
	seed maphash.Seed

	mu             sync.Mutex
	last           uint64
	shares         map[string]*share
	oldest, newest *entry
	entries        int
	bytes          int
}

// share is what the journal holds for one API key. One without entries is dropped, so that there are never more shares than entries.
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

// recorded is what an entry says of its exchange.
type recorded struct {
	arrived  time.Time
	duration time.Duration

	key, operation, method, target, host string

	header   http.Header
	body     []byte
	bodySize int

	status           int
	responseHeader   http.Header
	responseBody     []byte
	responseBodySize int

	violations  judge.Violations
	more        int
	customer    ulid
	duplicateOf uint64

	fault      *Fault
	wait       time.Duration
	preference string
	trigger    string
}

func newJournal() *journal {
	return &journal{seed: maphash.MakeSeed(), shares: map[string]*share{}}
}

// add records an exchange as it stands and gives it its number. An exchange that has one already is brought up to date: a fault that keeps a call
// waiting records it before the wait, so that the call is seen although its answer is not there yet.
func (j *journal) add(x *exchange, duration time.Duration) {
	r := x.record(duration)
	size := r.size()
	var sum uint64
	if x.operation != nil && len(x.body) > 0 {
		sum = maphash.Bytes(j.seed, x.body)
	}

	j.mu.Lock()
	defer j.mu.Unlock()
	if e := x.entry; e != nil {
		r.duplicateOf = e.duplicateOf
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
		if earlier := s.bodies[sum]; earlier != nil && r.arrived.Sub(earlier.arrived) < DoubleSubmitWindow && earlier.sameBody(e) {
			e.duplicateOf = earlier.number
		}
		s.bodies[sum] = e
	}
	j.link(e)
	j.resize(e, size)
	j.trim(s)
	x.entry = e
}

func (e *entry) sameBody(other *entry) bool {
	return e.operation == other.operation && e.bodySize == other.bodySize && bytes.Equal(e.body, other.body)
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
	j.entries++
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
	for j.entries > journalEntries || j.bytes > journalBytes {
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
	j.entries--
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

// record takes from an exchange what the journal keeps. Header, body and answer are kept as they are and not written to afterwards; nothing keeps the
// http.Request itself, which holds on to its connection.
func (x *exchange) record(duration time.Duration) recorded {
	r := recorded{
		arrived: x.arrived, duration: duration,
		method: x.request.Method, target: x.request.RequestURI, host: x.request.Host,
		header: x.request.Header, body: cutBody(x.body), bodySize: len(x.body),
		status: x.status, responseBody: cutBody(x.answer), responseBodySize: len(x.answer),
		customer: x.customer,
		fault:    x.fault, wait: x.wait, preference: x.preference, trigger: x.trigger,
	}
	if keys := r.header[keyHeader]; len(keys) > 0 && len(keys[0]) <= longestKey {
		r.key = keys[0]
	}
	if x.operation != nil {
		r.operation = x.operation.ID
	}
	if r.target == "" { // a request that did not come over the wire
		r.target = x.request.URL.RequestURI()
	}
	if x.status != 0 {
		r.responseHeader = x.header
	}
	r.violations, r.more = cutViolations(x.violations)
	return r
}

// cutViolations keeps the first violations: their names of members can be as long as the body.
func cutViolations(all judge.Violations) (kept judge.Violations, more int) {
	size := 0
	for i, v := range all {
		if size += violationSize(v); i == journalViolations || size > journalBody {
			return append(judge.Violations(nil), all[:i]...), len(all) - i
		}
	}
	return all, 0
}

func violationSize(v judge.Violation) int {
	const fixed = 112
	return fixed + len(v.Path) + len(v.Pointer) + len(v.Expected) + len(v.Got)
}

func cutBody(body []byte) []byte {
	if len(body) > journalBody {
		return bytes.Clone(body[:journalBody]) // not a slice of it, which would keep the rest in memory
	}
	return body
}

// size is about how many bytes an entry keeps from being freed.
func (r *recorded) size() int {
	const fixed, ofHeader = 1536, 64 // fixed covers the answer's headers too: they are the mock's own
	size := fixed + len(r.target) + len(r.host) + cap(r.body) + cap(r.responseBody)
	for _, v := range r.violations {
		size += violationSize(v)
	}
	for name, values := range r.header {
		size += ofHeader + len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}

const requestID = "req_"

// Requests lists the journal's entries that pass every filter, in the order in which they were recorded. An entry is there before its answer leaves, so that
// whoever has the answer finds it. The journal keeps up to 1,000 entries or 8 MiB of each key, 20,000 or 32 MiB of all.
func (s *Server) Requests(filters ...Filter) []Request {
	limit := journalEntries
	for _, f := range filters {
		if f.Limit > 0 {
			limit = min(limit, f.Limit)
		}
	}
	found := s.journal.newestFirst(limit, func(e *entry) bool {
		for i := range filters {
			if !filters[i].passes(e) {
				return false
			}
		}
		return true
	})
	requests := make([]Request, len(found))
	for i := range found {
		requests[len(found)-1-i] = found[i].render()
	}
	return requests
}

// Request is the journal's entry with an id, e.g. "req_17". It is false where there is none, or none any more.
func (s *Server) Request(id string) (Request, bool) {
	digits, ok := strings.CutPrefix(id, requestID)
	number, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || strconv.FormatUint(number, 10) != digits {
		return Request{}, false
	}
	found := s.journal.newestFirst(1, func(e *entry) bool { return e.number == number })
	if len(found) == 0 {
		return Request{}, false
	}
	return found[0].render(), true
}

// ForgetRequests empties the journal of one API key, or of all with "".
func (s *Server) ForgetRequests(key string) { s.journal.forget(key) }

func (f *Filter) passes(e *entry) bool {
	path, _, _ := strings.Cut(e.target, "?")
	return (f.Key == "" || f.Key == e.key) &&
		(f.Method == "" || f.Method == e.method) &&
		(f.Path == "" || f.Path == path) &&
		(f.Status == 0 || f.Status == e.status) &&
		(f.Since.IsZero() || !e.arrived.Before(f.Since)) &&
		(!f.Violating || len(e.violations) > 0) &&
		(!f.Duplicates || e.duplicateOf != 0)
}

func (n *numbered) render() Request {
	r := Request{
		ID: idOf(n.number), Time: n.arrived, Duration: n.duration, Operation: n.operation,
		Method: n.method, Target: n.target, Host: n.host,
		Header: withoutCredentials(n.header), Body: bytes.Clone(n.body), BodySize: n.bodySize,
		Status: n.status, ResponseHeader: n.responseHeader.Clone(), ResponseBody: bytes.Clone(n.responseBody), ResponseBodySize: n.responseBodySize,
		Violations: append(judge.Violations(nil), n.violations...), MoreViolations: n.more, Wait: n.wait, Preference: n.preference, Trigger: n.trigger,
	}
	if keys := n.header[keyHeader]; len(keys) > 0 {
		r.Key = maskKey(keys[0])
	}
	if n.customer != (ulid{}) {
		r.Customer = n.customer.id(customerPrefix)
	}
	if n.duplicateOf != 0 {
		r.DuplicateOf = idOf(n.duplicateOf)
	}
	if n.fault != nil {
		fault := *n.fault
		if fault.Key != "" {
			fault.Key = maskKey(fault.Key)
		}
		r.Fault = &fault
	}
	return r
}

func idOf(number uint64) string { return requestID + strconv.FormatUint(number, 10) }
