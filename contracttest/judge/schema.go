package judge

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemas visits values. It does so twice at most: once for a yes or no, which is nearly always a yes and cheap, and again with every
// option when something is wrong.
type schemas struct {
	// directed is set where a schema of the document is readOnly or writeOnly; only then does the direction of a visit matter, and kin-openapi
	// copies every value under anyOf for it.
	directed bool
	// rules has the place of each schema in the document.
	rules map[*openapi3.Schema]string
	// uncomposed has, for each schema with allOf, anyOf, oneOf, not or enum, the same schema without them: kin-openapi stops at the first of
	// these that fails, and the properties beside it would go unnamed.
	uncomposed map[*openapi3.Schema]*openapi3.Schema
	// wholes has what is visited in place of a schema that is factored, and alternatives the place of the anyOf of each of these.
	wholes       map[*openapi3.Schema]*openapi3.Schema
	alternatives map[*openapi3.Schema]string
}

var formats = openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
	"email":     openapi3.NewCallbackValidator(checkEmail),
	"date-time": openapi3.NewCallbackValidator(checkDateTime),
})

func newSchemas(doc *openapi3.T) *schemas {
	s := &schemas{
		rules: map[*openapi3.Schema]string{}, uncomposed: map[*openapi3.Schema]*openapi3.Schema{},
		wholes: map[*openapi3.Schema]*openapi3.Schema{}, alternatives: map[*openapi3.Schema]string{},
	}
	_ = doc.WalkSchemas(func(pointer string, ref *openapi3.SchemaRef) error {
		schema := ref.Value
		s.rules[schema] = pointer
		s.directed = s.directed || schema.ReadOnly || schema.WriteOnly
		if len(schema.AnyOf)+len(schema.OneOf)+len(schema.AllOf)+len(schema.Enum) > 0 || schema.Not != nil {
			without := *schema
			without.AnyOf, without.OneOf, without.AllOf, without.Not, without.Enum = nil, nil, nil, nil, nil
			s.uncomposed[schema] = &without
			s.rules[&without] = pointer
		}
		if one := whole(schema); one != nil {
			s.wholes[schema], s.alternatives[one] = one, pointer+"/anyOf"
		}
		return nil
	})
	for schema, one := range s.wholes {
		common, _ := factored(schema)
		s.rules[one], s.uncomposed[one] = s.rules[common.Value], common.Value
	}
	return s
}

// visit judges a value. The checks are the ids of what is found: format for a format, schema for everything else.
func (s *schemas) visit(schema *openapi3.Schema, value any, check, format Check) Violations {
	direction := openapi3.VisitAsResponse()
	if check == RequestSchema {
		direction = openapi3.VisitAsRequest()
	}
	if one := s.wholes[schema]; one != nil {
		schema = one
	}
	if !s.directed && schema.VisitJSON(value, formats) == nil {
		return nil
	}
	v := visitor{schemas: s, root: value, check: check, format: format, direction: direction}
	v.visit(schema, value, nil)
	return v.violations
}

// visitor collects what is wrong with one value.
type visitor struct {
	*schemas
	root          any
	check, format Check
	direction     openapi3.SchemaValidationOption
	violations    Violations
}

func (v *visitor) visit(schema *openapi3.Schema, value any, at []string) {
	v.add(schema.VisitJSON(value, formats, openapi3.MultiErrors(), v.direction), at)
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
	at = slices.Concat(at, wrong.JSONPointer())
	if one := v.wholes[wrong.Schema]; one != nil && wrong.SchemaField == "anyOf" {
		v.visit(one, wrong.Value, at)
		return
	}
	found := len(v.violations)
	v.violations = append(v.violations, v.violation(wrong, at))
	without := v.uncomposed[wrong.Schema]
	if without == nil || !composed(wrong.SchemaField) {
		return
	}
	v.visit(without, wrong.Value, at)
	// A value of the wrong type is just that; which alternative it would have had to match is noise.
	if rest := v.violations[found+1:]; len(rest) == 1 && (rest[0].Keyword == "type" || rest[0].Keyword == "nullable") && rest[0].Pointer == v.violations[found].Pointer {
		v.violations = slices.Delete(v.violations, found, found+1)
	}
}

func composed(keyword string) bool {
	return keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf" || keyword == "not" || keyword == "enum"
}

func (v *visitor) violation(wrong *openapi3.SchemaError, at []string) Violation {
	path, pointer := place(v.root, at)
	violation := Violation{Check: v.check, Path: path, Pointer: pointer, Keyword: wrong.SchemaField, Got: describe(wrong.Value)}
	if rule, ok := v.rules[wrong.Schema]; ok {
		violation.Rule = rule + "/" + wrong.SchemaField
	}
	if rule, ok := v.alternatives[wrong.Schema]; ok && wrong.SchemaField == "anyOf" {
		violation.Rule = rule
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
		if inner := errors.Unwrap(wrong.Origin); inner != nil && schema.Type.Is(openapi3.TypeString) {
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
		names[i] = describe(value)
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

// undocumented lists the properties of a value that its schema does not name. Objects of this contract are open, so they are no
// breach of it; they are worth a notice, since they are often a misspelt name.
func (s *schemas) undocumented(schema *openapi3.Schema, root, value any, at []string) (notices Violations) {
	if one := s.wholes[schema]; one != nil {
		schema = one
	}
	switch value := value.(type) {
	case []any:
		if schema.Items != nil {
			for i, item := range value {
				notices = append(notices, s.undocumented(schema.Items.Value, root, item, append(slices.Clip(at), strconv.Itoa(i)))...)
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			here := append(slices.Clip(at), name)
			if property := schema.Properties[name]; property != nil {
				notices = append(notices, s.undocumented(property.Value, root, value[name], here)...)
				continue
			}
			if len(schema.Properties) == 0 {
				continue
			}
			path, pointer := place(root, here)
			notices = append(notices, Violation{
				Check: Undocumented, Path: path, Pointer: pointer, Keyword: "properties", Rule: s.rules[schema] + "/properties",
				Expected: "is not a documented property",
			})
		}
	}
	return notices
}
