package contractdiff

import (
	"slices"
)

// rules are the x-rules about a leaf: those of the place itself, or of the nearest around it; the nearest about the same keyword; and, where our
// document does not have it, those that name the keyword in their "about", wherever they stand. all are those of our document.
func (l leaf) rules(all []Rule) []Rule {
	var about []Rule
	add := func(is func(Rule) bool, rules []Rule) (added bool) {
		for _, rule := range rules {
			if !is(rule) {
				continue
			}
			added = true
			if !slices.ContainsFunc(about, func(r Rule) bool { return r.Line == rule.Line }) {
				about = append(about, rule)
			}
		}
		return added
	}
	if l.ours != nil {
		add(func(Rule) bool { return true }, l.ours.rules)
	} else {
		add(func(r Rule) bool { return slices.Contains(r.About, l.keyword) }, all)
	}
	if nearest := l.nearest(); nearest != nil {
		add(func(r Rule) bool { return r.Keyword == "" && len(r.About) == 0 }, nearest.rules)
	}
	for i := len(l.aroundOurs) - 1; i >= l.outermost(); i-- {
		if add(func(r Rule) bool { return r.Keyword == l.keyword }, l.aroundOurs[i].rules) {
			break
		}
	}
	slices.SortStableFunc(about, func(x, y Rule) int { return x.Line - y.Line })
	return about
}

// outermost is how far out a rule about the same keyword may stand: to the header or parameter that has the schema, for what is in one.
func (l leaf) outermost() int {
	for i, token := range l.path {
		if token == "schema" && i+1 < len(l.aroundOurs) && l.aroundOurs[i].fold == nil {
			return i
		}
	}
	return 0
}

// nearest is the nearest value around a leaf that has rules, if it is one that the leaf says something of: a schema, a header, a parameter.
func (l leaf) nearest() *node {
	for _, n := range slices.Backward(l.aroundOurs) {
		if n.fold != nil || n.get("responses") != nil || n.get("content") != nil {
			return nil
		}
		if len(n.rules) > 0 {
			return n
		}
	}
	return nil
}
