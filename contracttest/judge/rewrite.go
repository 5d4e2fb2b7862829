package judge

import (
	"context"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// kin-openapi reads some schemas otherwise than OpenAPI 3.0.3 means them. The judge visits copies, which say the same in a way that
// kin-openapi reads rightly:
//
//   - A schema without a type refuses null there unless it is nullable. Nullable speaks only beside a type, so such a schema allows null: its
//     copy is nullable.
//   - A schema with alternatives (allOf, anyOf, oneOf, not) allows null there if they do, whatever its type; and the first keyword that fails
//     hides the others. Its copy is an allOf of its keywords, each in a schema of its own, so that each is judged, and reported. So is that of a
//     schema that is factored: of its alternatives, and of what they have in common.
//   - A pattern that Go's regular expressions cannot read is an error of every visit there. Its copy has none; see [Judge.NotJudged].

// copyOf copies a schema, and those inside it, once each. The pointer is its place in the document, unless it is a reference: then the place
// is what it refers to.
func (s *schemas) copyOf(ref *openapi3.SchemaRef, pointer string) *openapi3.SchemaRef {
	if ref == nil || ref.Value == nil {
		return ref
	}
	pointer = canonical(ref.Ref, pointer)
	schema := ref.Value
	c, known := s.copies[schema]
	if known {
		return &openapi3.SchemaRef{Ref: ref.Ref, Value: c}
	}
	c = new(*schema)
	s.copies[schema], s.rules[schema], s.rules[c] = c, pointer, pointer
	s.directed = s.directed || schema.ReadOnly || schema.WriteOnly
	if one := whole(schema); one != nil {
		s.wholes[schema] = one
		common, alternatives := factored(schema)
		either := &openapi3.Schema{AnyOf: s.copiesOf(alternatives, pointer+"/anyOf")}
		s.rules[either] = pointer
		*c = openapi3.Schema{AllOf: openapi3.SchemaRefs{{Value: either}, s.copyOf(common, pointer+"/anyOf/0/allOf/0")}}
		s.rules[one] = s.rules[common.Value]
		return &openapi3.SchemaRef{Ref: ref.Ref, Value: c}
	}
	c.AllOf, c.AnyOf, c.OneOf = s.copiesOf(schema.AllOf, pointer+"/allOf"), s.copiesOf(schema.AnyOf, pointer+"/anyOf"), s.copiesOf(schema.OneOf, pointer+"/oneOf")
	c.Not, c.Items = s.copyOf(schema.Not, pointer+"/not"), s.copyOf(schema.Items, pointer+"/items")
	c.AdditionalProperties.Schema = s.copyOf(schema.AdditionalProperties.Schema, pointer+"/additionalProperties")
	if schema.Properties != nil {
		c.Properties = make(openapi3.Schemas, len(schema.Properties))
	}
	for name, property := range schema.Properties {
		c.Properties[name] = s.copyOf(property, pointer+"/properties/"+EscapePointer(name))
	}
	if !readable(c.Pattern) {
		c.Pattern = ""
	}
	s.rewrite(c, pointer)
	return &openapi3.SchemaRef{Ref: ref.Ref, Value: c}
}

func (s *schemas) copiesOf(refs openapi3.SchemaRefs, pointer string) openapi3.SchemaRefs {
	copies := make(openapi3.SchemaRefs, len(refs))
	for i, ref := range refs {
		copies[i] = s.copyOf(ref, pointer+"/"+strconv.Itoa(i))
	}
	return copies
}

// rewrite makes a copy nullable where null is allowed, and an allOf of its keywords where it has alternatives or an enum. The last part is what
// the schema says beside them.
func (s *schemas) rewrite(c *openapi3.Schema, pointer string) {
	base := *c
	base.AllOf, base.AnyOf, base.OneOf, base.Not, base.Enum, base.Discriminator = nil, nil, nil, nil, nil, nil
	base.Nullable = c.Nullable || c.Type.IsEmpty()
	if len(c.AllOf)+len(c.AnyOf)+len(c.OneOf)+len(c.Enum) == 0 && c.Not == nil {
		c.Nullable = base.Nullable
		s.cut(c)
		return
	}
	var parts openapi3.SchemaRefs
	add := func(part openapi3.Schema) *openapi3.Schema {
		s.rules[&part] = pointer
		parts = append(parts, &openapi3.SchemaRef{Value: &part})
		return &part
	}
	if c.Not != nil {
		// Nullable would be looked at first, and not would be passed over.
		add(openapi3.Schema{Not: c.Not, AllOf: openapi3.SchemaRefs{{Value: &openapi3.Schema{Nullable: true}}}})
	}
	if len(c.OneOf) > 0 {
		add(openapi3.Schema{OneOf: c.OneOf, Discriminator: c.Discriminator})
	}
	if len(c.AnyOf) > 0 {
		add(openapi3.Schema{AnyOf: c.AnyOf, Discriminator: c.Discriminator})
	}
	parts = append(parts, c.AllOf...)
	if len(c.Enum) > 0 {
		hasNull := slices.ContainsFunc(c.Enum, func(value any) bool { return value == nil })
		add(openapi3.Schema{Enum: c.Enum, Nullable: hasNull})
	}
	s.cut(add(base))
	*c = openapi3.Schema{AllOf: parts, Nullable: c.Nullable, ReadOnly: c.ReadOnly, WriteOnly: c.WriteOnly}
}

// readable reports whether a pattern is one that Go's regular expressions, as kin-openapi translates it for them, can read.
func readable(pattern string) bool {
	return pattern == "" || (&openapi3.Schema{Pattern: pattern}).Validate(context.Background()) == nil
}
