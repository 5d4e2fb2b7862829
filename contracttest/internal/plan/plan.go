// Package plan says which requests a run sends, in which order.
//
// A family of cases is a method of planner in a file of its own: it makes requests with the builder, bodies with the
// generator, and gives each to planner.add with a phase, a weight (what is sent first where a budget ends the run) and a
// name. Add the method to the list in [Cases]. What a server must answer is not said here: it is computed from the bytes
// of the request; see package exchange.
package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// The weights order the cases by what one request tells. A budget of 90 ends among the nulls.
const (
	weightExample = iota
	weightText
	weightKey
	weightBranch
	weightRequired
	weightType
	weightFormat
	weightJSON
	weightRoute
	weightMedia
	weightAsked
	weightNull
	weightBound
	weightMore
	weightFuzz
)

// weightIf is weight for a case that is sent early, and weightMore for another.
func weightIf(early bool, weight int) int {
	if early {
		return weight
	}
	return weightMore
}

// Options say which cases are planned.
type Options struct {
	Phases []result.Phase // none means all
	Only   string         // the id of the one case that is wanted; empty means all
	Safe   bool           // only what the contract calls valid
	Seed   uint64         // of the random bodies
	Tag    string         // marks the customers that the run creates
}

// planner collects the cases of one operation.
type planner struct {
	contract *exchange.Contract
	options  Options
	op       *judge.Operation
	schema   *openapi3.Schema // of the request body; nil where there is none
	gen      *generator
	build    builder
	links    []exchange.Link // of the path parameters
	unknown  string          // a path of which nothing is there
	missing  string          // the parameter that has no value
	cases    []exchange.Case
	ids      map[string]int
}

// Cases makes the cases that the configuration asks for, in the order in which they are sent.
func Cases(c *exchange.Contract, options Options) []exchange.Case {
	var cases []exchange.Case
	ids := map[string]int{}
	for _, op := range c.Judge.Operations() {
		p := newPlanner(c, options, op)
		p.ids = ids
		if options.Reaches(result.PhaseExamples) || options.Reaches(result.PhaseCoverage) {
			p.examples()
			if p.schema != nil {
				p.bodies()
				p.texts()
				p.sizes()
				p.subsets()
				p.branches()
				p.unlisted()
			}
			p.keys()
			p.unknowns()
			if p.schema != nil {
				p.media()
				p.malformed()
			}
			p.routes()
			if c.Mode.AsksTheMock() {
				p.askedFor()
			}
		}
		if options.Reaches(result.PhaseFuzz) && p.schema != nil {
			p.fuzz()
		}
		cases = append(cases, p.cases...)
	}
	slices.SortStableFunc(cases, func(a, b exchange.Case) int { return cmp.Compare(a.Weight, b.Weight) })
	cases = slices.DeleteFunc(cases, func(one exchange.Case) bool { return !options.wanted(c, one) })
	return append(linked(c, options, cases), cases...)
}

func newPlanner(c *exchange.Contract, options Options, op *judge.Operation) *planner {
	p := &planner{
		contract: c,
		options:  options,
		op:       op,
		gen:      &generator{judge: c.Judge, tag: options.Tag},
		build: builder{
			op:         op,
			base:       c.Base,
			credential: exchange.CredentialOf(c.Judge.Document(), op.Spec),
			key:        c.Key,
		},
	}
	p.schema, p.build.media = exchange.RequestSchema(op)
	p.parametrise()
	return p
}

// Reaches reports whether a phase is switched on.
func (o Options) Reaches(phase result.Phase) bool {
	return len(o.Phases) == 0 || slices.Contains(o.Phases, phase)
}

func (o Options) wanted(c *exchange.Contract, one exchange.Case) bool {
	if o.Only != "" {
		return one.ID == o.Only
	}
	if !o.Reaches(one.Phase) {
		return false
	}
	return !o.Safe || one.Asked == nil && c.Classify(one.Written().Request).Valid()
}

// add gives a case its id, which has the operationId so that it stays when operations are added, and keeps it.
func (p *planner) add(c exchange.Case, phase result.Phase, weight int, name string) *exchange.Case {
	c.Phase, c.Weight = phase, weight
	c.ID = string(phase) + "/" + p.op.ID + "/" + strings.ReplaceAll(name, " ", "-")
	p.ids[c.ID]++
	if n := p.ids[c.ID]; n > 1 {
		c.ID += fmt.Sprintf("-%d", n)
	}
	if strings.Contains(c.Request.Path, "{") {
		c.Links = p.op.ID
	}
	p.cases = append(p.cases, c)
	return &p.cases[len(p.cases)-1]
}

// addTree adds a coverage case with a body.
func (p *planner) addTree(weight int, name string, tree any) *exchange.Case {
	return p.add(p.build.of(tree), result.PhaseCoverage, weight, name)
}

// addRequest adds a coverage case of a request whose body is not to be shrunk.
func (p *planner) addRequest(weight int, name string, r exchange.Request) {
	p.add(exchange.Case{Request: r}, result.PhaseCoverage, weight, name)
}
