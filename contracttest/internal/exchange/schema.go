package exchange

import (
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// RequestSchema is the schema of an operation's JSON body, and its media type; both are empty where it has none.
func RequestSchema(op *judge.Operation) (*openapi3.Schema, string) {
	if op.Spec.RequestBody == nil || op.Spec.RequestBody.Value == nil {
		return nil, ""
	}
	return JSONSchema(op.Spec.RequestBody.Value.Content)
}

// JSONSchema finds the JSON media type of a content, or else its first.
func JSONSchema(content openapi3.Content) (schema *openapi3.Schema, name string) {
	for media := range content {
		if name == "" || !IsJSON(name) && IsJSON(media) || IsJSON(name) == IsJSON(media) && media < name {
			name = media
		}
	}
	if media := content[name]; media != nil && media.Schema != nil {
		schema = media.Schema.Value
	}
	return schema, name
}

// IsJSON reports whether a media type is one of JSON.
func IsJSON(media string) bool { return strings.HasSuffix(media, "json") }

// SuccessSchema is the schema of the operation's first 2xx answer with a body; nil where it has none.
func SuccessSchema(operation *openapi3.Operation) *openapi3.Schema {
	for _, status := range slices.Sorted(maps.Keys(operation.Responses.Map())) {
		if status[0] == '2' {
			if schema, _ := JSONSchema(operation.Responses.Map()[status].Value.Content); schema != nil {
				return schema
			}
		}
	}
	return nil
}

// Counterpart finds the schema in an answer that describes what a request's schema describes: the one with the most
// names in common.
func Counterpart(request, answer *openapi3.Schema) *openapi3.Schema {
	schema, _ := CounterpartAt(request, answer)
	return schema
}

// CounterpartAt is counterpart with the name of the property that holds it; empty for the answer itself.
func CounterpartAt(request, answer *openapi3.Schema) (best *openapi3.Schema, name string) {
	if request == nil || answer == nil {
		return nil, ""
	}
	common := shared(request, answer)
	if common > 0 {
		best = answer
	}
	for _, property := range SortedNames(Properties(answer)) {
		if n := shared(request, Properties(answer)[property].Value); n > common {
			best, name, common = Properties(answer)[property].Value, property, n
		}
	}
	return best, name
}

func shared(a, b *openapi3.Schema) (n int) {
	others := Properties(b)
	for name := range Properties(a) {
		if others[name] != nil {
			n++
		}
	}
	return n
}

// SchemaAt goes down a schema; nil where it does not go that way.
func SchemaAt(schema *openapi3.Schema, way jsontree.Way) *openapi3.Schema {
	for _, step := range way {
		if schema == nil {
			return nil
		}
		var next *openapi3.SchemaRef
		if name, ok := step.(string); ok {
			next = Properties(schema)[name]
		} else {
			next = schema.Items
		}
		if next == nil {
			return nil
		}
		schema = next.Value
	}
	return schema
}
