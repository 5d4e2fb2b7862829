package judge

import (
	"reflect"

	"github.com/getkin/kin-openapi/openapi3"
)

// factored is the factored form of an anyOf whose branches differ in required alone, each beside an allOf of the same one schema:
//
//	anyOf: [{required: [a], allOf: [S]}, {required: [b], allOf: [S]}]
//
// accepts what
//
//	allOf: [S], anyOf: [{required: [a]}, {required: [b]}]
//
// accepts. Tools read the first (see openapi.yaml); of a value that breaks it, the second says once what is wrong, where the first says it for
// each branch. The common schema is nil where the schema has another form.
func factored(schema *openapi3.Schema) (common *openapi3.SchemaRef, alternatives openapi3.SchemaRefs) {
	rest := bare(schema)
	rest.AnyOf = nil
	if len(schema.AnyOf) == 0 || !reflect.ValueOf(rest).IsZero() {
		return nil, nil
	}
	for _, ref := range schema.AnyOf {
		branch := ref.Value
		rest := bare(branch)
		rest.Required, rest.AllOf = nil, nil
		if len(branch.AllOf) != 1 || !reflect.ValueOf(rest).IsZero() || common != nil && common.Value != branch.AllOf[0].Value {
			return nil, nil
		}
		common = branch.AllOf[0]
		alternatives = append(alternatives, &openapi3.SchemaRef{Value: &openapi3.Schema{Required: branch.Required}})
	}
	return common, alternatives
}

// whole is a schema that is factored, in one piece: the common schema with the alternatives. It is nil where the schema has another form.
func whole(schema *openapi3.Schema) *openapi3.Schema {
	common, alternatives := factored(schema)
	if common == nil || common.Value.Nullable {
		return nil
	}
	one := *common.Value
	if len(one.AllOf)+len(one.AnyOf)+len(one.OneOf)+len(one.Enum) > 0 || one.Not != nil {
		return nil
	}
	one.AnyOf = alternatives
	return &one
}

// bare is a schema without what judges nothing.
func bare(schema *openapi3.Schema) openapi3.Schema {
	rest := *schema
	rest.Title, rest.Description, rest.Example, rest.Default, rest.Extensions, rest.Origin = "", "", nil, nil, nil, nil
	return rest
}
