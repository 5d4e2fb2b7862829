package mockserver

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
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
	return violations.String()
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
	if best := nearest(name, known); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}

// otherNames are what other mocks call the members of a body.
var otherNames = map[string][]string{
	"times": {"count"}, "milliseconds": {"fixed"}, "status": {"code"},
}

// nearest is the known name that is nearest to another, or to what it is called elsewhere; empty where none is near.
func nearest(name string, known []string) string {
	best, distance := "", 1+max(2, len(name)/3)
	name = strings.ToLower(name)
	for _, k := range known {
		for _, spelling := range append([]string{k}, otherNames[k]...) {
			d := edits(name, strings.ToLower(spelling))
			if strings.HasPrefix(name, spelling) || len(name) > 1 && strings.HasPrefix(spelling, name) {
				d = 1 // "delayMs", "prob"
			}
			if d < distance && d < len(spelling) {
				best, distance = k, d
			}
		}
	}
	return best
}

// nearestPath is the path of the control API that is nearest to another, with a parameter in it or without.
func nearestPath(path string) string {
	var known []string
	for _, operation := range controlJudge().Operations() {
		known = append(known, operation.Path)
	}
	if best := nearest(strings.TrimPrefix(path, controlPath), known); best != "" {
		return controlPath + best
	}
	return ""
}

// longestName is how long a name may be to be compared.
const longestName = 40

// edits is how many characters must be added, taken away or replaced to make one text of another (the Levenshtein
// distance).
func edits(a, b string) int {
	if len(a) > longestName || len(b) > longestName {
		return longestName
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0]++
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
