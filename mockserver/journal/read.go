package journal

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

const requestID = "req_"

// Requests lists the entries that pass every filter, in the order in which they were recorded. The journal keeps up to 1,000 entries or 8
// MiB of each key, and 32 MiB of all.
func (j *Journal) Requests(filters ...Filter) []Request {
	limit, inShort := math.MaxInt, false
	for _, f := range filters {
		inShort = inShort || f.InShort
		if f.Limit > 0 {
			limit = min(limit, f.Limit)
		}
	}
	before := uint64(math.MaxUint64)
	var texts []*search
	for _, f := range filters {
		if f.Before != "" {
			number, _ := numberOf(f.Before)
			before = min(before, number)
		}
		if f.Text != "" {
			texts = append(texts, newSearch(f.Text))
		}
	}
	most := limit
	if len(texts) > 0 {
		most = math.MaxInt
	}
	found := j.newestFirst(most, before, func(e *Entry) bool {
		for i := range filters {
			if !filters[i].passes(e) {
				return false
			}
		}
		return true
	})
	if len(texts) > 0 { // without the lock: the search through bodies must not keep requests from being recorded
		j.searching.Lock()
		found = containing(found, texts, limit)
		j.searching.Unlock()
	}
	requests := make([]Request, len(found))
	for i := range found {
		if inShort {
			requests[len(found)-1-i] = found[i].inShort()
		} else {
			requests[len(found)-1-i] = found[i].render()
		}
	}
	return requests
}

// Request is the entry of an API key with an id, e.g. "req_17"; of whatever key for "". It is false where there is none, or none any more.
func (j *Journal) Request(key, id string) (Request, bool) {
	found, ok := j.numbered(key, id)
	if !ok {
		return Request{}, false
	}
	return found.render(), true
}

// Arrived is what the entry of an API key with an id is of, of whatever key for "": with its credentials, to be sent again, and not to be shown.
// whole is false where the journal kept its body in part.
func (j *Journal) Arrived(key, id string) (x Exchange, whole, ok bool) {
	found, ok := j.numbered(key, id)
	if !ok {
		return Exchange{}, false, false
	}
	return found.Exchange, len(found.Body) == found.bodySize, true
}

func (j *Journal) numbered(key, id string) (found numbered, ok bool) {
	number, ok := numberOf(id)
	if !ok {
		return numbered{}, false
	}
	if found, ok = j.find(number); !ok || key != "" && key != found.Key {
		return numbered{}, false
	}
	return found, true
}

// numberOf is the number in an id; 0, which no entry has, where the text is none.
func numberOf(id string) (number uint64, ok bool) {
	digits, ok := strings.CutPrefix(id, requestID)
	number, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || strconv.FormatUint(number, 10) != digits {
		return 0, false
	}
	return number, true
}

func (f *Filter) passes(e *Entry) bool {
	path, _, _ := strings.Cut(e.Target, "?")
	return (f.Key == "" || f.Key == e.Key) &&
		(f.Method == "" || f.Method == e.Method) &&
		(f.Path == "" || f.Path == path) &&
		(f.Status == 0 || f.Status == e.Status) &&
		(f.Since.IsZero() || !e.Arrived.Before(f.Since)) &&
		(!f.Unanswered || e.Status == 0) &&
		(!f.Refused || e.Status >= http.StatusBadRequest || e.CORSRefused != "") &&
		(!f.Violating || e.Broken()) &&
		(!f.Duplicates || e.duplicateOf != 0)
}

func (n numbered) render() Request {
	r := Request{
		ID: idOf(n.number), Key: n.maskedKey(), KeyID: n.KeyID, Time: n.Arrived, Duration: n.Duration, Operation: n.Operation,
		Method: mask.Keys(n.Method), Target: mask.Keys(n.Target), Host: mask.Keys(n.Host),
		Header: mask.Header(n.Header), Body: withoutKeysIn(n.Body), BodySize: n.bodySize,
		Status: n.Status, ResponseHeader: mask.Header(n.ResponseHeader),
		ResponseBody: withoutKeysIn(n.ResponseBody), ResponseBodySize: n.responseBodySize,
		Violations: untrusted.Violations(n.Violations), MoreViolations: n.moreViolations,
		Wait: n.Wait, Preference: n.Preference, Trigger: n.Trigger,
		ResentFrom: n.ResentFrom, Customer: n.Customer, Refusal: mask.Keys(n.Refusal), CORSRefused: n.CORSRefused,
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

// inShort leaves out headers and bodies.
func (n numbered) inShort() Request {
	short := *n.kept
	short.Header, short.Body, short.ResponseHeader, short.ResponseBody = nil, nil, nil, nil
	r := numbered{n.number, &short}.render()
	r.Key = n.maskedKey()
	return r
}

func (n numbered) maskedKey() string {
	if keys := n.Header[apikey.Header]; len(keys) > 0 {
		return mask.Key(keys[0])
	}
	return ""
}

// withoutKeysIn is a copy of a body with the keys in it masked.
func withoutKeysIn(body []byte) []byte { return []byte(mask.Keys(string(body))) }

func idOf(number uint64) string { return requestID + strconv.FormatUint(number, 10) }
