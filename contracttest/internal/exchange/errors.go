package exchange

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// DocumentedError is one error example of the contract: which status the server answers with which code.
type DocumentedError struct {
	Status  int
	Example string
	Code    string
}

// DocumentedErrors are the error examples of an operation, and an entry without an example for each error status that
// has none.
func DocumentedErrors(operation *openapi3.Operation) []DocumentedError {
	var found []DocumentedError
	responses := operation.Responses.Map()
	for _, status := range SortedStatuses(responses) {
		if status < 400 {
			continue
		}
		examples := responseExamples(responses[strconv.Itoa(status)].Value)
		if len(examples) == 0 {
			found = append(found, DocumentedError{Status: status})
		}
		for _, name := range SortedNames(examples) {
			found = append(found, DocumentedError{status, name, ErrorCode(examples[name])})
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

// ErrorCode reads the code of an error envelope; empty where there is none.
func ErrorCode(value any) string {
	envelope, _ := value.(map[string]any)
	inner, _ := envelope["error"].(map[string]any)
	code, _ := inner["code"].(string)
	return code
}

// StatusesOf are the statuses that the contract shows an error code with.
func StatusesOf(operation *openapi3.Operation, codes ...string) []int {
	var statuses []int
	for _, e := range DocumentedErrors(operation) {
		if slices.Contains(codes, e.Code) && !slices.Contains(statuses, e.Status) {
			statuses = append(statuses, e.Status)
		}
	}
	return statuses
}

// CodesOf are the error codes that the contract shows a status with.
func CodesOf(operation *openapi3.Operation, status int) (codes []string) {
	for _, e := range DocumentedErrors(operation) {
		if e.Status == status && e.Code != "" {
			codes = append(codes, e.Code)
		}
	}
	return codes
}

// QuotedOrNumber is what differs in messages that say the same.
var QuotedOrNumber = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\d+`)

// Successes are the documented 2xx statuses.
func Successes(operation *openapi3.Operation) []int {
	statuses := SortedStatuses(operation.Responses.Map())
	return slices.DeleteFunc(statuses, func(status int) bool { return status/100 != 2 })
}

// ErrorStatus is the documented error status nearest to one: itself, or else the lowest; 0 where there is none.
func ErrorStatus(operation *openapi3.Operation, status int) int {
	statuses := slices.DeleteFunc(
		SortedStatuses(operation.Responses.Map()), func(status int) bool { return status < 400 },
	)
	if len(statuses) == 0 || slices.Contains(statuses, status) {
		return status
	}
	return statuses[0]
}

// SortedStatuses are the statuses among the names of responses, e.g. not "default".
func SortedStatuses[V any](responses map[string]V) []int {
	var statuses []int
	for name := range responses {
		if status, err := strconv.Atoi(name); err == nil {
			statuses = append(statuses, status)
		}
	}
	slices.Sort(statuses)
	return statuses
}

// SortedNames are the keys of a map in order.
func SortedNames[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
