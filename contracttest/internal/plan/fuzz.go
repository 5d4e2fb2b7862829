package plan

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// fuzzCases is how many random bodies a full run sends.
const fuzzCases = 300

// firstFuzzed numbers the random bodies far from the others, whose number depends on the target.
const firstFuzzed = 1_000_000

// fuzz sends random bodies: about half keep the contract. Each has a source of its own, so that one can be sent again
// without the others.
func (p *planner) fuzz() {
	for n := range fuzzCases {
		gen := *p.gen
		gen.made = firstFuzzed + n
		f := fuzzer{rand.New(rand.NewPCG(p.options.Seed, uint64(n))), &gen}
		tree := f.value(p.schema, nil, 0)
		for range f.IntN(3) {
			tree = f.damage(p.schema, tree)
		}
		c := p.build.of(tree)
		p.add(c, result.PhaseFuzz, weightFuzz, strconv.Itoa(n))
	}
}

// fuzzer makes random trees.
type fuzzer struct {
	*rand.Rand
	gen *generator
}

// value makes a value that probably obeys a schema.
func (f fuzzer) value(schema *openapi3.Schema, way jsontree.Way, depth int) any {
	switch kind(schema) {
	case "object":
		return f.object(schema, way, depth)
	case "array":
		items := make([]any, f.IntN(4))
		if depth >= deepBody {
			items = []any{}
		}
		for i := range items {
			if schema.Items != nil {
				items[i] = f.value(schema.Items.Value, way.Then(i), depth+1)
			}
		}
		return items
	case "boolean":
		return f.IntN(2) == 0
	case "string":
		return f.text(schema, way)
	}
	return f.gen.value(schema, way)
}

func (f fuzzer) object(schema *openapi3.Schema, way jsontree.Way, depth int) jsontree.Object {
	o, known := jsontree.Object{}, exchange.Properties(schema)
	for _, name := range exchange.SortedNames(known) {
		if depth >= deepBody {
			break
		}
		if f.IntN(10) < 5 || depth == 0 && f.IntN(2) == 0 {
			o = append(o, jsontree.Member{Name: name, Value: f.value(known[name].Value, way.Then(name), depth+1)})
		}
	}
	for _, name := range schema.Required {
		if property := known[name]; property != nil && depth < deepestBody && member0(o, name) == nil && f.IntN(20) > 0 {
			o = append(o, jsontree.Member{Name: name, Value: f.value(property.Value, way.Then(name), depth+1)})
		}
	}
	f.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] })
	return o
}

func (f fuzzer) text(schema *openapi3.Schema, way jsontree.Way) any {
	if samples := formatSamples[schema.Format]; len(samples) > 0 && f.IntN(3) == 0 {
		return samples[f.IntN(len(samples))].value
	}
	plain, ok := f.gen.value(schema, way).(string)
	if !ok || schema.Format != "" || len(schema.Enum) > 0 || f.IntN(3) == 0 {
		return plain
	}
	text := f.anyText(plain)
	if !f.gen.judge.Accepts(schema, text) && f.IntN(4) > 0 {
		return plain
	}
	return text
}

// anyText is a text that no free property refuses.
func (f fuzzer) anyText(plain string) string {
	if f.IntN(2) == 0 {
		return shortTexts[f.IntN(len(shortTexts))].of(plain)
	}
	alphabet := []rune(
		"abcXYZ019 _-+@.,;:/\\\"'<>{}[]()#%&=?!*~^|\t\n\u0000\u0001\u007fäßéñ中文日本한ก\u0301\u200b\u202e\ufeff\ufffd😀👩‍🚀",
	)
	runes := make([]rune, f.IntN(40))
	for i := range runes {
		runes[i] = alphabet[f.IntN(len(alphabet))]
	}
	return string(runes)
}

// damage changes one random place of a tree.
func (f fuzzer) damage(schema *openapi3.Schema, tree any) any {
	all := places(schema, tree)
	here := all[f.IntN(len(all))]
	anything := []any{nil, true, 0.0, -1.5, 1e21, "", "text", []any{}, []any{nil}, jsontree.Object{}, jsontree.Object{{Name: "a", Value: 1.0}}}
	switch f.IntN(5) {
	case 0:
		if len(here.way) > 0 {
			return jsontree.Without(tree, here.way)
		}
	case 1:
		return jsontree.Also(tree, here.way, fmt.Sprintf("x%d", f.IntN(100)), anything[f.IntN(len(anything))])
	case 2:
		if name, ok := last(here.way).(string); ok {
			return jsontree.Also(tree, here.way[:len(here.way)-1], name, anything[f.IntN(len(anything))])
		}
	}
	return jsontree.With(tree, here.way, anything[f.IntN(len(anything))])
}
