package contracttest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

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

// planOptions say which cases are planned.
type planOptions struct {
	phases []result.Phase // none means all
	only   string         // the id of the one case that is wanted; empty means all
	safe   bool           // only what the contract calls valid
	seed   uint64         // of the random bodies
	tag    string         // marks the customers that the run creates
}

// planner collects the cases of one operation.
type planner struct {
	contract *contract
	options  planOptions
	op       *judge.Operation
	schema   *openapi3.Schema // of the request body; nil where there is none
	gen      *generator
	build    builder
	prefix   string
	cases    []testCase
	ids      map[string]int
}

// plan makes the cases that the configuration asks for, in the order in which they are sent.
func planOf(c *contract, options planOptions) []testCase {
	var cases []testCase
	operations := c.judge.Operations()
	ids := map[string]int{}
	for _, op := range operations {
		p := newPlanner(c, options, op)
		p.ids = ids
		if len(operations) > 1 {
			p.prefix = op.ID + "/"
		}
		if options.reaches(result.PhaseExamples) || options.reaches(result.PhaseCoverage) {
			p.examples()
			p.bodies()
			p.texts()
			p.sizes()
			p.subsets()
			p.branches()
			p.unlisted()
			p.keys()
			p.media()
			p.malformed()
			p.routes()
			if c.mode.asksTheMock() {
				p.askedFor()
			}
		}
		if options.reaches(result.PhaseFuzz) {
			p.fuzz()
		}
		cases = append(cases, p.cases...)
	}
	slices.SortStableFunc(cases, func(a, b testCase) int { return cmp.Compare(a.weight, b.weight) })
	return slices.DeleteFunc(cases, func(one testCase) bool { return !options.wanted(c, one) })
}

func newPlanner(c *contract, options planOptions, op *judge.Operation) *planner {
	p := &planner{
		contract: c,
		options:  options,
		op:       op,
		gen:      &generator{judge: c.judge, tag: options.tag},
		build: builder{
			op:         op,
			base:       c.base,
			credential: credentialOf(c.judge.Document(), op.Spec),
			key:        c.key,
		},
	}
	p.schema, p.build.media = requestSchema(op)
	return p
}

// reaches reports whether a phase is switched on.
func (o planOptions) reaches(phase result.Phase) bool {
	return len(o.phases) == 0 || slices.Contains(o.phases, phase)
}

func (o planOptions) wanted(c *contract, one testCase) bool {
	if o.only != "" {
		return one.id == o.only
	}
	if !o.reaches(one.phase) {
		return false
	}
	return !o.safe || one.asked == nil && c.classify(one.written().request).valid()
}

// add gives a case its id and keeps it.
func (p *planner) add(c testCase, phase result.Phase, weight int, name string) *testCase {
	c.phase, c.weight = phase, weight
	c.id = string(phase) + "/" + p.prefix + strings.ReplaceAll(name, " ", "-")
	p.ids[c.id]++
	if n := p.ids[c.id]; n > 1 {
		c.id += fmt.Sprintf("-%d", n)
	}
	p.cases = append(p.cases, c)
	return &p.cases[len(p.cases)-1]
}

// addTree adds a coverage case with a body.
func (p *planner) addTree(weight int, name string, tree any) *testCase {
	return p.add(p.build.of(tree), result.PhaseCoverage, weight, name)
}
