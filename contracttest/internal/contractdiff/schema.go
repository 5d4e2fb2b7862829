package contractdiff

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// schema reads a schema of OpenAPI 3.0 or 3.1 into the form that both have here: a type without null beside nullable, numeric exclusive bounds, enum
// in place of const, allOf merged, and in an anyOf only what its branches do not share.
func (b *builder) schema(p place, depth int) (*node, error) {
	if err := b.visit(p, depth); err != nil {
		return nil, err
	}
	if p.raw.Kind == yaml.ScalarNode && p.raw.ShortTag() == "!!bool" { // OpenAPI 3.1 section 4.8.24: a schema may be a boolean
		n := mapping(p.node())
		if p.raw.Value == "false" {
			n.members["not"] = mapping(p.node())
		}
		return n, nil
	}
	own, whole, err := b.referredSchema(p, depth)
	if err != nil || whole {
		return own, err
	}
	nullable(own)
	bound(own, "exclusiveMinimum", "minimum", func(x, y float64) bool { return x >= y })
	bound(own, "exclusiveMaximum", "maximum", func(x, y float64) bool { return x <= y })
	if value := own.get("const"); value != nil && own.get("enum") == nil {
		own.members["enum"] = &node{list: true, items: []*node{value}, pointer: value.pointer, line: value.line}
		delete(own.members, "const")
	}
	mergeAll(own)
	oneOrNull(own, "anyOf")
	oneOrNull(own, "oneOf")
	share(own)
	return own, nil
}

// referredSchema reads a schema, or what a reference in its place leads to. Whole is one that is in the form that is compared already.
func (b *builder) referredSchema(p place, depth int) (n *node, whole bool, err error) {
	own, err := b.object(p, schemaForm, depth)
	if err != nil {
		return nil, false, err
	}
	if null := own.get("nullable"); null != nil && b.since31 && p.file == "" {
		b.nullables = append(b.nullables, null.line)
	}
	reference := member(p.raw, "$ref")
	if reference == nil || reference.Kind != yaml.ScalarNode {
		return own, false, nil
	}
	name := absolute(reference.Value, p)
	if slices.Contains(b.open, name) {
		return mapping(p.node()), true, nil // a schema that contains itself: compared where it was entered
	}
	to, err := b.target(name, p)
	if err != nil {
		return nil, false, err
	}
	b.open = append(b.open, name)
	referred, err := b.schema(to, depth+1)
	b.open = b.open[:len(b.open)-1]
	if err != nil || len(own.members) == 0 {
		return referred, true, err
	}
	// What stands beside a reference counts too, as in 3.1.
	if !merge(own, referred) {
		own.members["allOf"] = &node{list: true, items: []*node{referred}, pointer: referred.pointer, line: referred.line}
	}
	return own, false, nil
}

// nullable makes of the type null a schema's nullable.
func nullable(n *node) {
	kinds := n.get("type")
	if kinds == nil {
		delete(n.members, "nullable") // OpenAPI 3.0.3 section 4.7.24: it says nothing without a type
		return
	}
	if kinds.list {
		var rest []*node
		for _, kind := range kinds.items {
			if kind.scalar == `"null"` && len(kinds.items) > 1 {
				n.members["nullable"] = &node{scalar: "true", pointer: kind.pointer, line: kind.line}
			} else {
				rest = append(rest, kind)
			}
		}
		slices.SortFunc(rest, func(x, y *node) int { return strings.Compare(x.scalar, y.scalar) })
		kinds.items = rest
		if len(rest) == 1 {
			kinds.list, kinds.scalar, kinds.items = false, rest[0].scalar, nil
		}
	}
	if values := n.get("enum"); values != nil && !slices.ContainsFunc(values.items, func(v *node) bool { return v.scalar == "null" }) {
		delete(n.members, "nullable")
	}
}

// bound makes an exclusive bound a number; of two bounds it leaves the stricter.
func bound(n *node, exclusive, inclusive string, stricter func(x, y float64) bool) {
	is, limit := n.get(exclusive), n.get(inclusive)
	if is == nil {
		return
	}
	switch is.scalar {
	case "true":
		if limit == nil {
			delete(n.members, exclusive)
			return
		}
		n.members[exclusive] = limit
		delete(n.members, inclusive)
	case "false":
		delete(n.members, exclusive)
	default:
		x, err := strconv.ParseFloat(is.scalar, 64)
		if err != nil || limit == nil {
			return
		}
		if y, err := strconv.ParseFloat(limit.scalar, 64); err == nil {
			if stricter(x, y) {
				delete(n.members, inclusive)
			} else {
				delete(n.members, exclusive)
			}
		}
	}
}

