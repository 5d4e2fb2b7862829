package contracttest

import (
	"context"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// What shrinking may cost: requests for one finding, and for all of a run.
const (
	mostShrinks    = 40
	mostShrinksAll = 400
)

// shrink replaces the request of a finding by a smaller one that still shows it: first the least that has its place at
// all, then step by step. Each step is classified anew, from its bytes: a request that lost what made it invalid, or
// became invalid for another reason, is no step.
func (r *run) shrink(ctx context.Context, g *group) {
	if ctx.Err() != nil || r.turnedAway || r.config.Case != "" || g.exchange == nil || g.exchange.c.tree == nil || g.Known || !shrinks(g) {
		return
	}
	tries := 0
	try := func(tree any) (smaller, more bool) {
		x := r.exchangeOf(g.exchange.c.withTree(tree))
		if x.class.name != g.exchange.class.name || len(x.c.request.body) >= len(g.exchange.c.request.body) {
			return false, true
		}
		if tries++; tries > mostShrinks || len(r.shrunk) >= mostShrinksAll || !r.sender.gate.open() {
			return false, false
		}
		r.shrunk = append(r.shrunk, x.c)
		if r.sender.exchange(ctx, x) != nil {
			return false, false
		}
		r.progress()
		p, shown := judged(x, r.config.wants).shows(g.problem)
		if shown {
			g.exchange, g.problem, g.Shrunk = x, p, true
		}
		return shown, true
	}
	if least := r.least(g); least != nil {
		if _, more := try(least); !more {
			return
		}
	}
	for {
		before := g.exchange
		for tree := range reductions(before.c.tree) {
			smaller, more := try(tree)
			if !more {
				return
			}
			if smaller {
				break
			}
		}
		if g.exchange == before {
			return
		}
	}
}

// shrinks reports whether a single request can show a finding.
func shrinks(g *group) bool {
	return g.Severity != result.Notice && g.Check != result.IDUnique && g.Check != result.RateLimitMonotone && g.problem.variant != clockZone
}

// shows finds a problem that is the same as another.
func (v *verdict) shows(p problem) (problem, bool) {
	id := fingerprint(v.exchange, p)
	for _, own := range v.problems {
		if fingerprint(v.exchange, own) == id {
			return own, true
		}
	}
	for _, one := range v.sightings {
		if p.check == result.Echo && (p.variant == lostVariant || p.variant == leftOutVariant) && one.place == p.place && !one.back {
			return p, true
		}
	}
	return p, false
}

// least is a body with hardly more than the place of a problem; nil where the problem has no place in the body.
func (r *run) least(g *group) any {
	schema, _ := requestSchema(g.exchange.class.op)
	members, isObject := g.exchange.c.tree.(object)
	if schema == nil || !isObject {
		return nil
	}
	place := g.problem.place
	if _, name := counterpartAt(schema, successSchema(g.exchange.class.op.Spec)); name != "" {
		place = strings.TrimPrefix(place, name+".")
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(place, "[", "."), ".")
	var kept, contact object
	for _, m := range members {
		if m.name == first {
			kept = append(kept, m)
		} else if slices.Contains(schema.Required, m.name) || slices.Contains(alternatives(schema), m.name) && contact == nil {
			contact = append(contact, m)
		}
	}
	if kept == nil {
		return nil
	}
	for _, body := range []object{kept, append(slices.Clone(contact), kept...)} {
		if r.exchangeOf(g.exchange.c.withTree(body)).class.name == g.exchange.class.name {
			return body
		}
	}
	return nil
}

// reductions are the trees that are one step smaller: first without a member or an item, the outermost first, then
// with a shorter text.
func reductions(tree any) func(func(any) bool) {
	return func(yield func(any) bool) {
		ways := allWays(tree, nil)
		slices.SortStableFunc(ways, func(a, b at) int { return len(a) - len(b) })
		for _, way := range ways {
			if !yield(without(tree, way)) {
				return
			}
		}
		for _, way := range ways {
			var shorter any
			edit(tree, way, func(old any) (any, bool) {
				if text, ok := old.(string); ok && len(text) > 8 {
					runes := []rune(text)
					shorter = string(runes[:len(runes)/2])
				}
				return old, true
			})
			if shorter != nil && !yield(with(tree, way, shorter)) {
				return
			}
		}
	}
}

// allWays lists the way to every member and item of a tree.
func allWays(tree any, way at) []at {
	var ways []at
	switch tree := tree.(type) {
	case object:
		for _, m := range tree {
			ways = append(append(ways, way.then(m.name)), allWays(m.value, way.then(m.name))...)
		}
	case []any:
		for i, item := range tree {
			ways = append(append(ways, way.then(i)), allWays(item, way.then(i))...)
		}
	}
	return ways
}
