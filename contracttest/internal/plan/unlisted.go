package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// unlisted adds properties that the contract does not list, at every object: some that nothing knows, names that mean
// something to languages, and those that a server might know after all, since they are in the answer or in an example.
// They are of the wrong type too: an open object takes them whatever they are.
func (p *planner) unlisted() {
	customer := exchange.Counterpart(p.schema, exchange.SuccessSchema(p.op.Spec))
	for _, here := range places(p.schema, p.gen.full(p.schema)) {
		if kind(here.schema) != "object" || here.later {
			continue
		}
		way := here.way.String()
		add := func(weight int, label string, members ...jsontree.Member) {
			body := p.small()
			if len(here.way) > 0 {
				body = p.around(here.way)
			}
			for _, m := range members {
				body = jsontree.Also(body, here.way, m.Name, m.Value)
			}
			p.addTree(weight, way+"/"+label, body)
		}
		nested := jsontree.Raw(strings.Repeat(`{"a":[`, 50) + strings.Repeat(`]}`, 50))
		// Below the whole body, the next case is early, and has unknown names too.
		add(weightIf(len(here.way) == 0, weightRequired), "an unknown property", jsontree.Member{Name: "xUnknown", Value: jsontree.Object{{Name: "a", Value: nested}}})
		add(
			weightRequired, "names of JavaScript", jsontree.Member{Name: "__proto__", Value: jsontree.Object{{Name: "polluted", Value: true}}},
			jsontree.Member{Name: "constructor", Value: jsontree.Object{{Name: "prototype", Value: jsontree.Object{{Name: "polluted", Value: true}}}}}, jsontree.Member{Name: "hasOwnProperty", Value: 1.0},
			jsontree.Member{Name: "toString", Value: "x"},
		)
		add(weightMore, "an unknown null", jsontree.Member{Name: "xUnknown", Value: nil})
		add(weightMore, "an empty name", jsontree.Member{Name: "", Value: "x"})
		var chosen []jsontree.Member
		for _, name := range p.known(here, exchange.SchemaAt(customer, here.way)) {
			add(weightMore, name+" as a number", jsontree.Member{Name: name, Value: 5.0})
			chosen = append(chosen, jsontree.Member{Name: name, Value: chosenByTheCaller(name)})
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
		for name := range exchange.Properties(answer) {
			names[name] = true
		}
	}
	for _, example := range p.requestExamples() {
		collect(jsontree.Of(example), here.way, names)
	}
	for name := range exchange.Properties(here.schema) {
		delete(names, name)
	}
	return slices.Sorted(maps.Keys(names))
}

// collect adds the names of the objects at a place of an example; an index stands for every item.
func collect(tree any, way jsontree.Way, names map[string]bool) {
	switch tree := tree.(type) {
	case jsontree.Object:
		for _, m := range tree {
			if len(way) == 0 {
				names[m.Name] = true
			} else if m.Name == way[0] {
				collect(m.Value, way[1:], names)
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
