package plan

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// Sizes that real data has, and columns, lists and body limits do not always.
const manyItems = 300

// longTexts are lengths in characters: beyond a column of 255, of 2,000 and of 65,535.
var longTexts = []int{300, 3_000, 70_000}

// sizes sends lists of many items, and an email address nearly as long as there can be (RFC 5321 section 4.5.3.1).
// Long texts are texts; see textVariants.
func (p *planner) sizes() {
	full := p.gen.full(p.schema)
	for _, here := range places(p.schema, full) {
		if here.later {
			continue
		}
		switch {
		case kind(here.schema) == "array" && here.schema.Items != nil:
			p.addTree(weightText, here.way.String()+"/"+strconv.Itoa(manyItems)+" items", jsontree.With(p.gen.full(p.schema), here.way, p.manyItems(here)))
		case here.schema.Format == "email":
			p.change(weightText, here, "250 octets", longEmail(p.gen.email(here.way)))
		}
	}
}

// manyItems is a list in no order, in which texts that a server might split stand, and one that comes again.
func (p *planner) manyItems(here place) []any {
	items := make([]any, manyItems)
	for i := range items {
		// 7 and 300 have no common divisor, so that every number comes once.
		n := i * 7 % manyItems
		items[i] = p.numbered(here.schema.Items.Value, p.gen.value(here.schema.Items.Value, here.way.Then(0)), n)
	}
	if _, ok := items[0].(string); ok && p.contract.Judge.Accepts(here.schema.Items.Value, "a, b") {
		items[10], items[20], items[30] = "a, b", "a;b | c", "a b"
		items[40], items[41] = items[5], items[5]
	}
	return items
}

// numbered makes an item differ from others by a number where it may: a text, or the texts of an object.
func (p *planner) numbered(schema *openapi3.Schema, item any, n int) any {
	number := strconv.Itoa(n)
	switch item := item.(type) {
	case string:
		// Long enough that all of them are beyond a column of 65,535, should they be stored as one text.
		if long := item + strings.Repeat(" jklmnopqr", 22) + " " + number; p.contract.Judge.Accepts(schema, long) {
			return long
		}
	case jsontree.Object:
		numberedItem := make(jsontree.Object, len(item))
		for i, m := range item {
			numberedItem[i] = m
			property := exchange.Properties(schema)[m.Name]
			if text, ok := m.Value.(string); ok && property != nil && p.contract.Judge.Accepts(property.Value, text+" "+number) {
				numberedItem[i].Value = text + " " + number
			}
		}
		return numberedItem
	}
	return item
}

// longEmail lengthens the domain of an address to 250 octets.
func longEmail(address string) string {
	local, _, _ := strings.Cut(address, "@")
	domain := "example.com"
	for len(local)+1+len(domain) < 250 {
		room := 250 - len(local) - 1 - len(domain) - 1
		domain = strings.Repeat("a", max(1, min(room, 60))) + "." + domain
	}
	return local + "@" + domain
}
