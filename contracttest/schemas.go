package contracttest

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// requestSchema is the schema of an operation's JSON body, and its media type; both are empty where it has none.
func requestSchema(op *judge.Operation) (*openapi3.Schema, string) {
	if op.Spec.RequestBody == nil || op.Spec.RequestBody.Value == nil {
		return nil, ""
	}
	return jsonSchema(op.Spec.RequestBody.Value.Content)
}

// jsonSchema finds the JSON media type of a content, or else its first.
func jsonSchema(content openapi3.Content) (schema *openapi3.Schema, name string) {
	for media := range content {
		if name == "" || !isJSON(name) && isJSON(media) || isJSON(name) == isJSON(media) && media < name {
			name = media
		}
	}
	if media := content[name]; media != nil && media.Schema != nil {
		schema = media.Schema.Value
	}
	return schema, name
}

func isJSON(media string) bool { return strings.HasSuffix(media, "json") }

// successSchema is the schema of the operation's first 2xx answer with a body; nil where it has none.
func successSchema(operation *openapi3.Operation) *openapi3.Schema {
	for _, status := range slices.Sorted(maps.Keys(operation.Responses.Map())) {
		if status[0] == '2' {
			if schema, _ := jsonSchema(operation.Responses.Map()[status].Value.Content); schema != nil {
				return schema
			}
		}
	}
	return nil
}

// counterpart finds the schema in an answer that describes what a request's schema describes: the one with the most
// names in common.
func counterpart(request, answer *openapi3.Schema) *openapi3.Schema {
	schema, _ := counterpartAt(request, answer)
	return schema
}

// counterpartAt is counterpart with the name of the property that holds it; empty for the answer itself.
func counterpartAt(request, answer *openapi3.Schema) (best *openapi3.Schema, name string) {
	if request == nil || answer == nil {
		return nil, ""
	}
	common := shared(request, answer)
	if common > 0 {
		best = answer
	}
	for _, property := range sortedNames(judge.Properties(answer)) {
		if n := shared(request, judge.Properties(answer)[property].Value); n > common {
			best, name, common = judge.Properties(answer)[property].Value, property, n
		}
	}
	return best, name
}

func shared(a, b *openapi3.Schema) (n int) {
	others := judge.Properties(b)
	for name := range judge.Properties(a) {
		if others[name] != nil {
			n++
		}
	}
	return n
}
