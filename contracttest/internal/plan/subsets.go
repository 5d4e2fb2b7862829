package plan

import (
	"math/bits"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// subsetCount is how many bodies with some of the properties are sent.
const subsetCount = 5

// subsets sends bodies in which each optional property is there in three of five, no two properties in the same three:
// for any two, one body has the first without the second. That shows what is lost where something else is not sent.
func (p *planner) subsets() {
	for n := range subsetCount {
		tree := p.subset(p.schema, p.gen.full(p.schema), n)
		for _, name := range Alternatives(p.schema) {
			if p.contract.Judge.Accepts(p.schema, jsontree.ValueOf(tree)) {
				break
			}
			tree = jsontree.With(tree, jsontree.Way{name}, p.gen.value(exchange.Properties(p.schema)[name].Value, jsontree.Way{name}))
		}
		p.addTree(weightText, "subset/"+string(rune('1'+n)), tree)
	}
}

// subset leaves out the optional properties that the n-th body does not have, at every object.
func (p *planner) subset(schema *openapi3.Schema, tree any, n int) any {
	switch tree := tree.(type) {
	case jsontree.Object:
		return p.subsetOf(schema, tree, n)
	case []any:
		items := make([]any, len(tree))
		for i, item := range tree {
			if items[i] = item; schema.Items != nil {
				items[i] = p.subset(schema.Items.Value, item, (n+i)%subsetCount)
			}
		}
		return items
	}
	return tree
}

func (p *planner) subsetOf(schema *openapi3.Schema, tree jsontree.Object, n int) (kept jsontree.Object) {
	codes, known := subsetCodes(), exchange.Properties(schema)
	for _, m := range tree {
		property := known[m.Name]
		if property == nil {
			continue
		}
		code := codes[0]
		if !slices.Contains(schema.Required, m.Name) {
			if codes = codes[1:]; len(codes) == 0 {
				codes = subsetCodes()
			}
			if code>>n&1 == 0 {
				continue
			}
		}
		kept = append(kept, jsontree.Member{Name: m.Name, Value: p.subset(property.Value, m.Value, n)})
	}
	return kept
}

// subsetCodes are the ten ways to choose three of five, as bits.
func subsetCodes() []uint {
	var codes []uint
	for code := range uint(1 << subsetCount) {
		if bits.OnesCount(code) == 3 {
			codes = append(codes, code)
		}
	}
	return codes
}
