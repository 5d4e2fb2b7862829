package mutate

import "fmt"

// bound is a keyword that limits values of a type, with a limit that the documented examples exceed.
type bound struct {
	keyword string
	value   any
}

var bounds = map[string][]bound{
	"string":  {{"minLength", 200}, {"maxLength", 2}, {"pattern", "^[0-9]{3}$"}, {"enum", []any{"only"}}},
	"integer": {{"minimum", 1_000_000}, {"maximum", 0}, {"multipleOf", 1009}, {"enum", []any{1_000_003}}},
	"boolean": {{"enum", []any{true}}},
	"array":   {{"minItems", 3}, {"maxItems", 1}, {"uniqueItems", true}},
	"object":  {{"minProperties", 50}, {"maxProperties", 1}},
}

// bounds adds each limit of the schema's type, and takes away each that it has.
func (w *walker) bounds(at pointer, schema object) {
	name, _ := schema["type"].(string)
	for _, b := range bounds[name] {
		switch {
		case schema[b.keyword] == nil:
			w.add("bound", at, fmt.Sprintf("%s %v is added", b.keyword, b.value), set(b.keyword, b.value))
		case b.keyword != "enum": // what an enum allows is a kind of its own
			w.add("bound", at, b.keyword+" is dropped", drop(b.keyword))
			w.add("bound", at, fmt.Sprintf("%s becomes %v", b.keyword, b.value), set(b.keyword, b.value))
		}
	}
}
