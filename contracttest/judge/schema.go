package judge

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
)

// schemas visits values. It does so twice at most: once for a yes or no, which is nearly always a yes and cheap, and again with every
// option when something is wrong.
type schemas struct {
	// directed is set where a schema of the document is readOnly or writeOnly; only then does the direction of a visit matter, and kin-openapi
	// copies every value under anyOf for it.
	directed bool
	// rules has the place of each schema in the document, and of each copy.
	rules map[*openapi3.Schema]string
	// copies has what is visited in place of each schema of the document.
	copies map[*openapi3.Schema]*openapi3.Schema
	// wholes has, for each schema that is factored, the same in one piece.
	wholes map[*openapi3.Schema]*openapi3.Schema
	// levels has, for each copy that has no alternatives, what is said of each level of a value.
	levels map[*openapi3.Schema]*level
	views  sync.Map // of *openapi3.Schema to *view
}

func newSchemas(doc *openapi3.T) *schemas {
	s := &schemas{
		rules: map[*openapi3.Schema]string{}, copies: map[*openapi3.Schema]*openapi3.Schema{}, wholes: map[*openapi3.Schema]*openapi3.Schema{},
		levels: map[*openapi3.Schema]*level{},
	}
	_ = doc.WalkSchemas(func(pointer string, ref *openapi3.SchemaRef) error {
		s.copyOf(ref, pointer)
		return nil
	})
	return s
}

// visit judges a value, and stops at mostViolations. The checks are the ids of what is found: format for a format, schema for everything else.
func (s *schemas) visit(schema *openapi3.Schema, value any, check, format Check) Violations {
	v := visitor{schemas: s, root: value, check: check, format: format, options: slices.Clip(formats)}
	if s.directed {
		v.options = append(v.options, openapi3.VisitAsResponse(), openapi3.DisableReadOnlyValidation(), openapi3.DisableWriteOnlyValidation())
		if check == RequestSchema {
			v.options = append(v.options, openapi3.VisitAsRequest())
		}
	}
	if c := s.copies[schema]; c != nil {
		schema = c
	}
	if !v.accepts(schema, value) {
		v.visit(schema, value, nil)
	}
	if s.directed {
		v.misdirected(schema, value, nil)
	}
	return v.violations
}

// visitor collects what is wrong with one value.
type visitor struct {
	*schemas
	root          any
	check, format Check
	options       []openapi3.SchemaValidationOption
	violations    Violations
	open          []split         // whose parts are being visited
	seen          map[string]bool // the pointers of what is sent the wrong way
}

// split is a schema that has been split, at one place of a value: how deep says which, of those on the way to where the visitor is.
type split struct {
	schema *openapi3.Schema
	depth  int
}

func (v *visitor) visit(schema *openapi3.Schema, value any, at []string) {
	_, isArray := value.([]any)
	_, isObject := value.(map[string]any)
	alternatives := len(schema.AnyOf)+len(schema.OneOf) > 0 || schema.Not != nil
	switch l := v.levels[schema]; {
	case v.full():
	case l != nil && (isArray || isObject):
		v.descend(l, value, at)
	case len(schema.AllOf) > 0 && !alternatives:
		if !v.accepts(schema, value) {
			v.visitParts(schema, value, at)
		}
	case alternatives: // what else each of them finds wrong is not needed
		v.add(schema.VisitJSON(value, v.options...), at)
	default:
		v.add(schema.VisitJSON(value, append(slices.Clip(v.options), openapi3.MultiErrors())...), at)
	}
}

// accepts asks for a yes or no: kin-openapi would write the whole value into each error of an allOf.
func (v *visitor) accepts(schema *openapi3.Schema, value any) bool {
	return schema.VisitJSON(value, append(slices.Clip(v.options), openapi3.FailFast())...) == nil
}

func (v *visitor) add(err error, at []string) {
	//nolint:errorlint // Not what it wraps: a SchemaError may wrap the errors of branches that did not have to match.
	if several, ok := err.(openapi3.MultiError); ok {
		for _, one := range several {
			v.add(one, at)
		}
		return
	}
	wrong, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		if err != nil {
			path, pointer := place(v.root, at)
			v.violations = append(v.violations, Violation{Check: v.check, Path: path, Pointer: pointer, Expected: "must obey the schema: " + err.Error()})
		}
		return
	}
	if _, tooLarge := wrong.Value.(json.Number); tooLarge && wrong.SchemaField == "type" && wrong.Schema.Type.IsEmpty() {
		return // the reader has said it; any type will do
	}
	at = slices.Concat(at, wrong.JSONPointer())
	if wrong.SchemaField == "allOf" {
		v.visitParts(wrong.Schema, wrong.Value, at)
		return
	}
	v.violations = append(v.violations, v.violation(wrong, at))
}

