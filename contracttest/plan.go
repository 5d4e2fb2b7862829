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

// planner collects the cases of one operation.
type planner struct {
	suite  *suite
	op     *judge.Operation
	schema *openapi3.Schema // of the request body; nil where there is none
	gen    *generator
	build  builder
	prefix string
	cases  []testCase
	ids    map[string]int
}

// plan makes the cases that the configuration asks for, in the order in which they are sent.
func (s *suite) plan() []testCase {
	var cases []testCase
	operations := s.judge.Operations()
	ids := map[string]int{}
	for _, op := range operations {
		p := s.planner(op)
		p.ids = ids
		if len(operations) > 1 {
			p.prefix = op.ID + "/"
		}
		if s.reaches(result.PhaseExamples) || s.reaches(result.PhaseCoverage) {
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
			if s.mode.asksTheMock() {
				p.askedFor()
			}
		}
		if s.reaches(result.PhaseFuzz) {
			p.fuzz()
		}
		cases = append(cases, p.cases...)
	}
	slices.SortStableFunc(cases, func(a, b testCase) int { return cmp.Compare(a.weight, b.weight) })
	return slices.DeleteFunc(cases, func(c testCase) bool { return !s.wanted(c) })
}

func (s *suite) planner(op *judge.Operation) *planner {
	p := &planner{
		suite: s,
		op:    op,
		gen:   &generator{judge: s.judge, tag: s.tag},
		build: builder{
			op:         op,
			base:       s.base,
			credential: credentialOf(s.judge.Document(), op.Spec),
			key:        s.config.APIKey,
		},
	}
	p.schema, p.build.media = requestSchema(op)
	return p
}

// reaches reports whether a phase is switched on.
func (s *suite) reaches(phase result.Phase) bool {
	return len(s.config.Phases) == 0 || slices.Contains(s.config.Phases, phase)
}

func (s *suite) wanted(c testCase) bool {
	if s.config.Case != "" {
		return c.id == s.config.Case
	}
	if !s.reaches(c.phase) {
		return false
	}
	return !s.config.Safe || c.asked == nil && s.classify(c.written().request).valid()
}

// replayable says why the one case that was asked for cannot be run.
func (s *suite) replayable(cases []testCase) error {
	id := s.config.Case
	switch {
	case id == "":
		return nil
	case len(cases) == 0:
		return fmt.Errorf("contracttest: there is no case %q for this server", id)
	case s.config.Safe && (cases[0].asked != nil || !s.classify(cases[0].written().request).valid()):
		return fmt.Errorf("contracttest: the case %q is not safe: its request is not valid", id)
	}
	return nil
}

// requestSchema is the schema of an operation's JSON body, and its media type; both are empty where it has none.
func requestSchema(op *judge.Operation) (*openapi3.Schema, string) {
	if op.Spec.RequestBody == nil || op.Spec.RequestBody.Value == nil {
		return nil, ""
	}
	return jsonSchema(op.Spec.RequestBody.Value.Content)
}

// jsonSchema finds the JSON media type of a content, or else its first.
func jsonSchema(content openapi3.Content) (schema *openapi3.Schema, name string) {
	for media := range content {
		if name == "" || !isJSON(name) && isJSON(media) || isJSON(name) == isJSON(media) && media < name {
			name = media
		}
	}
	if media := content[name]; media != nil && media.Schema != nil {
		schema = media.Schema.Value
	}
	return schema, name
}

func isJSON(media string) bool { return strings.HasSuffix(media, "json") }

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
