package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// place is one place of a body and what the contract says of it.
type place struct {
	way    jsontree.Way
	schema *openapi3.Schema
	// required is set where the object around it cannot do without.
	required bool
	// later is set in the items of an array but its last, which get fewer cases: a server that looks at the last one looks
	// at the others too, nearly always.
	later bool
	// first is set for the first text of an object that is not required.
	first bool
}

// places lists every place of a full body, the body itself first.
func places(schema *openapi3.Schema, tree any) []place {
	return appendPlaces(nil, place{schema: schema}, tree)
}

func appendPlaces(found []place, here place, tree any) []place {
	found = append(found, here)
	switch tree := tree.(type) {
	case jsontree.Object:
		seen, known := false, exchange.Properties(here.schema)
		for _, m := range tree {
			property := known[m.Name]
			if property == nil {
				continue
			}
			there := place{way: here.way.Then(m.Name), schema: property.Value, later: here.later}
			there.required = slices.Contains(here.schema.Required, m.Name)
			if !seen && !there.required && kind(property.Value) == "string" && property.Value.Format == "" {
				there.first, seen = true, true
			}
			found = appendPlaces(found, there, m.Value)
		}
	case []any:
		if here.schema.Items == nil || len(tree) == 0 {
			return found
		}
		item := here.schema.Items.Value
		last := len(tree) - 1
		found = appendPlaces(found, place{way: here.way.Then(last), schema: item, later: here.later}, tree[last])
		if last > 0 {
			found = appendPlaces(found, place{way: here.way.Then(0), schema: item, later: true}, tree[0])
		}
	}
	return found
}

// bodies changes one place of a full body at a time: each property absent, null, of each wrong type, empty, at and
// beyond each bound, twice.
func (p *planner) bodies() {
	full := p.gen.full(p.schema)
	for _, here := range places(p.schema, full) {
		p.types(here)
		p.presence(here)
		if here.later {
			continue
		}
		p.bounds(here)
		p.twice(here)
	}
	for _, name := range exchange.SortedNames(exchange.Properties(p.schema)) {
		p.addTree(weightMore, name+"/alone", p.alone(name))
	}
	p.addTree(weightText, "least/one item each", p.least(full, 1))
	p.addTree(weightText, "least/no items", p.least(full, 0))
	p.manyWrong(full)
}

// manyWrong gives values of a wrong type to the first and the last text of a body, and to everything in it.
func (p *planner) manyWrong(full any) {
	var leaves []jsontree.Way
	for _, here := range places(p.schema, full) {
		if k := kind(here.schema); k == "string" || k == "boolean" {
			leaves = append(leaves, here.way)
		}
	}
	if len(leaves) < 2 {
		return
	}
	p.addTree(weightMore, "several/two wrong", jsontree.With(jsontree.With(full, leaves[0], 5.0), leaves[len(leaves)-1], 5.0))
	for _, way := range leaves {
		full = jsontree.With(full, way, 5.0)
	}
	p.addTree(weightMore, "several/everything wrong", full)
}

// least leaves out of each array of a body all but so many items, and of those what is not required.
func (p *planner) least(full any, items int) any {
	body := firstItems(full, items)
	for i := range body {
		body[i].Value = p.bareItems(body[i])
	}
	return body
}

// bareItems is the value of a body's member; of the items of a list, only what is required.
func (p *planner) bareItems(m jsontree.Member) any {
	list, ok := m.Value.([]any)
	if !ok {
		return m.Value
	}
	items := make([]any, len(list))
	for i, item := range list {
		items[i] = bare(exchange.SchemaAt(p.schema, jsontree.Way{m.Name, i}), item)
	}
	return items
}

// firstItems leaves out of each array of a body all but so many items.
func firstItems(full any, items int) jsontree.Object {
	members, _ := full.(jsontree.Object)
	body := slices.Clone(members)
	for i, m := range body {
		if list, ok := m.Value.([]any); ok {
			body[i].Value = slices.Clone(list[:min(items, len(list))])
		}
	}
	return body
}

// bare leaves out of an object what is not required.
func bare(schema *openapi3.Schema, tree any) any {
	members, ok := tree.(jsontree.Object)
	if !ok || schema == nil {
		return tree
	}
	return slices.DeleteFunc(slices.Clone(members), func(m jsontree.Member) bool {
		return !slices.Contains(schema.Required, m.Name)
	})
}

