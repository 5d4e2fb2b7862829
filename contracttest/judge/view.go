package judge

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// view is the part of a value that a schema can look at, whichever of its branches is taken. A reader keeps nothing beyond it: five bytes of a body
// can be an object, which takes 340 bytes as a map. A nil view looks at nothing.
type view struct {
	whole      bool // all of the value
	properties map[string]*view
	names      bool // the names that properties lacks matter: they can be undocumented
	count      bool // how many members there are matters, or that there are some that properties lacks
	items      *view
}

// everything is the view of those who want the whole value.
var everything = &view{whole: true}

func (v *view) member(name string) *view {
	if v == nil || v.whole {
		return v
	}
	return v.properties[name]
}

func (v *view) item() *view {
	if v == nil || v.whole {
		return v
	}
	return v.items
}

// viewOf is the view of a schema, made at the first call.
func (s *schemas) viewOf(schema *openapi3.Schema) *view {
	if made, ok := s.views.Load(schema); ok {
		return made.(*view)
	}
	v := &view{}
	v.add(schema, nil)
	s.views.Store(schema, v)
	return v
}

// add widens a view by what a schema looks at. Where that is hard to tell it looks at everything: where whole values are compared, where members
// are judged whatever their name is, and where a schema is a part of itself.
func (v *view) add(schema *openapi3.Schema, within []*openapi3.Schema) {
	if schema.UniqueItems || schema.AdditionalProperties.Schema != nil || slices.Contains(within, schema) ||
		len(schema.Enum) > 0 && !schema.Type.Is(openapi3.TypeString) {
		v.whole = true
		return
	}
	within = append(slices.Clip(within), schema)
	closed := schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has
	v.names = v.names || len(schema.Properties) > 0
	v.count = v.count || schema.MinProps > 0 || schema.MaxProps != nil || closed
	for name, property := range schema.Properties {
		v.named(name).add(property.Value, within)
	}
	for _, name := range schema.Required {
		v.named(name)
	}
	if schema.Discriminator != nil {
		v.named(schema.Discriminator.PropertyName)
	}
	if v.items == nil && (schema.Items != nil || schema.MinItems > 0 || schema.MaxItems != nil) {
		v.items = &view{}
	}
	if schema.Items != nil {
		v.items.add(schema.Items.Value, within)
	}
	for _, branch := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		v.add(branch.Value, within)
	}
	if schema.Not != nil {
		v.add(schema.Not.Value, within)
	}
}

func (v *view) named(name string) *view {
	if v.properties == nil {
		v.properties = map[string]*view{}
	}
	if v.properties[name] == nil {
		v.properties[name] = &view{}
	}
	return v.properties[name]
}
