package coverage

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// sketch is a schema with the tallies of its parts, drawn once, so that reading a value costs no more than walking
// through it.
type sketch struct {
	name       string // e.g. "createCustomer 201 data.addresses[]"
	sent       bool
	nullable   bool
	keywords   map[string]*tally
	required   map[string]*tally // by property
	properties []drawnProperty
	names      map[string]bool
	items      *sketch
}

type drawnProperty struct {
	name  string
	token string // as a JSON Pointer has it
	tally *tally
	value *sketch
}

// draw makes the sketch of a schema. A schema within itself is drawn once, under the name of its outermost place.
func (c *Coverage) draw(
	prefix string,
	schema *openapi3.Schema,
	way jsontree.Way,
	sent bool,
	around map[*openapi3.Schema]*sketch,
) *sketch {
	if s := around[schema]; s != nil {
		return s
	}
	s := &sketch{
		name: prefix + " " + check.Pattern(way.String()), sent: sent, nullable: schema.Nullable,
		keywords: map[string]*tally{}, required: map[string]*tally{}, names: map[string]bool{},
	}
	around[schema] = s
	defer delete(around, schema)
	for _, word := range keywordsOf(schema) {
		s.keywords[word] = c.keywords.document(s.name + " " + word)
		s.keywords[word].sent = sent
	}
	for _, name := range schema.Required {
		s.required[name] = c.keywords.document(s.name + " required " + name)
		s.required[name].sent = sent
	}
	for _, name := range exchange.SortedNames(exchange.Properties(schema)) {
		t := c.properties.document(prefix + " " + check.Pattern(way.Then(name).String()))
		t.sent, t.optional = sent, !slices.Contains(schema.Required, name)
		value := c.draw(prefix, exchange.Properties(schema)[name].Value, way.Then(name), sent, around)
		s.properties = append(s.properties, drawnProperty{name, judge.EscapePointer(name), t, value})
		s.names[name] = true
	}
	if schema.Items != nil {
		s.items = c.draw(prefix, schema.Items.Value, way.Then(0), sent, around)
	}
	return s
}

// sight looks at one value.
type sight struct {
	*Coverage
	judged bool
	wrong  map[string]bool
	mask   exchange.Masker
}

func (s sight) look(drawn *sketch, value any, pointer string) {
	for word, t := range drawn.keywords {
		if applies(word, value, drawn.nullable) {
			t.count(len(s.wrong) == 0 || !s.wrong[pointer+" "+word], s.judged)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		s.object(drawn, value, pointer)
	case []any:
		if drawn.items == nil {
			return
		}
		for i, item := range value {
			s.look(drawn.items, item, pointer+"/"+strconv.Itoa(i))
		}
	}
}

// object looks at the members of an object.
func (s sight) object(drawn *sketch, value map[string]any, pointer string) {
	for name, t := range drawn.required {
		t.count(len(s.wrong) == 0 || !s.wrong[pointer+"/"+judge.EscapePointer(name)+" required"], s.judged)
	}
	for _, property := range drawn.properties {
		s.property(property, value, pointer)
	}
	if drawn.sent || len(drawn.names) == 0 {
		return
	}
	var others []string
	for name := range value {
		if !drawn.names[name] {
			others = append(others, name)
		}
	}
	slices.Sort(others) // so that it is the same ones that there is room for
	for _, name := range others {
		s.Coverage.properties.of(strings.TrimSuffix(drawn.name, "body")+separator(drawn.name)+s.mask.Name(name)).Valid++
	}
}

func separator(name string) string {
	if strings.HasSuffix(name, " body") {
		return ""
	}
	return "."
}

func (s sight) property(drawn drawnProperty, value map[string]any, pointer string) {
	is, present := value[drawn.name]
	if !present {
		drawn.tally.Absent++
		return
	}
	here := pointer + "/" + drawn.token
	if is == nil {
		drawn.tally.Null++
		drawn.tally.judged = drawn.tally.judged || s.judged
	} else {
		drawn.tally.count(len(s.wrong) == 0 || !s.wrong[here], s.judged)
	}
	s.look(drawn.value, is, here)
}

// keywordsOf lists the keywords of a schema that say something about a value.
func keywordsOf(schema *openapi3.Schema) []string {
	var words []string
	add := func(word string, there bool) {
		if there {
			words = append(words, word)
		}
	}
	add("type", schema.Type != nil)
	add("nullable", schema.Nullable)
	add("format", schema.Format != "")
	add("enum", len(schema.Enum) > 0)
	add("pattern", schema.Pattern != "")
	add("minLength", schema.MinLength > 0)
	add("maxLength", schema.MaxLength != nil)
	add("minimum", schema.Min != nil)
	add("maximum", schema.Max != nil)
	add("multipleOf", schema.MultipleOf != nil)
	add("minItems", schema.MinItems > 0)
	add("maxItems", schema.MaxItems != nil)
	add("uniqueItems", schema.UniqueItems)
	add("minProperties", schema.MinProps > 0)
	add("maxProperties", schema.MaxProps != nil)
	add("anyOf", len(schema.AnyOf) > 0)
	add("oneOf", len(schema.OneOf) > 0)
	add("allOf", len(schema.AllOf) > 0)
	add("not", schema.Not != nil)
	closed := schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has
	add("additionalProperties", closed || schema.AdditionalProperties.Schema != nil)
	return words
}

// applies reports whether a keyword has something to say about a value.
func applies(keyword string, value any, nullable bool) bool {
	switch keyword {
	case "nullable":
		return value == nil
	case "type":
		return value != nil || !nullable
	case "format", "pattern", "minLength", "maxLength":
		_, ok := value.(string)
		return ok
	case "minItems", "maxItems", "uniqueItems":
		_, ok := value.([]any)
		return ok
	case "minimum", "maximum", "multipleOf":
		_, ok := value.(float64)
		return ok
	case "enum", "not":
		return value != nil
	}
	_, ok := value.(map[string]any)
	return ok
}
