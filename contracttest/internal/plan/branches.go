package plan

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// mostBranches bounds the combinations that are tried: two to the power of it.
const mostBranches = 4

// branches tries the alternatives of anyOf and oneOf in every combination, each alone with a value that does not
// count, and under a name that is nearly theirs.
func (p *planner) branches() {
	for _, here := range places(p.schema, p.gen.full(p.schema)) {
		names := Alternatives(here.schema)
		if here.later || len(names) == 0 || len(names) > mostBranches {
			continue
		}
		p.combinations(here, names)
		p.eachAlone(here, names)
	}
}

// combinations has each combination of the alternatives, and all else.
func (p *planner) combinations(here place, names []string) {
	for combination := range 1 << len(names) {
		tree := p.gen.full(p.schema)
		label := "none"
		for i, name := range names {
			if combination>>i&1 == 0 {
				tree = jsontree.Without(tree, here.way.Then(name))
			} else {
				label = strings.TrimPrefix(label+" and "+name, "none and ")
			}
		}
		// What the others would show, examples and subsets have shown.
		p.addTree(weightIf(combination == 0, weightBranch), here.way.String()+"/"+label, tree)
	}
}

// eachAlone has one of the alternatives each time, and breaks it.
func (p *planner) eachAlone(here place, names []string) {
	for i, name := range names {
		alone := p.gen.full(p.schema)
		for _, other := range names {
			if other != name {
				alone = jsontree.Without(alone, here.way.Then(other))
			}
		}
		there := here.way.Then(name)
		p.addTree(weightMore, there.String()+"/alone and null", jsontree.With(alone, there, nil))
		p.addTree(weightMore, there.String()+"/alone and a number", jsontree.With(alone, there, 5.0))
		p.addTree(weightMore, there.String()+"/alone and empty", jsontree.With(alone, there, ""))
		p.addTree(
			weightMore, there.String()+"/alone and nothing else",
			jsontree.With(jsontree.Object{}, there, p.gen.value(exchange.Properties(here.schema)[name].Value, there)),
		)
		renamed := jsontree.Also(
			jsontree.Without(alone, there), here.way, otherCase(name),
			p.gen.value(exchange.Properties(here.schema)[name].Value, there),
		)
		p.addTree(weightIf(i == 0, weightBranch), there.String()+"/alone in other case", renamed)
	}
}

// Alternatives are the names that the branches of a schema require, without those that it requires anyway.
func Alternatives(schema *openapi3.Schema) []string {
	var names []string
	for _, branch := range slices.Concat(schema.AnyOf, schema.OneOf) {
		for _, name := range branch.Value.Required {
			if exchange.Properties(schema)[name] != nil && !slices.Contains(names, name) &&
				!slices.Contains(schema.Required, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
