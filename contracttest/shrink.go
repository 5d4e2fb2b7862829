package contracttest

import (
	"context"
	"slices"
)

// What shrinking may cost: requests for one finding, and for all of a run.
const (
	mostShrinks    = 40
	mostShrinksAll = 400
)

// shrink replaces the request of a finding by the smallest that still shows it. Each step is classified anew, from
// its bytes: a request that lost what made it invalid, or became invalid for another reason, is no step.
func (r *run) shrink(ctx context.Context, g *group) {
	if ctx.Err() != nil || r.hopeless || g.exchange.c.tree == nil || g.Severity == Notice || g.Check == IDUnique ||
		g.Check == RateLimitMonotone || g.problem.kin == "zone" {
		return
	}
	for tries := 0; ; {
		smaller := false
		for tree := range reductions(g.exchange.c.tree) {
			x := r.exchange(g.exchange.c.withTree(tree))
			if x.class.name != g.exchange.class.name {
				continue
			}
			if tries++; tries > mostShrinks || len(r.shrunk) >= mostShrinksAll || !r.sender.gate.open() {
				return
			}
			r.shrunk = append(r.shrunk, x.c)
			if r.sender.exchange(ctx, x) != nil {
				return
			}
			problems := x.judge().problems
			same := slices.IndexFunc(problems, func(p problem) bool { return fingerprint(x, p) == g.Fingerprint })
			if same >= 0 {
				g.exchange, g.problem, g.Shrunk, smaller = x, problems[same], true, true
				g.Message = r.mask.text(problems[same].message)
				break
			}
		}
		if !smaller {
			return
		}
	}
}

// withTree is the case with another body.
func (c testCase) withTree(tree any) testCase {
	c.tree = tree
	c.request.body = encode(tree)
	return c
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
