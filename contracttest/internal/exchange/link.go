package exchange

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Link says that an answer of one operation has the value of a path parameter of another (OpenAPI 3.0.3, "Link Object").
type Link struct {
	// From is the operation whose answer has the value, To the one whose parameter it is.
	From, To  *judge.Operation
	Parameter string
	// Pointer is where the value is in the body of the answer (RFC 6901).
	Pointer string
}

// Links are the links to an operation that the suite can follow: from an operation without path parameters, by its
// operationId, to a value in the body of a 2xx answer. There is one for each path parameter, or none.
func Links(j *judge.Judge, to *judge.Operation) []Link {
	parameters := PathParameters(to.Path)
	for _, from := range j.Operations() {
		if len(PathParameters(from.Path)) > 0 {
			continue
		}
		for _, status := range Successes(from.Spec) {
			links := from.Spec.Responses.Map()[strconv.Itoa(status)].Value.Links
			for _, name := range SortedNames(links) {
				if found := linksOf(links[name].Value, from, to, parameters); len(found) > 0 {
					return found
				}
			}
		}
	}
	return nil
}

func linksOf(link *openapi3.Link, from, to *judge.Operation, parameters []string) (found []Link) {
	if link == nil || link.OperationID != to.ID {
		return nil
	}
	for _, name := range parameters {
		value, given := link.Parameters[name]
		if !given {
			value = link.Parameters["path."+name]
		}
		expression, _ := value.(string)
		pointer, inBody := strings.CutPrefix(expression, "$response.body#")
		if !inBody {
			return nil
		}
		found = append(found, Link{From: from, To: to, Parameter: name, Pointer: pointer})
	}
	return found
}

// PathParameters are the names in a path of the contract, e.g. id in /customers/{id}.
func PathParameters(path string) (names []string) {
	for segment := range strings.SplitSeq(path, "/") {
		if name, inPath := strings.CutPrefix(segment, "{"); inPath {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

// ParameterOf finds a parameter of an operation, be it listed at the operation or at its path; nil where there is none.
func (c *Contract) ParameterOf(op *judge.Operation, in, name string) *openapi3.Parameter {
	for _, p := range c.Parameters(op) {
		if p.In == in && p.Name == name {
			return p
		}
	}
	return nil
}

// Parameters are those of an operation and of its path.
func (c *Contract) Parameters(op *judge.Operation) (found []*openapi3.Parameter) {
	all := op.Spec.Parameters
	if item := c.Judge.Document().Paths.Value(op.Path); item != nil {
		all = append(slices.Clip(all), item.Parameters...)
	}
	for _, ref := range all {
		if ref.Value != nil {
			found = append(found, ref.Value)
		}
	}
	return found
}

// ExampleOf is the contract's example of a parameter's value, as text; empty where there is none.
func ExampleOf(p *openapi3.Parameter) string {
	if p == nil {
		return ""
	}
	value := p.Example
	for _, name := range SortedNames(p.Examples) {
		if value == nil && p.Examples[name].Value != nil {
			value = p.Examples[name].Value.Value
		}
	}
	if value == nil && p.Schema != nil {
		value = p.Schema.Value.Example
	}
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// Linked is what is known of an operation's path parameters from an answer that was linked to it.
type Linked struct {
	links  []Link
	values map[string]string
	// Around is the JSON Pointer of what has the value, Answer what was there.
	Around string
	Answer any
}

// From is the operation whose answer it was.
func (l *Linked) From() *judge.Operation { return l.links[0].From }

// Place is where a member of what was answered is, as problems name it.
func (l *Linked) Place(name string) string {
	return strings.TrimPrefix(strings.ReplaceAll(l.Around, "/", ".")+"."+name, ".")
}

// Link takes the values of links, which all are to one operation, from an answer. The error says what was not there.
func (c *Contract) Link(links []Link, x *Exchange) error {
	known := &Linked{links: links, values: map[string]string{}}
	for _, l := range links {
		wants := fmt.Sprintf("%s needs %s from the answer to %s, at %s of its body", l.To.ID, l.Parameter, l.From.ID, l.Pointer)
		switch {
		case x == nil || x.Answer == nil:
			return fmt.Errorf("%s, and no answer came", wants)
		case x.Answer.Status/100 != 2:
			return fmt.Errorf("%s, and got %d", wants, x.Answer.Status)
		}
		switch value := ValueAt(x.Value, l.Pointer).(type) {
		case string:
			known.values[l.Parameter] = value
		case float64:
			known.values[l.Parameter] = strconv.FormatFloat(value, 'f', -1, 64)
		}
		if known.values[l.Parameter] == "" {
			return fmt.Errorf("%s, and there is no text and no number", wants)
		}
		known.Around, _ = cutLast(l.Pointer)
	}
	known.Answer = ValueAt(x.Value, known.Around)
	if c.linked == nil {
		c.linked = map[string]*Linked{}
	}
	c.linked[links[0].To.ID] = known
	return nil
}

// Linked is what is known of an operation's path parameters; nil where no answer was linked to it.
func (c *Contract) Linked(op *judge.Operation) *Linked { return c.linked[op.ID] }

// fill puts what is known into the path of a case.
func (c *Contract) fill(one Case) Case {
	if known := c.linked[one.Links]; known != nil {
		for name, value := range known.values {
			one.Request.Path = strings.ReplaceAll(one.Request.Path, "{"+name+"}", url.PathEscape(value))
		}
	}
	return one
}

// classifyPath says whether the path parameters of a request name something that is there. It is the zero class where
// they do; uncertain is set where nothing tells whether they do.
func (c *Contract) classifyPath(op *judge.Operation, path string) (found Class, uncertain bool) {
	names := PathParameters(op.Path)
	if len(names) == 0 || c.Mode == Watching {
		return Class{}, false
	}
	template, below := strings.Split(op.Path, "/"), strings.Split(path, "/")
	below = below[len(below)-len(template):] // behind whatever base path
	for i, segment := range template {
		name, inPath := strings.CutPrefix(segment, "{")
		if name = strings.TrimSuffix(name, "}"); !inPath || below[i] == segment {
			continue // a segment that is not filled in yet will be
		}
		value, _ := url.PathUnescape(below[i])
		if known := c.linked[op.ID]; known != nil && known.values[name] == value {
			continue
		}
		if len(Links(c.Judge, op)) == 0 && value == ExampleOf(c.ParameterOf(op, "path", name)) {
			uncertain = true
			continue
		}
		rule := c.Rules.notFound(op)
		found = Class{Name: "an unknown " + name, Check: result.UnknownPath, Rule: rule, Reply: rule, Codes: CodesOf(op.Spec, 404)}
		return found, false
	}
	return Class{}, uncertain
}

// notFound is the rule that what is not there is answered 404.
func (b *RuleBook) notFound(op *judge.Operation) result.Rule {
	if rule := b.Of("not-found"); rule.ID != "" {
		return rule
	}
	return result.Rule{
		ID: "not-found", Text: "What a path names and is not there is answered 404.", Provenance: result.Documented,
		Pointer: "/paths/" + judge.EscapePointer(op.Path) + "/" + strings.ToLower(op.Method) + "/responses/404",
	}
}
