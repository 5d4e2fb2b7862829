package contracttest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// CoverageReport says what of the contract a run saw and judged. Each list has the contract's own entries in its order, then what came beyond it.
type CoverageReport struct {
	// Operations are the operations, e.g. "POST /customers".
	Operations []Covered `json:"operations"`
	// Statuses are the statuses of each operation, e.g. "createCustomer 201".
	Statuses []Covered `json:"statuses"`
	// Headers are the response headers of each status, e.g. "createCustomer 201 RateLimit-Reset".
	Headers []Covered `json:"headers"`
	// Properties are the properties of requests and answers, e.g. "createCustomer request addresses[].city" and "createCustomer 201 data.email".
	Properties []Covered `json:"properties"`
	// Keywords are the keywords of their schemas, e.g. "createCustomer request email format".
	Keywords []Covered `json:"keywords"`
	// Unprovoked are the documented statuses that never came, because no input from outside provokes them.
	Unprovoked []string `json:"unprovoked,omitempty"`
}

// Verdict says how far one part of the contract was covered.
type Verdict string

// The verdicts.
const (
	Asserted      Verdict = "asserted"       // documented, obtained, and judged; for what is sent: valid and invalid were both tried
	NotAsserted   Verdict = "not asserted"   // documented and obtained, but not judged, or tried one way only
	NeverObtained Verdict = "never obtained" // documented, and never came
	Undocumented  Verdict = "undocumented"   // came, and is not documented
)

// Covered is one part of the contract and how often it was seen.
type Covered struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	// Absent and Null count where a property was not there, or null. They are 0 for what is no property.
	Absent int `json:"absent"`
	Null   int `json:"null"`
	// Valid and Invalid count the values that obeyed the contract and those that did not.
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
}

