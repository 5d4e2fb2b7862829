package judge

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The quick yes is worth nothing if the contract grows a keyword that it does not understand: then every request would go the long way.
func TestTheContractIsUnderstoodAtOnce(t *testing.T) {
	t.Parallel()
	for _, op := range Contract().Operations() {
		for media, s := range op.shapes {
			assert.NotNil(t, s, "the request of %s as %s", op.ID, media)
		}
		for status, r := range op.responses {
			for media, s := range r.shapes {
				assert.NotNil(t, s, "the response %d of %s as %s", status, op.ID, media)
			}
			for _, h := range r.headers {
				assert.NotNil(t, h.shape, "the header %s of %d of %s", h.name, status, op.ID)
			}
		}
	}
}

func TestShapeIsSureOnlyOfWhatItKnows(t *testing.T) {
	t.Parallel()
	op := Contract().Operation(gen.OperationCreateCustomer)
	for _, tc := range []struct {
		name, body string
		want       bool
	}{
		{"an email", `{"email":"a@example.com"}`, true},
		{"a phone", `{"phoneNumber":""}`, true},
		{"white space around", " {\"email\" : \"a@example.com\" }\r\n\t", true},
		{"escapes in a free string", `{"phoneNumber":"\u00e9\n"}`, true},
		{"every kind of value", `{"email":"a@example.com","tags":["a"],"addresses":[{"address1":"","mainAddress":true},{"address1":"","mainAddress":false}]}`, true},
		{"no contact", `{}`, false},
		{"null", `{"email":null}`, false},
		{"escapes in an email", `{"email":"\u0061@example.com"}`, false},
		{"an escaped name", `{"\u0065mail":"a@example.com"}`, false},
		{"an unknown property", `{"email":"a@example.com","x":1}`, false},
		{"a name twice", `{"email":"a@example.com","email":"a@example.com"}`, false},
		{"a name twice, once escaped", `{"email":"a@example.com","\u0065mail":"a@example.com"}`, false},
		{"no address1", `{"email":"a@example.com","addresses":[{}]}`, false},
		{"a second value", `{"email":"a@example.com"} {}`, false},
		{"garbage after", `{"email":"a@example.com"}x`, false},
		{"truncated", `{"email":"a@example.com"`, false},
		{"not UTF-8", "{\"phoneNumber\":\"\xff\"}", false},
		{"half a surrogate pair", `{"phoneNumber":"\ud800"}`, false},
		{"nothing", ``, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, op.shapes["application/json"].accepts([]byte(tc.body)))
		})
	}
}

func TestShapeLeavesUnknownKeywordsToKinOpenAPI(t *testing.T) {
	t.Parallel()
	text := openapi3.NewStringSchema
	recursive := openapi3.NewObjectSchema()
	recursive.WithPropertyRef("child", &openapi3.SchemaRef{Value: recursive})
	for name, schema := range map[string]*openapi3.Schema{
		"no type":              {},
		"no items":             openapi3.NewArraySchema(),
		"additionalProperties": openapi3.NewObjectSchema().WithAdditionalProperties(text()),
		"required, unnamed":    openapi3.NewObjectSchema().WithRequired([]string{"a"}),
		"oneOf":                {OneOf: openapi3.SchemaRefs{{Value: text()}}},
		"anyOf of schemas":     {Type: &openapi3.Types{"object"}, AnyOf: openapi3.SchemaRefs{{Value: text()}}},
		"readOnly":             {Type: &openapi3.Types{"string"}, ReadOnly: true},
		"items of objects":     openapi3.NewArraySchema().WithItems(openapi3.NewObjectSchema()).WithMaxItems(1),
		"a schema in itself":   recursive,
		"an escape for a name": openapi3.NewObjectSchema().WithProperty(`\u0061`, text()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Nil(t, shaper{}.shape(schema))
		})
	}
}

// Of the value of a leaf the verdict is kin-openapi's; the rest of the body is read quickly all the same.
func TestLeavesAreJudgedByKinOpenAPI(t *testing.T) {
	t.Parallel()
	text, list := openapi3.NewStringSchema, openapi3.NewArraySchema
	nullable := text().WithMinLength(2)
	nullable.Nullable = true
	for name, tc := range map[string]struct {
		schema *openapi3.Schema
		good   []string
		bad    []string // and what a shape is not sure of
	}{
		"pattern":            {text().WithPattern("^a"), []string{`"a"`, `"\u0061"`}, []string{`"b"`, `""`, `null`, `1`, `{}`}},
		"minLength":          {text().WithMinLength(2), []string{`"ab"`, `"éé"`}, []string{`"a"`, `["ab"]`}},
		"nullable":           {nullable, []string{`null`, `"ab"`}, []string{`"a"`}},
		"an unknown format":  {text().WithFormat("phone"), []string{`"any"`}, []string{`1`}},
		"a number":           {openapi3.NewFloat64Schema().WithMax(2), []string{`1.5`, `-1e3`, `2`}, []string{`2.5`, `1e400`, `"1"`, `01`}},
		"an integer":         {openapi3.NewInt64Schema().WithMax(2), []string{`1`, `1.0`}, []string{`1.5`, `3`, `true`}},
		"a boolean":          {&openapi3.Schema{Type: &openapi3.Types{"boolean"}, Enum: []any{true}}, []string{`true`}, []string{`false`, `"true"`}},
		"an enum of numbers": {&openapi3.Schema{Type: &openapi3.Types{"string"}, Enum: []any{1.0}}, nil, []string{`"1"`, `1`}},
		"maxItems":           {list().WithItems(text()).WithMaxItems(1), []string{`[]`, `["a"]`}, []string{`["a","b"]`, `[1]`, `{}`, `["a"`}},
		"uniqueItems":        {list().WithItems(text()).WithUniqueItems(true), []string{`["a","b"]`}, []string{`["a","a"]`, `[{}]`, `["\ud800"]`}},
		"items unknown":      {list().WithItems(text().WithPattern("^a")), []string{`["a"]`}, []string{`["b"]`, `[null]`, `[["a"]]`}},
		"a long one":         {text().WithMinLength(1), nil, []string{`"` + strings.Repeat("a", mostLeaf) + `"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shaper{}.shape(openapi3.NewObjectSchema().WithProperty("a", openapi3.NewBoolSchema()).WithProperty("b", tc.schema))
			require.NotNil(t, s)
			for want, values := range map[bool][]string{true: tc.good, false: tc.bad} {
				for _, value := range values {
					assert.Equal(t, want, s.accepts([]byte(`{"a":true,"b":`+value+`}`)), value)
				}
			}
			assert.False(t, s.accepts([]byte(`{"a":1,"b":`+strings.Join(tc.good, "")+`}`)))
		})
	}
}

func TestShapeReadsHeaders(t *testing.T) {
	t.Parallel()
	s := shaper{}.shape(openapi3.NewIntegerSchema().WithMin(0))
	require.NotNil(t, s)
	for text, want := range map[string]bool{
		"0": true, "100": true, "1000000000": true,
		"": false, "-1": false, "+1": false, "1.0": false, "1e2": false, " 1": false, "0x1": false, "12345678901234567890": false, "ten": false,
	} {
		assert.Equal(t, want, s.acceptsText(text), "%q", text)
	}
}
