package plan

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// parameter is one in the query, a header or a cookie, with the value that is sent.
type parameter struct{ in, name, value string }

// Unsupported says why an operation cannot be sent; empty where it can.
func Unsupported(c *exchange.Contract, op *judge.Operation) string {
	if _, media := exchange.RequestSchema(op); media != "" && !exchange.IsJSON(media) {
		return fmt.Sprintf("%s takes a body of %s, and the suite sends JSON; take the operation out of the document that is judged", op.ID, media)
	}
	p := newPlanner(c, Options{}, op)
	if p.missing == "" {
		return ""
	}
	return fmt.Sprintf(
		"%s needs the parameter %s, and the document has no value for it; add a link to %s in the response that has it, or an example",
		op.ID, p.missing, op.ID,
	)
}

// parametrise finds a value for each parameter that the operation cannot do without: of its path, what an answer is
// linked to or an example; of others, an example or what the schema allows.
func (p *planner) parametrise() {
	p.links = exchange.Links(p.contract.Judge, p.op)
	p.build.path, p.unknown = p.op.Path, p.op.Path
	for _, name := range exchange.PathParameters(p.op.Path) {
		own := p.contract.ParameterOf(p.op, openapi3.ParameterInPath, name)
		p.unknown = strings.ReplaceAll(p.unknown, "{"+name+"}", url.PathEscape(p.unknownValues(own)[0].value))
		if len(p.links) > 0 {
			continue
		}
		value := exchange.ExampleOf(own)
		if value == "" {
			p.missing = strconv.Quote(name) + " in path"
		}
		p.build.path = strings.ReplaceAll(p.build.path, "{"+name+"}", url.PathEscape(value))
	}
	for _, own := range p.contract.Parameters(p.op) {
		if !own.Required || own.In == openapi3.ParameterInPath {
			continue
		}
		value := exchange.ExampleOf(own)
		if value == "" && own.Schema != nil {
			value = strings.Trim(string(jsontree.Encode(p.gen.value(own.Schema.Value, jsontree.Way{own.Name}))), `"`)
		}
		if value == "" || strings.ContainsAny(value[:1], "[{") {
			p.missing = strconv.Quote(own.Name) + " in " + own.In
		}
		p.build.parameters = append(p.build.parameters, parameter{own.In, own.Name, value})
	}
}

// unknownValues are values of a path parameter of which nothing is there: there is one at least.
func (p *planner) unknownValues(own *openapi3.Parameter) (values []sample) {
	number := uint64(0)
	for _, c := range p.options.Tag {
		number = number*31 + uint64(c)
	}
	all := []sample{
		{"unknown", p.options.Tag + "-unknown"}, {"unknown", fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(number), number>>16)},
		{"unknown", strconv.FormatUint(1<<31-1-number%1000, 10)}, {"beyond ASCII", "ключ"}, {"with markup", `"'<b>&;--`},
		{"of 300 characters", strings.Repeat("x", 300)},
	}
	for _, one := range all {
		var value any = one.value
		if own != nil && own.Schema != nil {
			if schema := own.Schema.Value; kind(schema) == "integer" || kind(schema) == "number" {
				n, err := strconv.ParseFloat(one.value, 64)
				if err != nil {
					continue
				}
				value = n
			}
			if !p.contract.Judge.Accepts(own.Schema.Value, value) {
				continue
			}
		}
		if !slices.ContainsFunc(values, func(s sample) bool { return s.name == one.name }) {
			values = append(values, one)
		}
	}
	if len(values) == 0 {
		return all[:1]
	}
	return values
}

// unknowns asks for what is not there, where the contract says that this is answered 404: for ids that nothing has, and
// for one that begins like one that something has.
func (p *planner) unknowns() {
	names := exchange.PathParameters(p.op.Path)
	if len(names) == 0 || !slices.Contains(exchange.SortedStatuses(p.op.Spec.Responses.Map()), http.StatusNotFound) {
		return
	}
	name := names[len(names)-1]
	own := p.contract.ParameterOf(p.op, openapi3.ParameterInPath, name)
	add := func(weight int, label, path string) {
		r := p.build.with(p.body())
		r.Path = p.build.base + path
		p.addRequest(weight, name+"/"+label, r)
	}
	for _, one := range p.unknownValues(own) {
		path := strings.ReplaceAll(p.op.Path, "{"+name+"}", url.PathEscape(one.value))
		if len(p.links) == 0 {
			path = strings.TrimSuffix(p.build.path, url.PathEscape(exchange.ExampleOf(own))) + url.PathEscape(one.value)
		}
		add(weightRequired, one.name, path)
	}
	add(weightMore, "one that is there and goes on", p.build.path+"-"+p.options.Tag)
}

// firstLinked numbers the bodies of linked answers far from the others.
const firstLinked = 2_000_000

// linked are the cases whose answers have the path parameters of those that are wanted. They are sent first.
func linked(c *exchange.Contract, options Options, wanted []exchange.Case) (cases []exchange.Case) {
	for _, op := range c.Judge.Operations() {
		if !slices.ContainsFunc(wanted, func(one exchange.Case) bool { return one.Links == op.ID }) {
			continue
		}
		links := exchange.Links(c.Judge, op)
		from := newPlanner(c, options, links[0].From)
		from.ids, from.gen.made = map[string]int{}, firstLinked+len(cases)
		one := exchange.Case{Request: from.build.with(nil)}
		if from.schema != nil {
			one = from.build.of(from.gen.full(from.schema))
		}
		one.Gives = links
		cases = append(cases, *from.add(one, result.PhaseExamples, weightExample, "for "+op.ID))
	}
	return cases
}
