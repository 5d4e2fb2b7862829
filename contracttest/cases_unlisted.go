package contracttest

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// unlisted adds properties that the contract does not list, at every object: some that nothing knows, names that mean
// something to languages, and those that a server might know after all, since they are in the answer or in an example.
// They are of the wrong type too: an open object takes them whatever they are.
func (p *planner) unlisted() {
	if p.schema == nil {
		return
	}
	customer := counterpart(p.schema, successSchema(p.op.Spec))
	for _, here := range places(p.schema, p.gen.full(p.schema)) {
		if kind(here.schema) != "object" || here.later {
			continue
		}
		way := here.way.String()
		add := func(weight int, label string, members ...member) {
			body := p.small()
			if len(here.way) > 0 {
				body = p.around(here.way)
			}
			for _, m := range members {
				body = also(body, here.way, m.name, m.value)
			}
			p.addTree(weight, way+"/"+label, body)
		}
		nested := raw(strings.Repeat(`{"a":[`, 50) + strings.Repeat(`]}`, 50))
		weight := weightRequired
		if len(here.way) > 0 {
			weight = weightMore // the next case has unknown names too
		}
		add(weight, "an unknown property", member{"xUnknown", object{{"a", nested}}})
		add(
			weightRequired, "names of JavaScript", member{"__proto__", object{{"polluted", true}}},
			member{"constructor", object{{"prototype", object{{"polluted", true}}}}}, member{"hasOwnProperty", 1.0},
			member{"toString", "x"},
		)
		add(weightMore, "an unknown null", member{"xUnknown", nil})
		add(weightMore, "an empty name", member{"", "x"})
		var chosen []member
		for _, name := range p.known(here, schemaAt(customer, here.way)) {
			add(weightMore, name+" as a number", member{name, 5.0})
			chosen = append(chosen, member{name, chosenByTheCaller(name)})
			add(weightMore, name+" as a text", chosen[len(chosen)-1])
		}
		if len(chosen) > 0 {
			add(weightRequired, "what the server chooses", chosen...)
		}
	}
}

// chosenByTheCaller is a value for a property that the server has to choose.
func chosenByTheCaller(name string) string {
	if strings.HasSuffix(name, "At") {
		return "2001-02-03T04:05:06.789Z"
	}
	return "chosen_by_the_caller"
}

// known are the names of answers and examples that the request's schema does not list.
func (p *planner) known(here place, answer *openapi3.Schema) []string {
	names := map[string]bool{}
	if answer != nil {
		for name := range judge.Properties(answer) {
			names[name] = true
		}
	}
	for _, example := range p.requestExamples() {
		collect(treeOf(example), here.way, names)
	}
	for name := range judge.Properties(here.schema) {
		delete(names, name)
	}
	return slices.Sorted(maps.Keys(names))
}

// collect adds the names of the objects at a place of an example; an index stands for every item.
func collect(tree any, way at, names map[string]bool) {
	switch tree := tree.(type) {
	case object:
		for _, m := range tree {
			if len(way) == 0 {
				names[m.name] = true
			} else if m.name == way[0] {
				collect(m.value, way[1:], names)
			}
		}
	case []any:
		for _, item := range tree {
			if len(way) > 0 {
				collect(item, way[1:], names)
			}
		}
	}
}

// schemaAt goes down a schema; nil where it does not go that way.
func schemaAt(schema *openapi3.Schema, way at) *openapi3.Schema {
	for _, step := range way {
		if schema == nil {
			return nil
		}
		var next *openapi3.SchemaRef
		if name, ok := step.(string); ok {
			next = judge.Properties(schema)[name]
		} else {
			next = schema.Items
		}
		if next == nil {
			return nil
		}
		schema = next.Value
	}
	return schema
}
