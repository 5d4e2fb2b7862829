package exchange

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Properties are the properties that a schema gives an object: its own and those of the schemas that it is composed of
// (allOf, anyOf, oneOf). Of two with one name the outer one, then the first, counts. The map must not be changed.
func Properties(schema *openapi3.Schema) openapi3.Schemas {
	composed := slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf)
	if len(composed) == 0 {
		return schema.Properties
	}
	all := maps.Clone(schema.Properties)
	if all == nil {
		all = openapi3.Schemas{}
	}
	for _, part := range composed {
		for name, property := range Properties(part.Value) {
			if _, ok := all[name]; !ok {
				all[name] = property
			}
		}
	}
	return all
}