// mergeAll merges the branches of an allOf into the schema that has it, as far as that says the same.
func mergeAll(n *node) {
	all := n.get("allOf")
	if all == nil {
		return
	}
	var rest []*node
	for _, branch := range all.items {
		if branch.members == nil || !merge(n, branch) {
			rest = append(rest, branch)
		}
	}
	if all.items = rest; len(rest) == 0 {
		delete(n.members, "allOf")
	}
}

// merge makes of a schema one that accepts what both do; false, with nothing changed, where that needs an allOf.
func merge(into, other *node) bool {
	if aboutOthers(into, other) || aboutOthers(other, into) {
		return false
	}
	if (into.get("nullable") == nil) != (other.get("nullable") == nil) && into.get("type") != nil && other.get("type") != nil {
		return false
	}
	for name, theirs := range other.members {
		ours := into.get(name)
		if ours == nil || name == "required" || name == "properties" && mergeable(ours, theirs) || ours.json() == theirs.json() {
			continue
		}
		return false
	}
	for name, theirs := range other.members {
		ours := into.get(name)
		switch {
		case ours == nil:
			into.members[name] = theirs
		case name == "properties":
			maps.Copy(ours.members, theirs.members)
		case name == "required":
			addItems(ours, theirs)
		}
	}
	into.rules = append(into.rules, other.rules...)
	return true
}

// aboutOthers says whether a schema speaks of the properties that it does not have itself, and would have others beside another schema.
func aboutOthers(n, other *node) bool {
	if n.get("additionalProperties") == nil && n.get("unevaluatedProperties") == nil {
		return false
	}
	return n.get("properties") == nil || other.get("properties") != nil
}

// addItems adds to a set what it does not have.
func addItems(to, from *node) {
	there := map[string]bool{}
	for _, item := range to.items {
		there[item.scalar] = true
	}
	for _, item := range from.items {
		if !there[item.scalar] {
			to.items = append(to.items, item)
		}
	}
}

// mergeable says whether no property of both has two different schemas.
func mergeable(ours, theirs *node) bool {
	for name, schema := range theirs.members {
		if o := ours.members[name]; o != nil && o.json() != schema.json() {
			return false
		}
	}
	return true
}

// oneOrNull makes of a choice between one schema and null that schema, nullable.
func oneOrNull(n *node, keyword string) {
	choice := n.get(keyword)
	if choice == nil || len(choice.items) != 2 {
		return
	}
	for i, branch := range choice.items {
		other := choice.items[1-i]
		if branch.json() != `{"type":"null"}` || other.get("type") == nil || other.get("enum") != nil || other.get("nullable") != nil {
			continue
		}
		rest := mapping(n)
		for name, child := range n.members {
			if name != keyword {
				rest.members[name] = child
			}
		}
		if !merge(rest, other) {
			return
		}
		rest.members["nullable"] = &node{scalar: "true", pointer: branch.pointer, line: branch.line}
		n.members, n.rules = rest.members, append(n.rules, rest.rules...)
		return
	}
}

// share puts what all branches of an anyOf have beside it, and takes from the branches what stands beside it:
//
//	anyOf: [{required: [a], properties: P}, {required: [b], properties: P}]
//
// accepts what
//
//	properties: P, anyOf: [{required: [a]}, {required: [b]}]
//
// accepts. The vendor may write either.
func share(n *node) {
	choice := n.get("anyOf")
	if choice == nil || len(choice.items) == 0 || choice.items[0].members == nil {
		return
	}
	common := inAll(choice.items)
	common.pointer, common.line, common.under = n.pointer, n.line, n.under
	for _, branch := range choice.items {
		// About the properties of its own schema: both move, or neither.
		if branch.get("unevaluatedProperties") != nil ||
			branch.get("additionalProperties") != nil && (common.get("additionalProperties") == nil || common.get("properties") == nil) {
			return
		}
	}
	for _, branch := range choice.items {
		common.rules = append(common.rules, branch.rules...) // one that is there twice is told once
	}
	if !merge(n, common) {
		return
	}
	for _, branch := range choice.items {
		for name, child := range branch.members {
			if beside := n.get(name); name != "required" && beside != nil && beside.json() == child.json() {
				delete(branch.members, name)
			}
		}
	}
	slices.SortStableFunc(choice.items, func(x, y *node) int { return strings.Compare(x.json(), y.json()) })
}

// inAll is what all branches say, but what they require.
func inAll(branches []*node) *node {
	common := mapping(branches[0])
	for name, child := range branches[0].members {
		text := child.json()
		everywhere := name != "required" && !slices.ContainsFunc(branches, func(branch *node) bool {
			other := branch.get(name)
			return other == nil || other.json() != text
		})
		if everywhere {
			common.members[name] = child
		}
	}
	return common
}
