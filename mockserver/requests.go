package mockserver

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

const requestID = "req_"

// Requests lists the journal's entries that pass every filter, in the order in which they were recorded. An entry is
// there before its answer leaves, so that whoever has the answer finds it. The journal keeps up to 1,000 entries or 8
// MiB of each key, and 32 MiB of all.
func (s *Server) Requests(filters ...Filter) []Request {
	limit := math.MaxInt
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
		(!f.Unanswered || e.status == 0) &&
		(!f.Violating || breaksContract(len(e.violations), e.operation, e.status)) &&
		(!f.Duplicates || e.duplicateOf != 0)
}

func (n *numbered) render() Request {
	r := Request{
		ID: idOf(n.number), Time: n.arrived, Duration: n.duration, Operation: n.operation,
		Method: maskKeys(n.method), Target: maskKeys(n.target), Host: maskKeys(n.host),
		Header: withoutCredentials(n.header), Body: withoutKeysIn(n.body), BodySize: n.bodySize,
		Status: n.status, ResponseHeader: withoutCredentials(n.responseHeader),
		ResponseBody: withoutKeysIn(n.responseBody), ResponseBodySize: n.responseBodySize,
		Violations: slices.Clone(withoutKeys(n.violations)), MoreViolations: n.more,
		Wait: n.wait, Preference: n.preference, Trigger: n.trigger,
		CORSRefused: n.corsRefused,
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

// withoutKeysIn is a copy of a body with the keys in it masked.
func withoutKeysIn(body []byte) []byte { return []byte(maskKeys(string(body))) }

func idOf(number uint64) string { return requestID + strconv.FormatUint(number, 10) }
