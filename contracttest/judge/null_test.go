package judge_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// operationOf is an operation whose request has one property, p, of the schema given.
func operationOf(t testing.TB, schema, components string) *judge.Operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/x":{"post":{
		"operationId":"x","requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","properties":{"p":` + schema + `}}}}},
		"responses":{"200":{"description":"ok"}}}}},"components":{"schemas":{` + components + `}}}`))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	return j.Operations()[0]
}

// OpenAPI 3.0.3 has no type null: nullable adds it to the type beside it, and a schema without a type never left it out.
func TestNullIsAllowedWhereNoTypeForbidsIt(t *testing.T) {
	t.Parallel()
	const refused = "p: must be a string, got null"
	for _, tc := range []struct{ schema, value, want string }{
		{`{}`, `null`, ``},
		{`{"description":"anything"}`, `null`, ``},
		{`{"minLength":3,"required":["a"],"maxItems":1}`, `null`, ``},
		{`{"properties":{"a":{"type":"string"}}}`, `null`, ``},
		{`{"items":{}}`, `[null]`, ``},
		{`{"additionalProperties":{}}`, `{"a":null}`, ``},
		{`{"$ref":"#/components/schemas/Any"}`, `null`, ``},
		{`{"nullable":false}`, `null`, ``},
		{`{"type":"string"}`, `null`, refused},
		{`{"type":"string","nullable":true}`, `null`, ``},
		{`{"$ref":"#/components/schemas/Text"}`, `null`, refused},

		{`{"enum":["a",null]}`, `null`, ``},
		{`{"enum":["a"]}`, `null`, `p: must be one of "a", got null`},
		{`{"type":"string","enum":["a"]}`, `null`, refused},
		{`{"not":{"type":"string"}}`, `null`, ``},
		{`{"not":{"type":"string"}}`, `"a"`, `p: must not match what the schema rules out, got "a"`},
		{`{"not":{}}`, `null`, `p: must not match what the schema rules out, got null`},
		{`{"type":"string","not":{"enum":["a"]}}`, `null`, refused},
		{`{"allOf":[{}]}`, `null`, ``},
		{`{"allOf":[{"$ref":"#/components/schemas/Text"},{}]}`, `null`, refused},
		{`{"type":"string","allOf":[{}]}`, `null`, refused},
		{`{"anyOf":[{"type":"string"},{}]}`, `null`, ``},
		{`{"anyOf":[{"type":"string"},{"type":"integer"}]}`, `null`, `p: must match at least one of the alternatives, got null`},
		{`{"type":"object","anyOf":[{"required":["a"]},{"required":["b"]}]}`, `null`, `p: must be an object, got null`},
		{`{"type":"object","nullable":true,"anyOf":[{"required":["a"]},{"required":["b"]}]}`, `null`, ``},
		{`{"oneOf":[{"type":"string"},{"type":"integer","nullable":true}]}`, `null`, ``},
		{`{"oneOf":[{},{"minLength":1}]}`, `null`, `p: must match exactly one of the alternatives, got null`},
		{`{"type":"string","oneOf":[{},{"type":"integer"}]}`, `null`, refused},

		{`{}`, `1e400`, `p: must be a number that a 64-bit float can hold, got 1e400`},
		{`{"type":"string"}`, `1e400`, `p: must be a string, got the number 1e400`},
	} {
		op := operationOf(t, tc.schema, `"Any":{"title":"any"},"Text":{"type":"string"}`)
		header, body := http.Header{"Content-Type": {"application/json"}}, []byte(`{"p":`+tc.value+`}`)
		_, violations := op.Request(header, body)
		assert.Equal(t, tc.want, violations.String(), "%s: %s", tc.schema, tc.value)
		assert.Equal(t, violations, op.RequestViolations(header, body), "the quick judge and the thorough one must agree: %s: %s", tc.schema, tc.value)
	}
}

// takesLong tells of what kin-openapi takes seconds for, or years. It judges twice what an anyOf accepts, and each alternative of a oneOf, so that one
// within the other doubles the time; in a schema that refers to itself, each level of the body does so too. And it writes the schema into each error of
// these, of not and of allOf, as which the judge spells an enum, one into the other, for as many values as the body has.
func takesLong(schema jsontext.Value, body string) bool {
	times := func(keyword string) int { return bytes.Count(schema, []byte(`"`+keyword+`"`)) }
	schemas, references, alternatives := bytes.Count(schema, []byte("{")), times("$ref"), times("anyOf")+times("oneOf")
	doublings, errors := alternatives+references, (alternatives+times("allOf")+times("not")+times("enum"))*schemas*schemas
	if references > 0 {
		deepest := 0
		for d := jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowDuplicateNames(true)); ; {
			if _, err := d.ReadToken(); err != nil {
				break
			}
			deepest = max(deepest, d.StackDepth())
		}
		doublings *= deepest + 1
	}
	return schemas > 60 || doublings > 0 && len(body) > 1<<14>>doublings || len(body)*errors > 1<<18
}

// FuzzSchema reads a document and a body that it is to judge: neither makes the judge panic, and both judges agree.
func FuzzSchema(f *testing.F) {
	for _, schema := range []string{
		`{}`, `{"type":"string","nullable":true,"enum":["a"]}`, `{"anyOf":[{"required":["a"]},{"not":{}}],"properties":{"a":{"readOnly":true}}}`,
		`{"allOf":[{"$ref":"#/components/schemas/S"}],"items":{"$ref":"#/components/schemas/S"}}`, `{"type":"string","pattern":"(?=a)"}`,
		`{"oneOf":[{"type":"integer","multipleOf":2}],"discriminator":{"propertyName":"a"}}`,
	} {
		for _, body := range []string{`null`, `{"a":null}`, `"a"`, `[1e400,[]]`, `{"a":"a","a":2}`} {
			f.Add(schema, body)
		}
	}
	var names strings.Builder
	for i := range 1_001 {
		fmt.Fprintf(&names, `"n%d":1,`, i)
	}
	f.Add(`{"additionalProperties":false}`, `{`+names.String()+`"a":1}`)
	f.Add(`{"properties":{"a":{"properties":{"b":{}}},"c":{"additionalProperties":false}}}`, `{"a":{`+names.String()+`"z":1},"c":{"d":1}}`)
	f.Add(`{"type":"object","properties":{"\\n":{"type":"string"}},"required":["\\n"]}`, `{"\n":"a"}`)
	f.Add(`{"type":"object","properties":{"\\u0061":{"type":"string"},"a":{"type":"boolean"}}}`, `{"\u0061":"a"}`)
	f.Add(strings.Repeat(`{"anyOf":[`, 25)+`{"type":"integer"}`+strings.Repeat(`]}`, 25), `1`)
	f.Add(`{"anyOf":[{"items":{"$ref":"#/components/schemas/S"}}]}`, strings.Repeat("[", 25)+strings.Repeat("]", 25))
	f.Add(`{"type":"array","allOf":[{}],"items":{"$ref":"#/components/schemas/S"}}`, strings.Repeat("[", 250)+"1"+strings.Repeat("]", 250))
	f.Add(`{"items":`+strings.Repeat(`{"not":`, 55)+`{"type":"integer"}`+strings.Repeat(`}`, 56), `[`+strings.Repeat(`"1",`, 1_000)+`1]`)
	f.Fuzz(func(t *testing.T, schema, body string) {
		plain := jsontext.Value(schema) // one spelling of each name
		if plain.Format(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
			return
		}
		if bytes.Contains(plain, []byte(`"x-`)) || takesLong(plain, body) {
			return
		}
		doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/x":{"post":{
			"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/S"}}}},
			"responses":{"200":{"description":"ok"}}}}},"components":{"schemas":{"S":` + schema + `}}}`))
		if err != nil {
			return
		}
		j, err := judge.New(doc)
		if err != nil {
			return
		}
		op, header := j.Operations()[0], http.Header{"Content-Type": {"application/json"}}
		_, violations := op.Request(header, []byte(body))
		assert.Equal(t, violations.String(), op.RequestViolations(header, []byte(body)).String())
	})
}
