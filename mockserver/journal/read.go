package journal

import (
	"math"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mask"
)

const requestID = "req_"

// Requests lists the entries that pass every filter, in the order in which they were recorded. The journal keeps up to 1,000 entries or 8
// MiB of each key, and 32 MiB of all.
func (j *Journal) Requests(filters ...Filter) []Request {
	limit := math.MaxInt
	for _, f := range filters {
		if f.Limit > 0 {
			limit = min(limit, f.Limit)
		}
	}
	found := j.newestFirst(limit, func(e *Entry) bool {
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

// Request is the entry of an API key with an id, e.g. "req_17"; of whatever key for "". It is false where there is none, or none any more.
func (j *Journal) Request(key, id string) (Request, bool) {
	digits, ok := strings.CutPrefix(id, requestID)
	number, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || strconv.FormatUint(number, 10) != digits {
		return Request{}, false
	}
	found, ok := j.find(number)
	if !ok || key != "" && key != found.Key {
		return Request{}, false
	}
	return found.render(), true
}

func (f *Filter) passes(e *Entry) bool {
	path, _, _ := strings.Cut(e.Target, "?")
	return (f.Key == "" || f.Key == e.Key) &&
		(f.Method == "" || f.Method == e.Method) &&
		(f.Path == "" || f.Path == path) &&
		(f.Status == 0 || f.Status == e.Status) &&
		(f.Since.IsZero() || !e.Arrived.Before(f.Since)) &&
		(!f.Unanswered || e.Status == 0) &&
		(!f.Violating || e.Broken()) &&
		(!f.Duplicates || e.duplicateOf != 0)
}

func (n *numbered) render() Request {
	r := Request{
		ID: idOf(n.number), Time: n.Arrived, Duration: n.Duration, Operation: n.Operation,
		Method: mask.Text(n.Method), Target: mask.Text(n.Target), Host: mask.Text(n.Host),
		Header: mask.Header(n.Header), Body: withoutKeysIn(n.Body), BodySize: n.bodySize,
		Status: n.Status, ResponseHeader: mask.Header(n.ResponseHeader),
		ResponseBody: withoutKeysIn(n.ResponseBody), ResponseBodySize: n.responseBodySize,
		Violations: mask.Violations(n.Violations), MoreViolations: n.moreViolations,
		Wait: n.Wait, Preference: n.Preference, Trigger: n.Trigger,
		Customer: n.Customer, CORSRefused: n.CORSRefused,
	}
	if keys := n.Header[apikey.Header]; len(keys) > 0 {
		r.Key = mask.Key(keys[0])
	}
	if n.duplicateOf != 0 {
		r.DuplicateOf = idOf(n.duplicateOf)
	}
	if n.Fault != nil {
		played := *n.Fault
		if played.Key != "" {
			played.Key = mask.Key(played.Key)
		}
		r.Fault = &played
	}
	return r
}

// withoutKeysIn is a copy of a body with the keys in it masked.
func withoutKeysIn(body []byte) []byte { return []byte(mask.Text(string(body))) }

func idOf(number uint64) string { return requestID + strconv.FormatUint(number, 10) }