// visitParts visits the parts of a schema that has been split, one of which is broken.
func (v *visitor) visitParts(schema *openapi3.Schema, value any, at []string) {
	here := split{schema, len(at)}
	if slices.Contains(v.open, here) {
		return // the schema is one of its own parts
	}
	v.open = append(v.open, here)
	defer func() { v.open = v.open[:len(v.open)-1] }()
	parts := schema.AllOf
	first, last := len(v.violations), len(parts)-1
	for _, part := range parts[:last] {
		v.visit(part.Value, value, at)
	}
	base := len(v.violations)
	v.visit(parts[last].Value, value, at)
	// A value of the wrong type is just that; which alternative it would have had to match is noise.
	if rest := v.violations[base:]; len(rest) == 1 && (rest[0].Keyword == "type" || rest[0].Keyword == "nullable") {
		if _, pointer := place(v.root, at); rest[0].Pointer == pointer {
			v.violations = slices.Delete(v.violations, first, base)
		}
	}
}

func (v *visitor) violation(wrong *openapi3.SchemaError, at []string) Violation {
	path, pointer := place(v.root, at)
	violation := Violation{Check: v.check, Path: path, Pointer: pointer, Keyword: wrong.SchemaField, Got: wording.Value(wrong.Value)}
	if rule, ok := v.rules[wrong.Schema]; ok {
		violation.Rule = rule + "/" + wrong.SchemaField
	}
	schema := wrong.Schema
	switch wrong.SchemaField {
	case "required":
		violation.Expected, violation.Got = "is required", ""
	case "type", "nullable":
		violation.Expected = "must be " + typeName(schema)
	case "format":
		violation.Check = v.format
		violation.Expected = "must have the format " + schema.Format
		if inner := errors.Unwrap(wrong.Origin); inner != nil && !schema.Type.Is(openapi3.TypeInteger) {
			violation.Expected = inner.Error()
		}
	case "enum":
		violation.Expected = "must be one of " + enumeration(schema.Enum)
	case "anyOf":
		if names := requiredAlternatives(schema.AnyOf); names != nil {
			violation.Path = strings.Join(names, " or ")
			if pointer != "" {
				violation.Path = path + ": " + violation.Path
			}
			violation.Expected, violation.Got = "is required", ""
			break
		}
		violation.Expected = "must match at least one of the alternatives"
	case "properties": // what kin-openapi calls a property that additionalProperties: false forbids
		violation.Keyword, violation.Got = "additionalProperties", ""
		violation.Rule = strings.TrimSuffix(violation.Rule, wrong.SchemaField) + violation.Keyword
		violation.Expected = "is not allowed; allowed: " + cmp.Or(strings.Join(slices.Sorted(maps.Keys(schema.Properties)), ", "), "none")
		violation.Path, violation.Pointer = place(v.root, append(slices.Clip(at), forbidden(wrong.Reason)))
	default:
		violation.Expected = bound(schema, wrong)
		if n, ok := size(wrong); ok {
			violation.Got = strconv.Itoa(n)
		}
	}
	return violation
}

// forbidden is the name of the property, which kin-openapi tells in its reason alone.
func forbidden(reason string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(reason, "property "), " is unsupported")
	if unquoted, err := strconv.Unquote(name); err == nil {
		return unquoted
	}
	return name
}

func typeName(schema *openapi3.Schema) string {
	names := make([]string, 0, 2)
	for _, name := range schema.Type.Slice() {
		article := "a "
		if strings.ContainsAny(name[:1], "aio") {
			article = "an "
		}
		names = append(names, article+name)
	}
	if schema.Nullable {
		names = append(names, "null")
	}
	if len(names) == 0 {
		return "a value other than null"
	}
	return strings.Join(names, " or ")
}

func enumeration(values []any) string {
	names := make([]string, len(values))
	for i, value := range values {
		names[i] = wording.Value(value)
	}
	return strings.Join(names, ", ")
}

// requiredAlternatives are the names that a rule like anyOf: [{required: [a]}, {required: [b]}] asks one of; nil where anyOf says more than that.
func requiredAlternatives(branches openapi3.SchemaRefs) (names []string) {
	for _, branch := range branches {
		if len(branch.Value.Required) != 1 || len(branch.Value.Properties) > 0 || branch.Value.Type != nil {
			return nil
		}
		names = append(names, branch.Value.Required[0])
	}
	return names
}

var stringFormats = format.Strings()

// formats tells kin-openapi of the formats that are judged.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidators(validators(stringFormats)),
	openapi3.WithNumberFormatValidators(validators(format.Numbers())),
}

func validators[T string | float64](checks map[string]format.Check[T]) map[string]openapi3.FormatValidator[T] {
	all := make(map[string]openapi3.FormatValidator[T], len(checks))
	for name, check := range checks {
		all[name] = openapi3.NewCallbackValidator(check.Error)
	}
	return all
}
