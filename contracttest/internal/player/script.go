package player

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// script is how one documented response is played.
type script struct {
	media    string // empty where the response has no body
	schema   *openapi3.Schema
	request  *openapi3.Schema
	values   map[string][]string // of the headers that are sent, by turns
	changes  []change            // of the body, by turns
	examples map[string]string   // the error codes of the examples
}

func newScript(operation, other *judge.Operation, status int, response *openapi3.Response) *script {
	s := &script{request: requestSchema(operation), values: map[string][]string{}, examples: map[string]string{}}
	for _, media := range slices.Sorted(maps.Keys(response.Content)) {
		s.media = media
		if otherMedia(other, status, media) {
			break // a media type of its own shows best
		}
	}
	for _, media := range response.Content {
		for name, example := range media.Examples {
			envelope, _ := example.Value.Value.(map[string]any)
			problem, _ := envelope["error"].(map[string]any)
			s.examples[name], _ = problem["code"].(string)
		}
	}
	if s.media != "" && response.Content[s.media].Schema != nil {
		s.schema = response.Content[s.media].Schema.Value
	}
	for name, header := range response.Headers {
		s.values[name] = headerValues(operation, other, status, name, header.Value.Required)
	}
	if other == nil || s.media == "" {
		return s
	}
	s.changes = differences(s, operation, other, status)
	return s
}

// otherMedia reports whether the other contract does not know a media type.
func otherMedia(other *judge.Operation, status int, media string) bool {
	if other == nil {
		return false
	}
	response := other.Spec.Responses.Status(status)
	return response != nil && response.Value.Content[media] == nil
}

// headerValues are values for a header: such as only its own contract allows, or else usual ones.
func headerValues(operation, other *judge.Operation, status int, name string, required bool) (values []string) {
	allowed := func(by *judge.Operation, values ...string) bool {
		header := http.Header{}
		if values != nil {
			header[http.CanonicalHeaderKey(name)] = values
		}
		return !slices.ContainsFunc(by.Response(status, header, nil), func(v judge.Violation) bool {
			return strings.EqualFold(v.Path, "header "+name)
		})
	}
	if other != nil && !required && !allowed(other) {
		return nil
	}
	for _, value := range []string{"abc", "-1", "1.5", "true", "", "1000000", "2026-11-23T08:30:00Z"} {
		if other != nil && allowed(operation, value) && !allowed(other, value) {
			values = append(values, value)
		}
	}
	if values != nil {
		return values
	}
	for _, value := range []string{
		usual[http.CanonicalHeaderKey(name)],
		"1000000", "0", "text", "123", "a@example.com", "2026-11-23T08:30:00Z", "only", "true",
	} {
		if value != "" && allowed(operation, value) {
			return []string{value}
		}
	}
	return []string{"text"}
}

// allowance is more than any run asks for, so that nobody has to wait.
const allowance = 100_000

var usual = map[string]string{
	"Ratelimit-Limit":     strconv.Itoa(allowance),
	"Ratelimit-Remaining": strconv.Itoa(allowance - 1),
	"Ratelimit-Reset":     "42",
}

func (s *script) headers(header http.Header, turn int) {
	for name, values := range s.values {
		if len(values) == 0 {
			continue
		}
		value := values[turn%len(values)]
		if value == usual["Ratelimit-Remaining"] {
			value = strconv.Itoa(allowance - turn)
		}
		header.Set(name, value)
	}
}

func (s *script) body(sent any, code string, turn int) any {
	a := author{turn: turn, now: time.Now(), code: code}
	body := a.write(s.schema, s.request, sent, "")
	if len(s.changes) > 0 {
		// Not each change fits each answer: the first one that does.
		for i := range s.changes {
			if changed, ok := s.changes[(turn+i)%len(s.changes)].apply(body); ok {
				return changed
			}
		}
	}
	return body
}
