package judge

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// parameter is one that a request has in its path, its query, its header or its cookies.
type parameter struct {
	spec *openapi3.Parameter
	rule string // its place in the contract
}

// parametersOf are those of an operation and those of its path, which the operation's own replace.
func parametersOf(path string, item *openapi3.PathItem, operation *openapi3.Operation, rule string) (all []parameter) {
	add := func(at string, refs openapi3.Parameters) {
		for i, ref := range refs {
			if !slices.ContainsFunc(all, func(p parameter) bool { return p.spec.Name == ref.Value.Name && p.spec.In == ref.Value.In }) {
				all = append(all, parameter{ref.Value, canonical(ref.Ref, at+"/parameters/"+strconv.Itoa(i))})
			}
		}
	}
	add(rule, operation.Parameters)
	add("/paths/"+EscapePointer(path), item.Parameters)
	return all
}

// ParameterViolations judges the parameters of a request: those of its path, which it must have as path values ([http.Request.PathValue]), of its
// query, its header and its cookies. It does not look at the body.
func (op *Operation) ParameterViolations(r *http.Request) (violations Violations) {
	if len(op.parameters) == 0 {
		return nil
	}
	input := openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{}, QueryParams: r.URL.Query(),
		Options: &openapi3filter.Options{SkipSettingDefaults: true, SchemaValidationOptions: formats},
	}
	for _, p := range op.parameters {
		if p.spec.In == openapi3.ParameterInPath {
			input.PathParams[p.spec.Name] = r.PathValue(p.spec.Name)
		}
	}
	for _, p := range op.parameters {
		if err := openapi3filter.ValidateParameter(r.Context(), &input, p.spec); err != nil {
			violations = append(violations, op.judge.parameterViolation(p, err))
		}
	}
	return violations
}

func (j *Judge) parameterViolation(p parameter, err error) Violation {
	violation := Violation{Check: RequestSchema, Expected: "must be what its style and its schema describe", Rule: p.rule}
	parse, unreadable := errors.AsType[*openapi3filter.ParseError](err)
	schema, invalid := errors.AsType[*openapi3.SchemaError](err)
	switch {
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		violation.Keyword, violation.Expected, violation.Rule = "required", "is required", p.rule+"/required"
	case errors.Is(err, openapi3filter.ErrInvalidEmptyValue):
		violation.Expected = "must not be empty"
	case invalid:
		visitor := visitor{schemas: j.schemas(), root: schema.Value, check: RequestSchema, format: RequestFormat}
		violation = visitor.violation(schema, nil)
	case unreadable && p.spec.Schema != nil && !p.spec.Schema.Value.Type.IsEmpty():
		violation.Keyword, violation.Expected, violation.Rule = "type", "must be "+typeName(p.spec.Schema.Value), p.rule+"/schema/type"
		if text, ok := parse.Value.(string); ok {
			violation.Got = wording.Value(text)
		}
	}
	violation.Path, violation.Pointer = p.spec.In+" parameter "+p.spec.Name, ""
	return violation
}
