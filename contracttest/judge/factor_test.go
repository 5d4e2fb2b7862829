package judge

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// eitherOf is the form in which openapi.yaml says "email or phoneNumber".
func eitherOf(all *openapi3.Schema, names ...string) *openapi3.Schema {
	schema := openapi3.NewSchema()
	for _, name := range names {
		branch := &openapi3.Schema{Required: []string{name}, AllOf: openapi3.SchemaRefs{{Value: all}}}
		schema.AnyOf = append(schema.AnyOf, &openapi3.SchemaRef{Value: branch})
	}
	return schema
}

func contact() *openapi3.Schema {
	return openapi3.NewObjectSchema().WithProperty("email", openapi3.NewStringSchema()).
		WithProperty("phone", openapi3.NewStringSchema()).WithProperty("tags", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()))
}

func TestWholeAcceptsTheSameValues(t *testing.T) {
	t.Parallel()
	closed := contact()
	closed.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
	for name, schema := range map[string]*openapi3.Schema{
		"either":       eitherOf(contact(), "email", "phone"),
		"one required": eitherOf(contact().WithRequired([]string{"tags"}), "email", "phone"),
		"closed":       eitherOf(closed, "email", "phone"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := whole(schema)
			require.NotNil(t, one)
			for _, value := range []any{
				nil, true, 5.0, "text", []any{}, map[string]any{},
				map[string]any{"email": "a"},
				map[string]any{"phone": "a", "tags": []any{"b"}},
				map[string]any{"email": "a", "phone": "b", "more": 1.0},
				map[string]any{"email": 5.0, "phone": "b"},
				map[string]any{"tags": []any{}},
				map[string]any{"email": "a", "tags": []any{5.0}},
				map[string]any{"email": nil},
			} {
				assert.Equal(t, schema.VisitJSON(value) == nil, one.VisitJSON(value) == nil, "%v", value)
			}
		})
	}
}

func TestWholeLeavesOtherFormsAlone(t *testing.T) {
	t.Parallel()
	change := func(do func(*openapi3.Schema)) *openapi3.Schema {
		schema := eitherOf(contact(), "email", "phone")
		do(schema)
		return schema
	}
	for name, schema := range map[string]*openapi3.Schema{
		"no anyOf":             contact(),
		"properties beside it": change(func(s *openapi3.Schema) { s.WithProperty("more", openapi3.NewStringSchema()) }),
		"may be null":          change(func(s *openapi3.Schema) { s.Nullable = true }),
		"a type of its own":    change(func(s *openapi3.Schema) { s.Type = &openapi3.Types{openapi3.TypeObject} }),
		"two schemas":          change(func(s *openapi3.Schema) { s.AnyOf[1].Value.AllOf[0] = &openapi3.SchemaRef{Value: contact()} }),
		"a branch with more":   change(func(s *openapi3.Schema) { s.AnyOf[0].Value.MinProps = 2 }),
		"a branch of two": change(func(s *openapi3.Schema) {
			s.AnyOf[0].Value.AllOf = append(s.AnyOf[0].Value.AllOf, &openapi3.SchemaRef{Value: contact()})
		}),
		"a branch without": change(func(s *openapi3.Schema) { s.AnyOf[0].Value.AllOf = nil }),
		"null inside":      eitherOf(openapi3.NewObjectSchema().WithNullable(), "email", "phone"),
		"anyOf inside":     eitherOf(&openapi3.Schema{AnyOf: openapi3.SchemaRefs{{Value: contact()}}}, "email", "phone"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Nil(t, whole(schema))
		})
	}
}

// The rule is reported once, in the words of the 400, at its place in the contract; so is it below a property, and in a schema of which
// kin-openapi says no more than that no branch matches.
func TestFactoredRulesAreReportedOnce(t *testing.T) {
	t.Parallel()
	all := contact()
	doc := &openapi3.T{
		Components: &openapi3.Components{Schemas: openapi3.Schemas{"All": {Value: all}, "Either": {Value: eitherOf(all, "email", "phone")}}},
	}
	outer := openapi3.NewObjectSchema().WithProperty("in", doc.Components.Schemas["Either"].Value)
	doc.Components.Schemas["Outer"] = &openapi3.SchemaRef{Value: outer}
	s := newSchemas(doc)
	for _, tc := range []struct {
		name  string
		value any
		want  string
		rules []string
	}{
		{"neither", map[string]any{}, "in: email or phone: is required", []string{"/components/schemas/Either/anyOf"}},
		{"a wrong type", map[string]any{"email": 5.0}, "in.email: must be a string, got the number 5", []string{"/components/schemas/All/properties/email/type"}},
		{"both", map[string]any{"tags": 5.0}, "in: email or phone: is required; in.tags: must be an array, got the number 5",
			[]string{"/components/schemas/Either/anyOf", "/components/schemas/All/properties/tags/type"}},
		{"no object", 5.0, "in: must be an object, got the number 5", []string{"/components/schemas/All/type"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			violations := s.visit(outer, map[string]any{"in": tc.value}, RequestSchema, RequestFormat)
			assert.Equal(t, tc.want, violations.String())
			var rules []string
			for _, v := range violations {
				rules = append(rules, v.Rule)
			}
			assert.Equal(t, tc.rules, rules)
		})
	}
	notices := s.undocumented(outer, map[string]any{"in": map[string]any{"emial": "a"}})
	require.Len(t, notices, 1)
	assert.Equal(t, "/in/emial", notices[0].Pointer)
}

// What tools are told is what the mock's 400 says, and where.
func TestTheContractsRuleIsFactored(t *testing.T) {
	t.Parallel()
	op := Contract().Operation(gen.OperationCreateCustomer)
	_, violations := op.Request(http.Header{"Content-Type": {"application/json"}}, []byte(`{"tags":5}`))
	require.Len(t, violations, 2)
	assert.Equal(t, "email or phoneNumber: is required", violations[0].String())
	assert.Equal(t, "/components/schemas/NewCustomer/anyOf", violations[0].Rule)
	assert.Equal(t, "/components/schemas/CustomerInput/properties/tags/type", violations[1].Rule)
}