// tally counts one part while the run is read.
type tally struct {
	Covered
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

func (t *tally) verdict() Verdict {
	switch {
	case !t.documented:
		return Undocumented
	case t.Valid+t.Invalid+t.Null == 0:
		return NeverObtained
	case t.sent && (t.Valid == 0 || t.Invalid+t.Null+t.Absent == 0), !t.sent && !t.judged:
		return NotAsserted
	}
	return Asserted
}

// list is tallies in the order in which they were first named.
type list struct {
	all    []*tally
	byName map[string]*tally
}

func (l *list) of(name string) *tally {
	t := l.byName[name]
	if t == nil {
		if l.byName == nil {
			l.byName = map[string]*tally{}
		}
		t = &tally{Covered: Covered{Name: name}}
		l.byName[name] = t
		l.all = append(l.all, t)
	}
	return t
}

func (l *list) document(name string) *tally {
	t := l.of(name)
	t.documented = true
	return t
}

func (l *list) covered() []Covered {
	covered := make([]Covered, 0, len(l.all))
	for _, t := range l.all {
		t.Verdict = t.verdict()
		covered = append(covered, t.Covered)
	}
	slices.SortStableFunc(covered, func(a, b Covered) int {
		return cmp.Compare(beyond(a.Verdict), beyond(b.Verdict))
	})
	return covered
}

func beyond(v Verdict) int {
	if v == Undocumented {
		return 1
	}
	return 0
}

// coverage is what a run saw.
type coverage struct {
	operations, statuses, headers, properties, keywords list
}

// coverage reads the run.
func (r *run) coverage() *coverage {
	c := &coverage{}
	for _, op := range r.judge.Operations() {
		c.operations.document(op.Method + " " + op.Path)
		if schema, _ := requestSchema(op); schema != nil {
			c.document(op.ID+" request", schema, nil, true, nil)
		}
		responses := op.Spec.Responses.Map()
		for _, status := range sortedStatuses(responses) {
			name := op.ID + " " + strconv.Itoa(status)
			c.statuses.document(name)
			response := responses[strconv.Itoa(status)].Value
			for _, header := range sortedNames(response.Headers) {
				c.headers.document(name + " " + header)
			}
			if schema, _ := jsonSchema(response.Content); schema != nil {
				c.document(name, schema, nil, false, nil)
			}
		}
	}
	for _, v := range r.done {
		c.read(v)
	}
	return c
}

// document names what a schema has.
func (c *coverage) document(prefix string, schema *openapi3.Schema, way at, sent bool, around []*openapi3.Schema) {
	if slices.Contains(around, schema) {
		return // a schema within itself
	}
	around = append(slices.Clip(around), schema)
	for _, keyword := range keywordsOf(schema) {
		c.keywords.document(entry(prefix, way) + " " + keyword).sent = sent
	}
	for _, name := range propertyNames(schema) {
		t := c.properties.document(entry(prefix, way.then(name)))
		t.sent, t.optional = sent, !slices.Contains(schema.Required, name)
		c.document(prefix, properties(schema)[name].Value, way.then(name), sent, around)
	}
	if schema.Items != nil {
		c.document(prefix, schema.Items.Value, way.then(0), sent, around)
	}
}

func entry(prefix string, way at) string { return prefix + " " + pattern(way.String()) }

// read counts one exchange.
func (c *coverage) read(v *verdict) {
	op := v.class.op
	if op == nil || v.answer == nil {
		return
	}
	c.operations.of(op.Method+" "+op.Path).count(true, len(v.made) > 0)
	if schema, _ := requestSchema(op); schema != nil && (v.class.valid() || v.class.check == NegativeRejected) {
		seen := sight{coverage: c, prefix: op.ID + " request", judged: true, wrong: map[string]string{}}
		for _, one := range v.class.violations {
			seen.wrong[one.Pointer+" "+one.Keyword] = one.Keyword
			seen.wrong[one.Pointer] = one.Keyword
		}
		seen.look(schema, v.class.value, nil, "")
	}
	name := op.ID + " " + strconv.Itoa(v.answer.status)
	judged := slices.Contains(v.made, ResponseSchema) || slices.Contains(v.made, ErrorEnvelope)
	violations := op.Response(v.answer.status, v.answer.header, v.answer.body)
	c.statuses.of(name).count(true, judged)
	ref := op.Spec.Responses.Map()[strconv.Itoa(v.answer.status)]
	if ref == nil {
		return
	}
	wrong := map[string]string{}
	for _, one := range violations {
		wrong[one.Pointer+" "+one.Keyword] = one.Keyword
		wrong[one.Pointer] = one.Keyword
		wrong[one.Path] = one.Keyword
	}
	for _, header := range sortedNames(ref.Value.Headers) {
		if len(v.answer.header.Values(header)) > 0 {
			_, bad := wrong["header "+header]
			c.headers.of(name+" "+header).count(!bad, slices.Contains(v.made, HeaderSchema))
		}
	}
	if schema, _ := jsonSchema(ref.Value.Content); schema != nil {
		sight{coverage: c, prefix: name, judged: judged, wrong: wrong}.look(schema, v.value, nil, "")
	}
}

// sight looks at one value. wrong has the JSON Pointers at which it breaks the contract, alone and with the keyword.
type sight struct {
	*coverage
	prefix string
	judged bool
	wrong  map[string]string
}

func (s sight) look(schema *openapi3.Schema, value any, way at, pointer string) {
	for _, keyword := range keywordsOf(schema) {
		if applies(keyword, value, schema) {
			name, _, _ := strings.Cut(keyword, " ")
			where := pointer
			if _, property, ok := strings.Cut(keyword, " "); ok {
				where += "/" + property
			}
			_, bad := s.wrong[where+" "+name]
			s.keywords.of(entry(s.prefix, way)+" "+keyword).count(!bad, s.judged)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range propertyNames(schema) {
			s.property(schema, value, name, way, pointer)
		}
		for _, name := range sortedNames(value) {
			if len(properties(schema)) > 0 && properties(schema)[name] == nil && !strings.HasSuffix(s.prefix, "request") {
				s.properties.of(entry(s.prefix, way.then(name))).Valid++
			}
		}
	case []any:
		for i, item := range value {
			if schema.Items != nil {
				s.look(schema.Items.Value, item, way.then(i), pointer+"/"+strconv.Itoa(i))
			}
		}
	}
}

func (s sight) property(schema *openapi3.Schema, value map[string]any, name string, way at, pointer string) {
	t := s.properties.of(entry(s.prefix, way.then(name)))
	here := pointer + "/" + pointerToken.Replace(name)
	is, present := value[name]
	_, bad := s.wrong[here]
	switch {
	case !present:
		t.Absent++
		return
	case is == nil:
		t.Null++
		t.judged = t.judged || s.judged
	default:
		t.count(!bad, s.judged)
	}
	s.look(properties(schema)[name].Value, is, way.then(name), here)
}

// pointerToken escapes a name for a JSON Pointer.
var pointerToken = strings.NewReplacer("~", "~0", "/", "~1")

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
	for _, name := range schema.Required {
		add("required "+name, true)
	}
	return words
}

// applies reports whether a keyword has something to say about a value.
func applies(keyword string, value any, schema *openapi3.Schema) bool {
	switch keyword {
	case "nullable":
		return value == nil
	case "type":
		return value != nil || !schema.Nullable
	case "format", "pattern", "minLength", "maxLength":
		_, ok := value.(string)
		return ok
	case "minItems", "maxItems", "uniqueItems":
		_, ok := value.([]any)
		return ok
	case "minimum", "maximum", "multipleOf":
		_, ok := value.(float64)
		return ok
	case "enum":
		return value != nil
	}
	_, ok := value.(map[string]any)
	return ok
}

// enough is how many objects must have come before a property counts as always present.
const enough = 5

// notices are what the whole run shows: what never came, and what always did though it need not.
func (c *coverage) notices(s *suite) []problem {
	var found []problem
	notice := func(check Check, name, message string) {
		if s.config.wants(check) {
			found = append(found, problem{check: check, place: name, kin: string(check), message: name + ": " + message})
		}
	}
	for _, l := range []list{c.statuses, c.headers, c.properties} {
		for _, t := range l.all {
			if t.documented && !t.sent && t.Valid+t.Invalid == 0 {
				notice(DocumentedNeverSeen, t.Name, "is documented, and never came"+nulls(t.Null))
			}
		}
	}
	for _, t := range c.properties.all {
		if !t.sent && t.documented && t.optional && t.Absent == 0 && t.Null+t.Valid+t.Invalid >= enough {
			notice(AlwaysPresentOptional, t.Name, "may be absent, and was always there"+nulls(t.Null))
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

func (c *coverage) report(s *suite) CoverageReport {
	report := CoverageReport{
		Operations: c.operations.covered(),
		Statuses:   c.statuses.covered(),
		Headers:    c.headers.covered(),
		Properties: c.properties.covered(),
		Keywords:   c.keywords.covered(),
	}
	for _, status := range report.Statuses {
		if status.Verdict == NeverObtained && !s.mock {
			report.Unprovoked = append(report.Unprovoked, status.Name)
		}
	}
	return report
}
