package contracttest

import (
	"context"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
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
func (r *run) shrink(ctx context.Context, g *finding.Group) {
	if ctx.Err() != nil || r.turnedAway || r.config.Case != "" || g.Exchange == nil || g.Exchange.Case.Tree == nil || g.Known || !shrinks(g) {
		return
	}
	s := &shrinker{run: r, Group: g}
	if least := r.least(g); least != nil {
		if _, more := s.try(ctx, least); !more {
			return
		}
	}
	for s.step(ctx) {
	}
}

// shrinker makes the request of one finding smaller.
type shrinker struct {
	*run
	*finding.Group
	tries int // requests that were sent
}

// step tries what is one step smaller, until one of it still shows the finding. It reports whether one did.
func (s *shrinker) step(ctx context.Context) bool {
	for tree := range reductions(s.Exchange.Case.Tree) {
		if smaller, more := s.try(ctx, tree); smaller || !more {
			return smaller
		}
	}
	return false
}

// try sends another body. It reports whether it is a smaller one that shows the finding, and whether more may be tried.
func (s *shrinker) try(ctx context.Context, tree any) (smaller, more bool) {
	x := s.exchangeOf(s.Exchange.Case.WithTree(tree))
	if x.Class.Name != s.Exchange.Class.Name || len(x.Case.Request.Body) >= len(s.Exchange.Case.Request.Body) {
		return false, true
	}
	if s.tries++; s.tries > mostShrinks || len(s.shrunk) >= mostShrinksAll || !s.sender.gate.open() {
		return false, false
	}
	s.shrunk = append(s.shrunk, x.Case)
	if s.sender.exchange(ctx, x) != nil {
		return false, false
	}
	s.progress()
	p, shown := check.Judge(x, s.config.wants).Shows(s.Problem)
	if shown {
		s.Exchange, s.Problem, s.Shrunk = x, p, true
	}
	return shown, true
}

// shrinks reports whether a single request can show a finding.
func shrinks(g *finding.Group) bool {
	return g.Severity != result.Notice && !result.OfWebhooks(g.Check) && g.Check != result.IDUnique && g.Check != result.RateLimitMonotone && g.Problem.Variant != check.ClockZone
}

// least is a body with hardly more than the place of a problem; nil where the problem has no place in the body.
func (r *run) least(g *finding.Group) any {
	schema, _ := exchange.RequestSchema(g.Exchange.Class.Op)
	members, isObject := g.Exchange.Case.Tree.(jsontree.Object)
	if schema == nil || !isObject {
		return nil
	}
	place := g.Problem.Place
	if _, name := exchange.CounterpartAt(schema, exchange.SuccessSchema(g.Exchange.Class.Op.Spec)); name != "" {
		place = strings.TrimPrefix(place, name+".")
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(place, "[", "."), ".")
	var kept, contact jsontree.Object
	for _, m := range members {
		if m.Name == first {
			kept = append(kept, m)
		} else if slices.Contains(schema.Required, m.Name) || slices.Contains(plan.Alternatives(schema), m.Name) && contact == nil {
			contact = append(contact, m)
		}
	}
	if kept == nil {
		return nil
	}
	for _, body := range []jsontree.Object{kept, append(slices.Clone(contact), kept...)} {
		if r.exchangeOf(g.Exchange.Case.WithTree(body)).Class.Name == g.Exchange.Class.Name {
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
		slices.SortStableFunc(ways, func(a, b jsontree.Way) int { return len(a) - len(b) })
		for _, way := range ways {
			if !yield(jsontree.Without(tree, way)) {
				return
			}
		}
		for _, way := range ways {
			var shorter any
			jsontree.Edit(tree, way, func(old any) (any, bool) {
				if text, ok := old.(string); ok && len(text) > 8 {
					runes := []rune(text)
					shorter = string(runes[:len(runes)/2])
				}
				return old, true
			})
			if shorter != nil && !yield(jsontree.With(tree, way, shorter)) {
				return
			}
		}
	}
}

// allWays lists the way to every member and item of a tree.
func allWays(tree any, way jsontree.Way) []jsontree.Way {
	var ways []jsontree.Way
	switch tree := tree.(type) {
	case jsontree.Object:
		for _, m := range tree {
			ways = append(append(ways, way.Then(m.Name)), allWays(m.Value, way.Then(m.Name))...)
		}
	case []any:
		for i, item := range tree {
			ways = append(append(ways, way.Then(i)), allWays(item, way.Then(i))...)
		}
	}
	return ways
}
