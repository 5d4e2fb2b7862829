package contracttest

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// whole makes the checks that only a whole run can answer. The problems are listed by the index of the exchange that shows them.
func (r *run) whole() map[int][]problem {
	problems := map[int][]problem{}
	if r.config.wants(IDUnique) {
		r.ids(problems)
	}
	if r.config.wants(RateLimitMonotone) {
		r.rateLimit(problems)
	}
	return problems
}

// ids asks whether every id is new, and says something.
func (r *run) ids(problems map[int][]problem) {
	seen := map[string]string{} // place and id to case
	for i, v := range r.done {
		if !v.created() {
			continue
		}
		for _, found := range idsIn(v.value, nil) {
			v.makes(IDUnique)
			place := pattern(found.way.String())
			key := place + " " + found.id
			switch first, ok := seen[key]; {
			case found.id == "":
				problems[i] = append(problems[i], problem{check: IDUnique, place: place, kin: "empty", message: place + ": expected an id, got an empty text"})
			case ok:
				problems[i] = append(problems[i], problem{
					check: IDUnique, place: place, kin: "again",
					message: fmt.Sprintf("%s: expected an id of its own, got %s, which %s got before", place, short(found.id), first),
				})
			default:
				seen[key] = v.c.id
			}
		}
	}
}

type foundID struct {
	way at
	id  string
}

// idsIn lists the members of a value that are called id, sorted by their place.
func idsIn(value any, way at) (found []foundID) {
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			found = append(found, idsIn(item, way.then(i))...)
		}
	case map[string]any:
		for _, name := range sortedNames(value) {
			if id, ok := value[name].(string); ok && name == "id" {
				found = append(found, foundID{way.then(name), id})
				continue
			}
			found = append(found, idsIn(value[name], way.then(name))...)
		}
	}
	return found
}

// quota is what the RateLimit headers of an answer say, with the index of the exchange.
type quota struct {
	index                   int
	limit, remaining, reset int
	sent, received          time.Time
}

// endless is the limit from which on a server means that it has none.
const endless = 1_000_000

// lookBack is with how many earlier answers each is compared.
const lookBack = 16

// rateLimit asks whether RateLimit-Remaining falls by one at least from each carried out request to any that was sent after its answer came, and
// RateLimit-Reset does not rise, as long as the window cannot have ended in between. Requests that were under way at the same time say nothing of
// each other. A server that has no limit, and says so with an enormous one of which nothing is ever taken, is left alone.
func (r *run) rateLimit(problems map[int][]problem) {
	var quotas []quota
	for i, v := range r.done {
		if q, ok := quotaOf(v); ok {
			q.index = i
			v.makes(RateLimitMonotone)
			quotas = append(quotas, q)
		}
	}
	slices.SortStableFunc(quotas, func(a, b quota) int { return a.received.Compare(b.received) })
	for j, later := range quotas {
		compared := 0
		for i := j - 1; i >= 0 && compared < lookBack; i-- {
			earlier := quotas[i]
			if earlier.received.After(later.sent) {
				continue
			}
			compared++
			if p, ok := compare(earlier, later); !ok {
				problems[later.index] = append(problems[later.index], p)
				break
			}
		}
	}
}

func compare(earlier, later quota) (p problem, ok bool) {
	p = problem{check: RateLimitMonotone}
	end := earlier.sent.Add(time.Duration(earlier.reset-1) * time.Second)
	if !later.received.Before(end) {
		return p, true
	}
	if later.remaining >= earlier.remaining && (earlier.limit < endless || earlier.remaining != earlier.limit) {
		p.place, p.kin = "header RateLimit-Remaining", "remaining"
		p.message = fmt.Sprintf("expected RateLimit-Remaining to fall below %d within the window, got %d", earlier.remaining, later.remaining)
		return p, false
	}
	if later.reset > earlier.reset {
		p.place, p.kin = "header RateLimit-Reset", "reset"
		p.message = fmt.Sprintf("expected RateLimit-Reset not to rise above %d within the window, got %d", earlier.reset, later.reset)
		return p, false
	}
	return p, true
}

func quotaOf(v *verdict) (q quota, ok bool) {
	if !v.created() {
		return q, false
	}
	q.sent, q.received = v.sent, v.received
	for name, number := range map[string]*int{"RateLimit-Limit": &q.limit, "RateLimit-Remaining": &q.remaining, "RateLimit-Reset": &q.reset} {
		var err error
		if *number, err = strconv.Atoi(v.answer.header.Get(name)); err != nil {
			return q, false
		}
	}
	return q, true
}
