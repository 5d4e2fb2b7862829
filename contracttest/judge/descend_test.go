package judge

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// everyKeyword is a document whose schema has the keywords that a visit level by level could get wrong.
const everyKeyword = `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{"/things":{"post":{
"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}}},
"responses":{"204":{"description":"done"}}}}},"components":{"schemas":{"Thing":{"type":"object","required":["a","id"],"maxProperties":6,
"additionalProperties":false,"anyOf":[{"required":["b"]},{"required":["c"]}],"properties":{
"id":{"type":"string","readOnly":true},
"a":{"type":"string","maxLength":3,"pattern":"^x"},
"b":{"type":"array","minItems":1,"maxItems":3,"items":{"type":"array","nullable":true,"items":{"type":"integer","maximum":5}}},
"c":{"type":"object","nullable":true,"additionalProperties":{"type":"array","uniqueItems":true,"items":{"type":"string","enum":["x","y"]}}},
"d":{"oneOf":[{"type":"string"},{"type":"object","required":["x"],"properties":{"x":{"type":"boolean"}}}]},
"e":{"type":"object","allOf":[{"required":["y"]},{"properties":{"y":{"type":"number"}}}],"properties":{"x":{"type":"number"}}},
"f":{"not":{"type":"object","required":["x"]}},
"g":{"type":"array","minItems":1,"items":{"$ref":"#/components/schemas/Thing"}}}}}}}`

// TestVisitsLevelByLevelFindWhatKinOpenAPIFinds compares the violations, and their order, with those of kin-openapi where it visits a whole value at
// once; and with those in a value that was read no further than the schema looks.
func TestVisitsLevelByLevelFindWhatKinOpenAPIFinds(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(everyKeyword))
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))
	leveled, whole := newSchemas(doc), newSchemas(doc)
	whole.levels = nil
	schema := doc.Components.Schemas["Thing"].Value
	found := 0
	for i := range 4_000 {
		random := rand.New(rand.NewPCG(3, uint64(i)))
		body := []byte(anyValue(random, 4))
		value, unreadable, _ := read(body, everything)
		require.Empty(t, unreadable)
		want := whole.visit(schema, value, RequestSchema, RequestFormat)
		require.Equal(t, want, leveled.visit(schema, value, RequestSchema, RequestFormat), "%s", body)
		seen, _, readable := read(body, leveled.viewOf(schema))
		require.True(t, readable)
		require.Equal(t, want, leveled.visit(schema, seen, RequestSchema, RequestFormat), "%s", body)
		found += len(want)
	}
	assert.Greater(t, found, 8_000, "too few violations to say anything")
}

// anyValue is JSON in which the names of everyKeyword come often.
func anyValue(random *rand.Rand, depth int) string {
	kind := random.IntN(9)
	if depth == 4 {
		kind = 0
	}
	var parts []string
	switch {
	case depth > 0 && kind < 4:
		for name := range strings.SplitSeq("abcdefgxyzi", "") {
			if random.IntN(3) == 0 {
				parts = append(parts, fmt.Sprintf("%q:%s", strings.Replace(name, "i", "id", 1), anyValue(random, depth-1)))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	case depth > 0 && kind < 6:
		for range random.IntN(5) {
			parts = append(parts, anyValue(random, depth-1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return []string{"null", "true", "1", "7", "2.5", `"x"`, `"xyzw"`, `"y"`, "[]", "{}"}[random.IntN(10)]
}

func TestTheJudgeStopsCountingWhereNobodyReadsOn(t *testing.T) {
	t.Parallel()
	s := Contract().schemas()
	input := Contract().Operation(gen.OperationCreateCustomer).body.Content["application/json"].Schema.Value
	for name, item := range map[string]string{"tags": "1", "addresses": "{}"} {
		value, _ := ReadJSON([]byte(`{"email":"a@b.co","` + name + `":[` + strings.Repeat(item+",", 5_000) + item + `]}`))
		assert.Len(t, s.visit(input, value, RequestSchema, RequestFormat), mostViolations)
	}
	_, violations := ReadJSON([]byte(`{` + strings.Repeat(`"a":1,`, 5_000) + `"a":1}`))
	assert.Len(t, violations, mostViolations)
	assert.True(t, strings.HasSuffix(violations.String(), "; … and at least 980 more"), violations.String())
	assert.True(t, strings.HasSuffix(violations[:999].String(), "; … and 979 more"))

	members := map[string]any{}
	for i := range 5_000 {
		members[fmt.Sprint(i)] = nil
	}
	assert.Len(t, s.undocumented(input, members), mostViolations)
}

// Where nothing is looked at nothing is kept; names alone are, as many as can be listed.
func TestAReaderKeepsWhatTheSchemaLooksAt(t *testing.T) {
	t.Parallel()
	look := Contract().schemas().viewOf(Contract().Operation(gen.OperationCreateCustomer).body.Content["application/json"].Schema.Value)
	for body, want := range map[string]any{
		`{"email":"a","x":{"email":"b"}}`:      map[string]any{"email": "a", "x": map[string]any{}},
		`{"email":[{"a":[1]}],"tags":[[{}]]}`:  map[string]any{"email": []any{}, "tags": []any{[]any{}}},
		`{"addresses":[{"zip":{"zip":1}}, 1]}`: map[string]any{"addresses": []any{map[string]any{"zip": map[string]any{}}, 1.0}},
		`[{"email":1}]`:                        []any{},
	} {
		value, violations, readable := read([]byte(body), look)
		assert.True(t, readable && violations == nil, body)
		assert.Equal(t, want, value, body)
	}
	_, violations, _ := read([]byte(`{"x":{"y":[0,{"z":1,"z":1e999}]}}`), look)
	assert.Equal(t, `x.y[1].z: must be named once in its object; x.y[1].z: must be a number that a 64-bit float can hold, got 1e999`,
		violations.String(), "what is wrong with the text is found everywhere")
}

func TestPointersAreBounded(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("n", 2_000)
	_, violations := ReadJSON([]byte(`{"a":[{"` + name + `":{"b":1,"b":1}}]}`))
	assert.Equal(t, "/a/0", violations[0].Pointer, "the last place that fits")
	_, violations = ReadJSON([]byte(strings.Repeat(`[`, 9_000) + `1e400` + strings.Repeat(`]`, 9_000)))
	assert.Len(t, violations[0].Pointer, longestPointer)
}
