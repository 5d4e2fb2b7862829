package control

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/nearest"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// bodyProblems says what is wrong with the body of a control request. A member that does not exist is answered with what
// was probably meant.
func bodyProblems(operation *judge.Operation, violations judge.Violations) string {
	for i := range violations {
		v := &violations[i]
		if v.Pointer == "/delay" && v.Keyword == "type" {
			v.Expected += `, as in {"milliseconds":5000}` // others take "5s"
			continue
		}
		list, unknown := strings.CutPrefix(v.Expected, "is not allowed; allowed: ")
		if !unknown || v.Keyword != "additionalProperties" {
			continue
		}
		name := v.Pointer[strings.LastIndexByte(v.Pointer, '/')+1:]
		if slices.Contains(queryNames(operation), name) {
			v.Expected += "; give it as ?" + name + "="
		} else {
			v.Expected += didYouMean(name, strings.Split(list, ", "))
		}
	}
	return untrusted.Violations(violations).String()
}

// queryNames are the parameters that an operation takes in the query.
func queryNames(operation *judge.Operation) (names []string) {
	for _, parameter := range operation.Spec.Parameters {
		if parameter.Value.In == openapi3.ParameterInQuery {
			names = append(names, parameter.Value.Name)
		}
	}
	return names
}

// bodyNames are the members that an operation takes in the body.
func bodyNames(operation *judge.Operation) []string {
	if operation.Spec.RequestBody == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(operation.Spec.RequestBody.Value.Content["application/json"].Schema.Value.Properties))
}

// didYouMean asks for the known name that is nearest to another; it is empty where none is near.
func didYouMean(name string, known []string) string {
	if best := nearest.Find(name, known, otherNames); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}

// otherNames are what other mocks call the members of a body.
var otherNames = map[string][]string{
	"times": {"count"}, "milliseconds": {"fixed"}, "status": {"code"},
}

// nearestPath is the path of the control API that is nearest to another, with a parameter in it or without.
func nearestPath(path string) string {
	var known []string
	for _, operation := range document().Operations() {
		known = append(known, operation.Path)
	}
	if best := nearest.Find(strings.TrimPrefix(path, Path), known, nil); best != "" {
		return Path + best
	}
	return ""
}
