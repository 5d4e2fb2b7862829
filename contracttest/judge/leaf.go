package judge

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
)

// leafOf is the shape of a text, a number, a boolean or a list of them whose schema says more than a shape understands: kin-openapi is
// asked of that value, and the rest of the body is still read quickly. It is nil for any other schema.
func leafOf(schema *openapi3.Schema) *shape {
	if scalar(schema) || simple(schema, openapi3.TypeArray) && schema.Items != nil && scalar(schema.Items.Value) {
		return &shape{leaf: schema}
	}
	return nil
}

// scalar reports whether a schema is that of a single text, number or boolean.
func scalar(schema *openapi3.Schema) bool {
	return simple(schema, openapi3.TypeString) || simple(schema, openapi3.TypeInteger) || simple(schema, openapi3.TypeNumber) ||
		simple(schema, openapi3.TypeBoolean)
}

// simple reports whether a schema is of a type, in one piece, and the same in both directions.
func simple(schema *openapi3.Schema, kind string) bool {
	parts := len(schema.AllOf) + len(schema.AnyOf) + len(schema.OneOf)
	return schema.Type.Is(kind) && parts == 0 && schema.Not == nil && !schema.ReadOnly && !schema.WriteOnly
}

// mostLeaf is how long the value of a leaf may be, in bytes, since it is built.
const mostLeaf = 64 << 10

func (s *shape) nextLeaf(t *tokens) bool {
	var value any
	raw, err := t.ReadValue()
	if err != nil || len(raw) > mostLeaf || json.Unmarshal(raw, &value) != nil {
		return false
	}
	return s.leaf.VisitJSON(value, leafOptions...) == nil
}

var leafOptions = append(slices.Clip(formats), openapi3.FailFast())
