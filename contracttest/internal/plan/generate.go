package plan

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// generator makes values that obey a schema. Each string differs by its place, so that a server which swaps two
// fields is seen, and looks like the schema's example, so that a server which knows more than the contract does not
// refuse it for its looks.
type generator struct {
	judge *judge.Judge
	// tag marks whatever this run creates.
	tag string
	// made counts the bodies, so that no two customers share an email address.
	made int
	// whole is the last full value, of wholeOf; only the email addresses, which are at emails, differ from one to the
	// next.
	whole   any
	wholeOf *openapi3.Schema
	emails  []jsontree.Way
	// written are the places of the email addresses that were made since it was emptied.
	written []jsontree.Way
}

// full makes a value with every documented property.
func (g *generator) full(schema *openapi3.Schema) any {
	g.made++
	if g.wholeOf != schema {
		g.written = nil
		g.whole, g.wholeOf = g.value(schema, nil), schema
		g.emails = slices.Clone(g.written)
		return g.whole
	}
	tree := g.whole
	for _, way := range g.emails {
		tree = jsontree.With(tree, way, g.email(way))
	}
	return tree
}

// email is an address that no other body has.
func (g *generator) email(way jsontree.Way) string {
	return fmt.Sprintf("%s-%d.%s@example.com", g.tag, g.made, strings.ToLower(suffix(way)))
}

// How deep a body is made, since a schema can be within itself: beyond deepBody of what is required alone, and not beyond
// deepestBody. mostGenerated is how many items an array is given at the most.
const (
	deepBody      = 6
	deepestBody   = 24
	mostGenerated = 10_000
)

// value makes a value for one place.
func (g *generator) value(schema *openapi3.Schema, way jsontree.Way) any {
	if len(way) > deepestBody {
		return nil // a schema within itself that cannot do without itself: no value is valid
	}
	switch kind(schema) {
	case "object":
		o := jsontree.Object{}
		known := exchange.Properties(schema)
		for _, name := range exchange.SortedNames(known) {
			if len(way) >= deepBody && !slices.Contains(schema.Required, name) {
				continue
			}
			value := g.value(known[name].Value, way.Then(name))
			if leaf := kind(known[name].Value); leaf == "string" && !slices.Contains(schema.Required, name) && !g.judge.Accepts(known[name].Value, value) {
				continue // no text that it takes is known
			}
			o = append(o, jsontree.Member{Name: name, Value: value})
		}
		for i := uint64(len(o)); i < schema.MinProps; i++ {
			o = append(o, jsontree.Member{Name: fmt.Sprintf("more%d", i), Value: "x"})
		}
		return o
	case "array":
		return g.array(schema, way)
	case "boolean":
		return g.first(schema, true, false)
	case "integer", "number":
		return g.number(schema)
	case "string":
		return g.text(schema, way)
	}
	return g.first(schema, "anything "+suffix(way), 1.0)
}

func (g *generator) array(schema *openapi3.Schema, way jsontree.Way) any {
	n := max(2, int(min(schema.MinItems, mostGenerated)))
	if len(way) >= deepBody {
		n = int(min(schema.MinItems, mostGenerated))
	}
	if schema.MaxItems != nil {
		n = min(n, int(*schema.MaxItems))
	}
	items := make([]any, 0, n)
	for i := range n {
		var item any = "anything " + suffix(way.Then(i))
		if schema.Items != nil {
			item = g.value(schema.Items.Value, way.Then(i))
		}
		items = append(items, item)
	}
	// The tag goes where people look for labels.
	if len(way) > 0 && way[len(way)-1] == "tags" && len(items) > 0 &&
		g.judge.Accepts(schema, jsontree.ValueOf(append([]any{g.tag}, items[1:]...))) {
		items[0] = g.tag
	}
	return items
}

func (g *generator) number(schema *openapi3.Schema) any {
	candidates := []any{1.0, 0.0, 100.0}
	for _, bound := range []*float64{schema.Min, schema.Max} {
		if bound != nil {
			candidates = append(candidates, *bound, *bound+1, *bound-1)
		}
	}
	if schema.MultipleOf != nil {
		candidates = append(candidates, *schema.MultipleOf)
	}
	return g.first(schema, candidates...)
}

func (g *generator) text(schema *openapi3.Schema, way jsontree.Way) any {
	plain := "Text " + suffix(way)
	if example, ok := schema.Example.(string); ok && example != "" {
		plain = varied(example, way)
	}
	candidates := []any{plain}
	if schema.Format == "email" {
		own := g.email(way)
		if g.judge.Accepts(schema, own) {
			g.written = append(g.written, way)
			return own
		}
		candidates = []any{own}
	}
	for _, s := range formatSamples[schema.Format] {
		candidates = append(candidates, s.value)
	}
	if n := int(min(schema.MinLength, 1<<20)); n > len(plain) {
		candidates = append(candidates, strings.Repeat("x", n))
	}
	if schema.MaxLength != nil {
		candidates = append(candidates, wording.Cut(plain, int(*schema.MaxLength)))
	}
	candidates = append(candidates, "a", "A", "0", "+6281234567890", "abc", "ABC", "a-1", "12345", "")
	return g.first(schema, candidates...)
}

// first is the first member of an enumeration, the first candidate, or the example, that the schema takes; where it takes none,
// the first candidate.
func (g *generator) first(schema *openapi3.Schema, candidates ...any) any {
	for _, candidate := range slices.Concat(schema.Enum, candidates, []any{schema.Example, schema.Default}) {
		if g.judge.Accepts(schema, candidate) {
			return jsontree.Of(candidate)
		}
	}
	return jsontree.Of(candidates[0])
}

// varied makes another text of the kind of an example: other digits where it is a number of some sort, else a longer
// one.
func varied(example string, way jsontree.Way) string {
	digits := 0
	for _, c := range example {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	if digits < 5 {
		return example + " " + suffix(way)
	}
	hash := hashOf(way)
	text := []byte(example)
	for i := len(text) - 1; i >= 0 && hash > 0; i-- {
		if '0' <= text[i] && text[i] <= '9' {
			text[i] = '0' + byte(hash%10)
			hash /= 10
		}
		if len(text)-i >= 5 {
			break
		}
	}
	return string(text)
}

// suffix is a short word that differs from place to place.
func suffix(way jsontree.Way) string {
	hash := hashOf(way)
	word := make([]byte, 4)
	for i := range word {
		word[i] = 'a' + byte(hash%26)
		hash /= 26
	}
	word[0] -= 'a' - 'A'
	return string(word)
}

func hashOf(way jsontree.Way) uint64 {
	h := fnv.New64a()
	h.Write([]byte(way.String())) // never fails
	return h.Sum64() % (1 << 40)
}

// kind is the type that a schema asks for, or the one that its keywords hint at; empty where it takes anything.
func kind(schema *openapi3.Schema) string {
	switch types := schema.Type.Slice(); {
	case len(types) > 0:
		return types[0]
	case len(exchange.Properties(schema)) > 0:
		return "object"
	case schema.Items != nil:
		return "array"
	}
	return ""
}

// boundaries are the lengths or counts around the bounds of a keyword pair.
func boundaries(least uint64, most *uint64) []int {
	var sizes []int
	add := func(n uint64) {
		if n < math.MaxUint16 && !slices.Contains(sizes, int(n)) {
			sizes = append(sizes, int(n))
		}
	}
	if least > 0 {
		add(least - 1)
		add(least)
	}
	if most != nil {
		add(*most)
		add(*most + 1)
	}
	return sizes
}
