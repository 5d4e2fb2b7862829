package judge

import (
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
		"pattern":              text().WithPattern("^a"),
		"minLength":            text().WithMinLength(1),
		"an unknown format":    text().WithFormat("phone"),
		"a number":             openapi3.NewFloat64Schema(),
		"maxItems":             openapi3.NewArraySchema().WithItems(text()).WithMaxItems(1),
		"items unknown":        openapi3.NewArraySchema().WithItems(text().WithPattern("^a")),
		"no items":             openapi3.NewArraySchema(),
		"additionalProperties": openapi3.NewObjectSchema().WithAdditionalProperties(text()),
		"required, unnamed":    openapi3.NewObjectSchema().WithRequired([]string{"a"}),
		"oneOf":                {OneOf: openapi3.SchemaRefs{{Value: text()}}},
		"anyOf of schemas":     {Type: &openapi3.Types{"object"}, AnyOf: openapi3.SchemaRefs{{Value: text()}}},
		"readOnly":             {Type: &openapi3.Types{"string"}, ReadOnly: true},
		"an enum of numbers":   {Type: &openapi3.Types{"string"}, Enum: []any{1.0}},
		"a schema in itself":   recursive,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Nil(t, shaper{}.shape(schema))
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