// around is a small valid body that has a place: its outermost property and what the contract asks for beside it. Of
// lists, it has every item, so that what is wrong with the last is seen to be wrong with the last; of their objects, what
// is required. For the whole body it has every property.
func (p *planner) around(way jsontree.Way) any {
	full, _ := p.gen.full(p.schema).(jsontree.Object)
	if len(way) == 0 || full == nil {
		return full
	}
	var small jsontree.Object
	others := Alternatives(p.schema)
	for _, m := range full {
		switch {
		case m.Name == way[0]:
			m.Value = p.bareItems(m)
		case slices.Contains(p.schema.Required, m.Name):
		case len(others) > 0 && m.Name == others[0] && !slices.Contains(others, fmt.Sprint(way[0])):
		default:
			continue
		}
		small = append(small, m)
	}
	if !p.contract.Judge.Accepts(p.schema, jsontree.ValueOf(small)) {
		return full
	}
	if slices.Contains(others, fmt.Sprint(way[0])) {
		return p.tagged(small) // elsewhere its email address has the tag
	}
	return small
}

// change adds a case in which one place of a small body has another value.
func (p *planner) change(weight int, here place, label string, value any) {
	if here.later && weight < weightMore {
		weight = weightMore
	}
	p.addTree(weight, here.way.String()+"/"+label, jsontree.With(p.around(here.way), here.way, value))
}

// types puts a value of each other type into a place, first those that servers confuse with its own: a number for a
// text, 1 and "true" for true, an object for a list of one, a text for a list of texts.
func (p *planner) types(here place) {
	type wrongValue struct {
		label string
		value any
		early bool
	}
	number, text, truth := wrongValue{"number", 5.0, false}, wrongValue{"string", "true", false}, wrongValue{"boolean", true, false}
	list, members := wrongValue{"array", []any{}, false}, wrongValue{"object", jsontree.Object{}, false}
	fraction := wrongValue{"fraction", 1.5, false}
	var values []wrongValue
	switch kind(here.schema) {
	case "string":
		own := p.gen.value(here.schema, here.way)
		values = []wrongValue{{"number", 5.0, true}, truth, list, members, fraction, {"list of one", []any{own}, false}}
	case "boolean":
		values = []wrongValue{{"one", 1.0, true}, {"string", "true", true}, number, list, members, {"zero", 0.0, false}}
	case "integer", "number":
		values = []wrongValue{{"string", "5", true}, truth, list, members}
		if kind(here.schema) == "integer" {
			values = append(values, fraction)
		}
	case "array":
		values = []wrongValue{text, number, truth, members, fraction}
		if here.schema.Items != nil {
			label := map[bool]string{true: "one object", false: "one item"}[kind(here.schema.Items.Value) == "object"]
			values = append(values, wrongValue{label, p.gen.value(here.schema.Items.Value, here.way.Then(0)), true})
		}
	case "object":
		values = []wrongValue{{"array", []any{}, true}, text, truth, number, fraction}
		if len(here.way) == 0 {
			values[0] = wrongValue{"list of one", []any{p.small()}, true}
			values = append(values, list)
		}
	default:
		return
	}
	for _, v := range values {
		if v.early || !here.later {
			p.change(weightIf(v.early, weightType), here, v.label, v.value)
		}
	}
}

// presence leaves a place out, and puts null there.
func (p *planner) presence(here place) {
	listOfValues := kind(here.schema) == "array" && kind(itemsOf(here.schema)) != "object"
	telling := listOfValues || here.schema.Format != "" || here.first || len(here.way) == 0
	p.change(weightIf(telling && !here.later, weightNull), here, "null", nil)
	if _, member := last(here.way).(string); !member {
		return
	}
	if here.required || !here.later {
		p.addTree(weightIf(here.required && !here.later, weightRequired), here.way.String()+"/absent", jsontree.Without(p.gen.full(p.schema), here.way))
	}
}

func last(way jsontree.Way) any {
	if len(way) == 0 {
		return nil
	}
	return way[len(way)-1]
}

// twice names a member two times in its object, and once more in capitals, which is another name.
func (p *planner) twice(here place) {
	name, member := last(here.way).(string)
	if !member {
		return
	}
	around := here.way[:len(here.way)-1]
	weight := weightIf(len(here.way) == 1 && name == exchange.SortedNames(exchange.Properties(p.schema))[0], weightJSON)
	body := p.around(here.way)
	if property := exchange.SchemaAt(p.schema, here.way); property != nil {
		body = jsontree.With(body, here.way, p.gen.value(property, here.way))
	}
	p.addTree(weight, here.way.String()+"/twice", jsontree.Also(body, around, name, p.gen.value(here.schema, here.way)))
	p.addTree(weightMore, here.way.String()+"/in other case too", jsontree.Also(body, around, otherCase(name), 5.0))
}

func otherCase(name string) string {
	if upper := strings.ToUpper(name); upper != name {
		return upper
	}
	return strings.ToLower(name)
}

// alone is the least body that has a property: the property and one of those that identify a customer.
func (p *planner) alone(name string) any {
	full := p.gen.full(p.schema)
	for _, other := range exchange.SortedNames(exchange.Properties(p.schema)) {
		if less := jsontree.Without(full, jsontree.Way{other}); other != name && p.contract.Judge.Accepts(p.schema, jsontree.ValueOf(less)) {
			full = less
		}
	}
	return full
}
