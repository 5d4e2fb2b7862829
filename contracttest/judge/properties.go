package judge

import (
	"maps"

	"github.com/getkin/kin-openapi/openapi3"
)

// Properties are the properties that a schema gives an object: its own and those of the schemas that it is composed of
// (allOf, anyOf, oneOf). Of two with one name the outer one, then the first, counts. The map must not be changed.
func Properties(schema *openapi3.Schema) openapi3.Schemas {
	all, own := schema.Properties, true
	for _, composed := range [...]openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range composed {
			for name, property := range Properties(part.Value) {
				if _, ok := all[name]; ok {
					continue
				}
				if own { // most composed schemas, such as the branches of "one of these is required", add none
					all, own = maps.Clone(all), false
				}
				if all == nil {
					all = openapi3.Schemas{}
				}
				all[name] = property
			}
		}
	}
	return all
}
