package plan

import (
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// bounds tries what the keywords of a place allow, and the nearest that they do not.
func (p *planner) bounds(here place) {
	schema := here.schema
	for _, value := range schema.Enum {
		p.change(weightBound, here, "enum", jsontree.Of(value))
		if text, ok := value.(string); ok {
			p.change(weightMore, here, "enum in another case", otherCase(text))
		}
	}
	switch kind(schema) {
	case "string":
		p.textBounds(here)
	case "integer", "number":
		p.numberBounds(here)
	case "boolean":
		p.change(weightMore, here, "true", true)
		p.change(weightMore, here, "false", false)
	case "array":
		p.arrayBounds(here)
	case "object":
		p.objectBounds(here)
	}
}

// itemsOf is the schema of the items of a list; an empty one where it says nothing of them.
func itemsOf(schema *openapi3.Schema) *openapi3.Schema {
	if schema.Items == nil {
		return &openapi3.Schema{}
	}
	return schema.Items.Value
}

// earlySamples is how many of the samples of a format come early.
const earlySamples = 7

func (p *planner) textBounds(here place) {
	schema := here.schema
	weight := weightIf(schema.MinLength > 0 || schema.Pattern != "" || len(schema.Enum) > 0, weightBound)
	p.change(weight, here, "empty", "")
	p.change(weight, here, "another text", "another text")
	for _, n := range boundaries(schema.MinLength, schema.MaxLength) {
		p.change(weightBound, here, "length", strings.Repeat("ä", n))
	}
	for i, s := range formatSamples[schema.Format] {
		p.change(weightIf(i < earlySamples, weightFormat), here, "format "+s.name, s.value)
	}
}

func (p *planner) numberBounds(here place) {
	for _, bound := range []*float64{here.schema.Min, here.schema.Max} {
		if bound != nil {
			p.change(weightBound, here, "bound", *bound)
			p.change(weightBound, here, "below bound", *bound-1)
			p.change(weightBound, here, "above bound", *bound+1)
		}
	}
	for _, n := range []float64{0, -1, 7, 1e9} {
		p.change(weightMore, here, "number", n)
	}
}

func (p *planner) arrayBounds(here place) {
	p.change(weightMore, here, "empty", []any{})
	if here.schema.Items == nil {
		return
	}
	items := func(n int) []any {
		list := make([]any, n)
		for i := range list {
			list[i] = p.gen.value(here.schema.Items.Value, here.way.Then(i))
		}
		return list
	}
	p.change(weightMore, here, "one", items(1))
	p.change(weightMore, here, "five", items(5))
	one := items(1)[0]
	p.change(weightIf(here.schema.UniqueItems, weightBound), here, "the same twice", []any{one, one})
	p.change(weightMore, here, "nested", []any{items(1)})
	for _, n := range boundaries(here.schema.MinItems, here.schema.MaxItems) {
		p.change(weightBound, here, "count", items(n))
	}
}

func (p *planner) objectBounds(here place) {
	p.change(weightIf(len(here.way) == 0, weightRequired), here, "empty", jsontree.Object{})
	for _, n := range boundaries(here.schema.MinProps, here.schema.MaxProps) {
		o, _ := p.gen.value(here.schema, here.way).(jsontree.Object)
		o = append(jsontree.Object{}, o[:min(n, len(o))]...)
		for len(o) < n {
			o = append(o, jsontree.Member{Name: "more" + strconv.Itoa(len(o)), Value: "x"})
		}
		p.change(weightBound, here, "properties", o)
	}
}
