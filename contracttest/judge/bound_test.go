package judge_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

const keywords = `{"openapi":"3.0.3","info":{"title":"keywords","version":"1"},"paths":{"/x":{"post":{
"requestBody":{"required":true,"content":{"application/json":{"schema":{
	"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":3,"properties":{
		"least":{"type":"integer","minimum":0},
		"most":{"type":"integer","maximum":9007199254740991},
		"above":{"type":"number","minimum":0,"exclusiveMinimum":true},
		"below":{"type":"number","maximum":1.5,"exclusiveMaximum":true},
		"even":{"type":"integer","multipleOf":2},
		"wide":{"type":"integer","format":"int64"},
		"short":{"type":"string","maxLength":1},
		"long":{"type":"string","minLength":2},
		"shape":{"type":"string","pattern":"^a+$"},
		"few":{"type":"array","items":{},"maxItems":1},
		"many":{"type":"array","items":{},"minItems":2},
		"set":{"type":"array","items":{},"uniqueItems":true},
		"inner":{"type":"object","additionalProperties":false,"properties":{"a":{}}},
		"none":{"type":"object","additionalProperties":false}
}}}}},"responses":{"200":{"description":"ok"}}}}}}`

func TestEachKeywordHasItsWords(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(keywords))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"least":-1}`:      "least: must be at least 0, got the number -1",
		`{"least":-1e3}`:    "least: must be at least 0, got the number -1000",
		`{"most":1e18}`:     "most: must be at most 9007199254740991, got the number 1000000000000000000",
		`{"most":1e300}`:    "most: must be at most 9007199254740991, got the number 1e+300",
		`{"above":0}`:       "above: must be more than 0, got the number 0",
		`{"below":1.5}`:     "below: must be less than 1.5, got the number 1.5",
		`{"even":3}`:        "even: must be a multiple of 2, got the number 3",
		`{"even":2.5}`:      "even: must be an integer, got the number 2.5; even: must be a multiple of 2, got the number 2.5",
		`{"wide":1e30}`:     "wide: must have the format int64, got the number 1e+30",
		`{"short":"ab"}`:    `short: must have at most 1 character, got "ab"`,
		`{"long":"a"}`:      `long: must have at least 2 characters, got "a"`,
		`{"shape":"b"}`:     `shape: must match the pattern ^a+$, got "b"`,
		`{"few":[1,2]}`:     "few: must have at most 1 item, got 2",
		`{"many":[1]}`:      "many: must have at least 2 items, got 1",
		`{"set":[1,1]}`:     "set: must have no item twice, got an array",
		`{}`:                "body: must have at least 1 property, got 0",
		`{"inner":{"b":1}}`: "inner.b: is not allowed; allowed: a",
		`{"none":{"b":1}}`:  "none.b: is not allowed; allowed: none",
		`{"x":1,"\"y\n":2}`: `["\"y\n"]: is not allowed; allowed: above, below, even, few, inner, least, long, many, most, none, set, shape, ` +
			`short, wide; x: is not allowed; allowed: above, below, even, few, inner, least, long, many, most, none, set, shape, short, wide`,
	} {
		_, violations := j.Operations()[0].Request(http.Header{"Content-Type": {"application/json"}}, []byte(body))
		assert.Equal(t, want, violations.String(), body)
	}
	_, violations := j.Operations()[0].Request(http.Header{"Content-Type": {"application/json"}}, []byte(`{"inner":{"b":1}}`))
	require.Len(t, violations, 1)
	assert.Equal(t, "/inner/b", violations[0].Pointer)
	assert.Equal(t, "additionalProperties", violations[0].Keyword)
	assert.Equal(t, "/paths/~1x/post/requestBody/content/application~1json/schema/properties/inner/additionalProperties", violations[0].Rule)
}
