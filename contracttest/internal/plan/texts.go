package plan

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// mostTelling is how many of the ways to write a text come early.
const mostTelling = 14

// texts writes every free text of a body in another way at once: one request shows whether any of them is trimmed,
// folded, escaped or lost.
func (p *planner) texts() {
	for i, text := range texts {
		full := p.gen.full(p.schema)
		if strings.HasPrefix(text.name, strconv.Itoa(longTexts[len(longTexts)-1])) {
			full = firstItems(full, 1) // the whole would be beyond what a body may be
		}
		p.addTree(weightIf(i < mostTelling, weightText), "texts/"+text.name, p.rewrite(p.schema, full, text.of))
	}
}

// rewrite changes each string that stays valid.
func (p *planner) rewrite(schema *openapi3.Schema, tree any, of func(string) string) any {
	switch tree := tree.(type) {
	case string:
		if text := of(tree); p.contract.Judge.Accepts(schema, text) {
			return text
		}
		// What an email address can bear: a tag, and letters in both cases.
		if schema.Format == "email" && p.contract.Judge.Accepts(schema, "Some.One+"+tree) {
			return "Some.One+" + tree
		}
	case []any:
		items := make([]any, len(tree))
		for i, item := range tree {
			items[i] = item
			if schema.Items != nil && item != p.options.Tag {
				items[i] = p.rewrite(schema.Items.Value, item, of)
			}
		}
		return items
	case jsontree.Object:
		members, known := make(jsontree.Object, len(tree)), exchange.Properties(schema)
		for i, m := range tree {
			members[i] = m
			if property := known[m.Name]; property != nil {
				members[i].Value = p.rewrite(property.Value, m.Value, of)
			}
		}
		return members
	}
	return tree
}
