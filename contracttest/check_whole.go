package contracttest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// ledger remembers what the checks need that look at more than one exchange. It is given the exchanges in the order
// in which their answers came.
type ledger struct {
	ids       map[digest]string  // place and id to case
	quotas    map[digest][]quota // by key, the latest last
	clock     clock
	sightings sightings
}

func newLedger() *ledger {
	return &ledger{ids: map[digest]string{}, quotas: map[digest][]quota{}, sightings: sightings{}}
}

// enter makes the checks for one more exchange.
func (l *ledger) enter(v *verdict, key string) []problem {
	var found []problem
	if v.Created() && v.suite.config.wants(result.IDUnique) {
		found = l.id(v)
	}
	if q, ok := quotaOf(v); ok && v.makes(result.RateLimitMonotone) {
		found = append(found, l.quota(v.suite.Rules, q, key)...)
	}
	l.clock.enter(v)
	if v.suite.Mode != exchange.Watching { // what others send is not kept; see Traffic
		for _, one := range v.sightings {
			l.sightings.note(one.place, one.sighting)
		}
	}
	return found
}

// wholeRun is what the whole run shows.
type wholeRun struct {
	of map[int][]problem // by the index of the exchange that shows it
}

// whole makes the checks that look at more than one exchange.
func (r *run) whole() wholeRun {
	order := make([]int, len(r.done))
	index := map[*verdict]int{}
	for i := range order {
		order[i] = i
		index[r.done[i]] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return r.done[a].Received.Compare(r.done[b].Received) })
	found := wholeRun{of: map[int][]problem{}}
	l := newLedger()
	latest := 0 // that shows a time
	for _, i := range order {
		found.of[i] = l.enter(r.done[i], r.config.APIKey)
		if len(r.done[i].shown) > 0 {
			latest = i
		}
	}
	if p, ok := l.clock.problem(); ok {
		p.rule = r.Rules.Of("times-true")
		found.of[latest] = append(found.of[latest], p)
	}
	for _, lost := range l.sightings.problems() {
		i := index[lost.by]
		found.of[i] = append(found.of[i], lost.problem)
	}
	return found
}

// id asks whether every id is new, and says something.
func (l *ledger) id(v *verdict) (problems []problem) {
	for _, found := range idsIn(v.Value, nil) {
		v.makes(result.IDUnique)
		place := pattern(found.way.String())
		key := digestOf(place + " " + found.id)
		switch first, ok := l.ids[key]; {
		case found.id == "":
			problems = append(
				problems,
				problem{
					check:   result.IDUnique,
					place:   place,
					rule:    v.suite.Rules.Of("ids-unique"),
					variant: "empty",
					message: place + ": expected an id, got an empty text",
				},
			)
		case strings.TrimSpace(found.id) != found.id:
			problems = append(problems, problem{
				check: result.IDUnique, rule: v.suite.Rules.Of("id-shape"), place: place, variant: "white space",
				message: fmt.Sprintf("%s: expected an id without white space around it, got %s", place, short(found.id)),
			})
		case ok:
			problems = append(problems, problem{
				check: result.IDUnique, place: place, variant: "again", rule: v.suite.Rules.Of("ids-unique"),
				message: fmt.Sprintf(
					"%s: expected an id of its own, got %s, which came before in %s", place, short(found.id), first,
				),
			})
		case len(l.ids) < mostIDs:
			l.ids[key] = v.Case.ID
		}
	}
	return problems
}

type foundID struct {
	way jsontree.Way
	id  string
}

// deepestID is how deep ids are looked for: a server can nest its answer as deep as it likes.
const deepestID = 64

// idsIn lists the members of a value that are called id, sorted by their place.
func idsIn(value any, way jsontree.Way) (found []foundID) {
	if len(way) >= deepestID {
		return nil
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			found = append(found, idsIn(item, way.Then(i))...)
		}
	case map[string]any:
		for _, name := range exchange.SortedNames(value) {
			if id, ok := value[name].(string); ok && name == "id" {
				found = append(found, foundID{way.Then(name), id})
				continue
			}
			found = append(found, idsIn(value[name], way.Then(name))...)
		}
	}
	return found
}

// quota is what the RateLimit headers of an answer say.
type quota struct {
	limit, remaining, reset int
	sent, received          time.Time
	window                  int // see exchange
}

// endless is the limit from which on a server means that it has none.
const endless = 1_000_000

// How many earlier answers are remembered, and with how many of them each is compared.
const (
	remembered = 64
	lookBack   = 16
)

// quota asks whether RateLimit-Remaining falls by one at least from each carried out request to any that was sent
// after its answer came, and RateLimit-Reset does not rise, as long as the window cannot have ended in between.
// Requests that were under way at the same time say nothing of each other. A server that has no limit, and says so
// with an enormous one of which nothing is ever taken, is left alone.
func (l *ledger) quota(rules *exchange.RuleBook, later quota, apiKey string) (problems []problem) {
	key := digestOf(apiKey)
	before := l.quotas[key]
	if before == nil && len(l.quotas) == mostKeys {
		for one := range l.quotas { // any of them
			delete(l.quotas, one)
			break
		}
	}
	compared := 0
	for i := len(before) - 1; i >= 0 && compared < lookBack; i-- {
		if before[i].window != later.window || before[i].received.After(later.sent) {
			continue
		}
		compared++
		if p, ok := compare(rules, before[i], later); !ok {
			problems = append(problems, p)
			break
		}
	}
	l.quotas[key] = append(before[max(0, len(before)-remembered):], later)
	return problems
}

func compare(rules *exchange.RuleBook, earlier, later quota) (p problem, ok bool) {
	p = problem{check: result.RateLimitMonotone}
	end := earlier.sent.Add(time.Duration(earlier.reset-1) * time.Second)
	if !later.received.Before(end) {
		return p, true
	}
	if later.remaining >= earlier.remaining && (earlier.limit < endless || earlier.remaining != earlier.limit) {
		p.rule, p.place, p.variant = rules.Of("rate-limit-remaining"), "header RateLimit-Remaining", "remaining"
		p.message = fmt.Sprintf(
			"expected RateLimit-Remaining to fall below %d within the window, got %d", earlier.remaining,
			later.remaining,
		)
		return p, false
	}
	if later.reset > earlier.reset {
		p.rule, p.place, p.variant = rules.Of("rate-limit-reset"), "header RateLimit-Reset", "reset"
		p.message = fmt.Sprintf(
			"expected RateLimit-Reset not to rise above %d within the window, got %d", earlier.reset, later.reset,
		)
		return p, false
	}
	return p, true
}

func quotaOf(v *verdict) (q quota, ok bool) {
	if !v.Created() {
		return q, false
	}
	q.sent, q.received, q.window = v.Sent, v.Received, v.Window
	q.limit = headerNumber(v.Answer, "RateLimit-Limit", -1)
	q.remaining = headerNumber(v.Answer, "RateLimit-Remaining", -1)
	q.reset = headerNumber(v.Answer, "RateLimit-Reset", -1)
	return q, q.limit >= 0 && q.remaining >= 0 && q.reset >= 0
}
