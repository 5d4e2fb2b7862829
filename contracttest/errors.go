package contracttest

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// documentedError is one error example of the contract: which status the server answers with which code.
type documentedError struct {
	status  int
	example string
	code    string
}

// documentedErrors are the error examples of an operation, and an entry without an example for each error status that
// has none.
func documentedErrors(operation *openapi3.Operation) []documentedError {
	var found []documentedError
	responses := operation.Responses.Map()
	for _, status := range sortedStatuses(responses) {
		if status < 400 {
			continue
		}
		examples := responseExamples(responses[strconv.Itoa(status)].Value)
		if len(examples) == 0 {
			found = append(found, documentedError{status: status})
		}
		for _, name := range sortedNames(examples) {
			found = append(found, documentedError{status, name, errorCode(examples[name])})
		}
	}
	return found
}

func responseExamples(response *openapi3.Response) map[string]any {
	examples := map[string]any{}
	for _, media := range response.Content {
		for name, ref := range media.Examples {
			if ref.Value != nil {
				examples[name] = ref.Value.Value
			}
		}
	}
	return examples
}

// errorCode reads the code of an error envelope; empty where there is none.
func errorCode(value any) string {
	envelope, _ := value.(map[string]any)
	inner, _ := envelope["error"].(map[string]any)
	code, _ := inner["code"].(string)
	return code
}

// statusesOf are the statuses that the contract shows an error code with.
func statusesOf(operation *openapi3.Operation, codes ...string) []int {
	var statuses []int
	for _, e := range documentedErrors(operation) {
		if slices.Contains(codes, e.code) && !slices.Contains(statuses, e.status) {
			statuses = append(statuses, e.status)
		}
	}
	return statuses
}

// quotedOrNumber is what differs in messages that say the same.
var quotedOrNumber = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\d+`)

// successes are the documented 2xx statuses.
func successes(operation *openapi3.Operation) []int {
	statuses := sortedStatuses(operation.Responses.Map())
	return slices.DeleteFunc(statuses, func(status int) bool { return status/100 != 2 })
}

// errorStatus is the documented error status nearest to one: itself, or else the lowest; 0 where there is none.
func errorStatus(operation *openapi3.Operation, status int) int {
	statuses := slices.DeleteFunc(
		sortedStatuses(operation.Responses.Map()), func(status int) bool { return status < 400 },
	)
	if len(statuses) == 0 || slices.Contains(statuses, status) {
		return status
	}
	return statuses[0]
}

func sortedStatuses[V any](responses map[string]V) []int {
	var statuses []int
	for name := range responses {
		if status, err := strconv.Atoi(name); err == nil {
			statuses = append(statuses, status)
		}
	}
	return slices.Sorted(slices.Values(statuses))
}

func sortedNames[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
