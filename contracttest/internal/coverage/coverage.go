package coverage

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// tally counts one part while the run is read.
type tally struct {
	result.Covered
	documented bool
	judged     bool
	sent       bool // part of a request
	optional   bool
}

func (t *tally) count(ok, judged bool) {
	if ok {
		t.Valid++
	} else {
		t.Invalid++
	}
	t.judged = t.judged || judged
}

func (t *tally) verdict() result.Verdict {
	switch {
	case !t.documented:
		return result.Undocumented
	case t.Valid+t.Invalid+t.Null == 0:
		return result.NeverObtained
	case t.sent && (t.Valid == 0 || t.Invalid+t.Null+t.Absent == 0), !t.sent && !t.judged:
		return result.NotAsserted
	}
	return result.Asserted
}

// mostUndocumented is how many undocumented names of one kind the coverage lists.
const mostUndocumented = 200

// list is tallies in the order in which they were first named.
type list struct {
	all          []*tally
	byName       map[string]*tally
	undocumented int // how many were named by what came
}

// of is the tally of a name. Beyond mostUndocumented names that are not documented it is one for all of them.
func (l *list) of(name string) *tally {
	if l.byName[name] == nil {
		name = wording.Cut(name, check.MostBody)
		if l.undocumented++; l.undocumented > mostUndocumented {
			name = "more that are not documented"
		}
	}
	return l.named(name)
}

func (l *list) named(name string) *tally {
	t := l.byName[name]
	if t == nil {
		if l.byName == nil {
			l.byName = map[string]*tally{}
		}
		t = &tally{Covered: result.Covered{Name: name}}
		l.byName[name] = t
		l.all = append(l.all, t)
	}
	return t
}

func (l *list) document(name string) *tally {
	t := l.named(name)
	t.documented = true
	return t
}

func (l *list) covered() []result.Covered {
	covered := make([]result.Covered, 0, len(l.all))
	for _, t := range l.all {
		t.Verdict = t.verdict()
		covered = append(covered, t.Covered)
	}
	slices.SortStableFunc(covered, func(a, b result.Covered) int {
		return cmp.Compare(beyond(a.Verdict), beyond(b.Verdict))
	})
	return covered
}

func beyond(v result.Verdict) int {
	if v == result.Undocumented {
		return 1
	}
	return 0
}

// Coverage is what a run saw of the contract. It is not safe for concurrent use.
type Coverage struct {
	operations, statuses, headers, properties, keywords list
	bodies                                              map[string]*sketch            // by operation and status, or "request"
	documented                                          map[string][]documentedHeader // by operation and status
}

// documentedHeader is a header of an answer, by the name that the contract has for it and by that of http.Header.
type documentedHeader struct {
	name, canonical string
	tally           *tally
}

// New names what a contract has.
func New(j *judge.Judge) *Coverage {
	c := &Coverage{bodies: map[string]*sketch{}, documented: map[string][]documentedHeader{}}
	for _, op := range j.Operations() {
		c.operations.document(op.Method + " " + op.Path)
		if schema, _ := exchange.RequestSchema(op); schema != nil {
			name := op.ID + " request"
			c.bodies[name] = c.draw(name, schema, nil, true, map[*openapi3.Schema]*sketch{})
		}
		responses := op.Spec.Responses.Map()
		for _, status := range exchange.SortedStatuses(responses) {
			name := op.ID + " " + strconv.Itoa(status)
			c.statuses.document(name)
			response := responses[strconv.Itoa(status)].Value
			for _, header := range exchange.SortedNames(response.Headers) {
				c.documented[name] = append(c.documented[name], documentedHeader{header, http.CanonicalHeaderKey(header), c.headers.document(name + " " + header)})
			}
			if schema, _ := exchange.JSONSchema(response.Content); schema != nil {
				c.bodies[name] = c.draw(name, schema, nil, false, map[*openapi3.Schema]*sketch{})
			}
		}
	}
	return c
}

// Read counts one exchange.
func (c *Coverage) Read(v *check.Verdict) {
	op := v.Class.Op
	if op == nil || v.Answer == nil {
		return
	}
	c.operations.of(op.Method+" "+op.Path).count(true, len(v.Made) > 0)
	if body := c.bodies[op.ID+" request"]; body != nil && (v.Class.Valid() || v.Class.Check == result.NegativeRejected) {
		sight{c, true, wrongPlaces(v.Class.Violations), v.Mask}.look(body, v.Class.Value, "")
	}
	name := op.ID + " " + strconv.Itoa(v.Answer.Status)
	judged := slices.Contains(v.Made, result.ResponseSchema) || slices.Contains(v.Made, result.ErrorEnvelope)
	c.statuses.of(name).count(true, judged)
	ref := op.Spec.Responses.Map()[strconv.Itoa(v.Answer.Status)]
	if ref == nil {
		return
	}
	wrong := wrongPlaces(v.Violations)
	for _, header := range c.documented[name] {
		if len(v.Answer.Header[header.canonical]) > 0 {
			header.tally.count(!wrong["header "+header.name], slices.Contains(v.Made, result.HeaderSchema))
		}
	}
	if body := c.bodies[name]; body != nil {
		sight{c, judged, wrong, v.Mask}.look(body, v.Value, "")
	}
}

// wrongPlaces has the places at which a value breaks the contract: as JSON Pointers, alone and with the keyword, and
// as paths.
func wrongPlaces(violations judge.Violations) map[string]bool {
	wrong := make(map[string]bool, 3*len(violations))
	for _, one := range violations {
		wrong[one.Pointer+" "+one.Keyword], wrong[one.Pointer], wrong[one.Path] = true, true, true
	}
	return wrong
}

// enough is how many objects must have come before a property counts as always present.
const enough = 5

// Notices are what the whole run shows: what never came, and what always did though it need not.
func (c *Coverage) Notices() (found []check.Problem) {
	notice := func(id result.Check, name, message string) {
		found = append(
			found, check.Problem{Check: id, Sure: result.Observation, Place: name, Variant: string(id), Message: name + ": " + message},
		)
	}
	for _, l := range []list{c.statuses, c.headers, c.properties} {
		for _, t := range l.all {
			if t.documented && !t.sent && t.Valid+t.Invalid == 0 {
				notice(result.DocumentedNeverSeen, t.Name, "is documented, and never came"+nulls(t.Null))
			}
		}
	}
	for _, t := range c.properties.all {
		if !t.sent && t.documented && t.optional && t.Absent == 0 && t.Null+t.Valid+t.Invalid >= enough {
			notice(result.AlwaysPresentOptional, t.Name, "may be absent, and was always there"+nulls(t.Null))
		}
	}
	return found
}

func nulls(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (null %d times)", n)
}

// Report is what was seen so far. What was not judged or provoked, the caller knows.
func (c *Coverage) Report() result.CoverageReport {
	return result.CoverageReport{
		Operations: c.operations.covered(),
		Statuses:   c.statuses.covered(),
		Headers:    c.headers.covered(),
		Properties: c.properties.covered(),
		Keywords:   c.keywords.covered(),
	}
}
