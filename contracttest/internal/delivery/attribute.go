package delivery

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
)

// mostSearched bounds the arrivals in which an id is looked for anywhere.
const mostSearched = 1000

// attribute finds the customers of arrivals whose payload does not say it where it should: by their id, anywhere in the bytes.
func (r *Receiver) attribute(expected map[string]*check.Verdict) {
	searched := 0
	move := func(a *arrival, refused bool) bool {
		if searched++; searched > mostSearched {
			return false
		}
		id := r.customerIn(a, expected)
		if id == "" {
			return false
		}
		s := r.stories[id]
		if s == nil {
			s = &story{}
			r.stories[id] = s
		}
		if s.arrivals = append(s.arrivals, a); refused {
			s.refused = a
		}
		slices.SortStableFunc(s.arrivals, func(a, b *arrival) int { return a.at.Compare(b.at) })
		return true
	}
	r.unknown = slices.DeleteFunc(r.unknown, func(a *arrival) bool { return move(a, false) })
	var strays []string
	for id := range r.stories {
		if expected[id] == nil {
			strays = append(strays, id)
		}
	}
	for _, id := range strays {
		s := r.stories[id]
		s.arrivals = slices.DeleteFunc(s.arrivals, func(a *arrival) bool { return move(a, a == s.refused) })
	}
}

// customerIn is the customer whose id is anywhere in a body of this run. A body without the mark of the run is an example of the contract, which is sent as
// it is, or not of this run: there, the id must be a string in the event of a new customer.
func (r *Receiver) customerIn(a *arrival, expected map[string]*check.Verdict) string {
	if a.has(r.Tag) {
		for id := range expected {
			if a.has(strconv.Quote(id)) || len(id) >= 8 && a.has(id) {
				return id
			}
		}
		return ""
	}
	if !r.ofTheType(a) {
		return ""
	}
	for text := range bytes.SplitSeq(a.plain, []byte{'"'}) {
		if expected[string(text)] != nil {
			return string(text)
		}
	}
	return ""
}

// unrelated counts the arrivals that tell of no customer that the run created.
func (r *Receiver) unrelated(done []*check.Verdict) int {
	own := map[string]bool{}
	for _, v := range done {
		if r.createdBy(v.Exchange) {
			_, id := r.customer(v.Value)
			own[id] = true
		}
	}
	count := len(r.unknown)
	for id, s := range r.stories {
		if !own[id] {
			count += len(s.arrivals)
		}
	}
	return count
}
