package judge_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestWhatIsWrongOutsideTheBodyHasALine asks that openapi.yaml can be opened at what an answer's head breaks.
func TestWhatIsWrongOutsideTheBodyHasALine(t *testing.T) {
	t.Parallel()
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	require.NotNil(t, op)
	for rule, header := range map[string]http.Header{
		"/paths/~1customers/post/responses/201/content": {"Content-Type": {"text/html"}},
		"/components/headers/RateLimit-Reset/required":  {},
		"/components/headers/RateLimit-Limit":           {"Ratelimit-Limit": {"1", "2"}},
	} {
		rules := map[string]bool{}
		for _, v := range op.Response(http.StatusCreated, header, []byte(createdBody)) {
			rules[v.Rule] = true
		}
		assert.True(t, rules[rule], "%s is not among %v", rule, rules)
		assert.Positive(t, spec.Line(rule), rule)
	}
	undocumented := op.Response(http.StatusTeapot, nil, nil)
	require.Len(t, undocumented, 1)
	assert.Equal(t, "/paths/~1customers/post/responses", undocumented[0].Rule)
	assert.NotEqual(t, spec.Line("/paths/~1customers/post"), spec.Line(undocumented[0].Rule))
}

// TestRulesPointAtTheSchemaThatHoldsTheKeyword asks for each keyword, and each way in which a schema can be inside another, that what is wrong is looked
// up at one place, however many references lead there.
func TestRulesPointAtTheSchemaThatHoldsTheKeyword(t *testing.T) {
	t.Parallel()
	j := judgeOf(t, `"/x":{"post":{"operationId":"x",
		"requestBody":{"$ref":"#/components/requestBodies/Body"},
		"responses":{"200":{"$ref":"#/components/responses/Good"},"204":{"description":"nothing"}}}},
		"/y":{"post":{"operationId":"y",
		"requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object","properties":{"inline":{"type":"string"},"code":{"$ref":"#/components/schemas/Code"}}}}}},
		"responses":{"4XX":{"description":"wrong","headers":{"A/B":{"required":true,"schema":{"type":"string","enum":["a"]}}}}}},
		"get":{"operationId":"z","responses":{"200":{"description":"ok"}}}}`,
		`"headers":{"Reset":{"required":true,"schema":{"type":"integer","minimum":0}},"List":{"schema":{"type":"array","items":{"$ref":"#/components/schemas/Code"}}}},
		"requestBodies":{"Body":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Whole"}}}}},
		"responses":{"Good":{"description":"good","headers":{"Reset":{"$ref":"#/components/headers/Reset"},"List":{"$ref":"#/components/headers/List"}},
			"content":{"application/json":{"schema":{"type":"object","required":["code"],"properties":{"code":{"$ref":"#/components/schemas/Code"}}}}}}},
		"schemas":{
			"Aaa":{"type":"object","properties":{"code":{"$ref":"#/components/schemas/Code"},"whole":{"$ref":"#/components/schemas/Whole"}}},
			"Code":{"type":"string","enum":["a","b"]},
			"Named":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":1}}},
			"Whole":{"type":"object","minProperties":1,"maxProperties":3,"additionalProperties":false,"properties":{
				"text":{"type":"string","minLength":2,"pattern":"^a"},
				"mail":{"type":"string","format":"email"},
				"number":{"type":"number","minimum":1,"maximum":9,"multipleOf":2},
				"above":{"type":"number","minimum":1,"exclusiveMinimum":true},
				"code":{"$ref":"#/components/schemas/Code"},
				"codes":{"type":"array","minItems":1,"maxItems":2,"uniqueItems":true,"items":{"$ref":"#/components/schemas/Code"}},
				"tags":{"type":"array","items":{"type":"string"}},
				"map":{"type":"object","additionalProperties":{"type":"integer"}},
				"all":{"allOf":[{"$ref":"#/components/schemas/Named"},{"type":"object","properties":{"b":{"type":"boolean"}}}]},
				"any":{"type":"object","anyOf":[{"required":["a"]},{"required":["b"]}]},
				"one":{"oneOf":[{"type":"string"},{"type":"boolean"}]},
				"not":{"not":{"type":"string"}},
				"fixed":{"allOf":[{"$ref":"#/components/schemas/Code"}],"enum":["a"],"anyOf":[{"maxLength":2}]},
				"kind":{"oneOf":[{"$ref":"#/components/schemas/Named"}],"discriminator":{"propertyName":"name","mapping":{"a":"#/components/schemas/Named"}}},
				"a/b~c":{"type":"string"},
				"self":{"$ref":"#/components/schemas/Whole"}}}}`)
	const whole = "/components/schemas/Whole"
	const property = whole + "/properties/"
	header := http.Header{"Content-Type": {"application/json"}}
	for body, want := range map[string][]string{
		`[]`:                             {whole + "/type"},
		`null`:                           {whole + "/nullable"},
		`{}`:                             {whole + "/minProperties"},
		`{"x":1}`:                        {whole + "/additionalProperties"},
		`{"text":"b"}`:                   {property + "text/minLength", property + "text/pattern"},
		`{"mail":"plain"}`:               {property + "mail/format"},
		`{"number":-1}`:                  {property + "number/minimum", property + "number/multipleOf"},
		`{"number":11}`:                  {property + "number/maximum", property + "number/multipleOf"},
		`{"above":1}`:                    {property + "above/exclusiveMinimum"},
		`{"code":"c"}`:                   {"/components/schemas/Code/enum"},
		`{"code":1}`:                     {"/components/schemas/Code/type"},
		`{"codes":["c"]}`:                {"/components/schemas/Code/enum"},
		`{"codes":[]}`:                   {property + "codes/minItems"},
		`{"codes":["a","a"]}`:            {property + "codes/uniqueItems"},
		`{"codes":["a","b","a"]}`:        {property + "codes/maxItems", property + "codes/uniqueItems"},
		`{"tags":[1]}`:                   {property + "tags/items/type"},
		`{"map":{"a":"b"}}`:              {property + "map/additionalProperties/type"},
		`{"all":{"b":1}}`:                {"/components/schemas/Named/required", property + "all/allOf/1/properties/b/type"},
		`{"all":{"name":"ab"}}`:          {"/components/schemas/Named/properties/name/maxLength"},
		`{"any":{}}`:                     {property + "any/anyOf"},
		`{"any":1}`:                      {property + "any/type"},
		`{"one":1}`:                      {property + "one/oneOf"},
		`{"not":"a"}`:                    {property + "not/not"},
		`{"fixed":"b"}`:                  {property + "fixed/enum"},
		`{"fixed":"ccc"}`:                {property + "fixed/anyOf", "/components/schemas/Code/enum", property + "fixed/enum"},
		`{"kind":{"name":"b"}}`:          {property + "kind/discriminator"},
		`{"a/b~c":1}`:                    {property + "a~1b~0c/type"},
		`{"self":{"self":{"code":"c"}}}`: {"/components/schemas/Code/enum"},
		``:                               {"/components/requestBodies/Body/required"},
		`{`:                              {""},
	} {
		_, violations := j.Operations()[0].Request(header, []byte(body))
		assert.Equal(t, want, rules(violations), body)
	}

	_, violations := j.Operations()[0].Request(http.Header{"Content-Type": {"text/plain"}}, []byte(`{}`))
	assert.Equal(t, []string{"/components/requestBodies/Body/content"}, rules(violations))
	_, violations = j.Operations()[2].Request(header, []byte(`{"inline":1,"code":2}`))
	assert.Equal(t, []string{"/components/schemas/Code/type", "/paths/~1y/post/requestBody/content/application~1json/schema/properties/inline/type"}, rules(violations))
	_, violations = j.Operations()[2].Request(nil, []byte(`{}`))
	assert.Equal(t, []string{"/paths/~1y/post/requestBody/content"}, rules(violations))
	_, violations = j.Operations()[1].Request(nil, []byte(`{}`))
	assert.Equal(t, []string{"/paths/~1y/get"}, rules(violations))

	for _, tc := range []struct {
		operation, status int
		header            http.Header
		body              string
		want              []string
	}{
		{0, 200, http.Header{}, `{}`, []string{"/components/headers/Reset/required", "/components/responses/Good/content"}},
		{0, 200, http.Header{"Reset": {"-1"}}, `{}`, []string{"/components/headers/Reset/schema/minimum", "/components/responses/Good/content/application~1json/schema/required"}},
		{0, 200, http.Header{"Reset": {"soon"}, "List": {"a,c"}}, `{"code":"a"}`, []string{"/components/schemas/Code/enum", "/components/headers/Reset/schema/type"}},
		{0, 200, http.Header{"Reset": {"1", "2"}}, `{"code":1}`, []string{"/components/headers/Reset", "/components/schemas/Code/type"}},
		{0, 204, nil, `{}`, []string{"/paths/~1x/post/responses/204"}},
		{0, 500, nil, ``, []string{"/paths/~1x/post/responses"}},
		{2, 418, http.Header{}, ``, []string{"/paths/~1y/post/responses/4XX/headers/A~1B/required"}},
		{2, 418, http.Header{"A/B": {"x"}}, ``, []string{"/paths/~1y/post/responses/4XX/headers/A~1B/schema/enum"}},
	} {
		if len(tc.header) > 0 {
			tc.header.Set("Content-Type", "application/json")
		}
		got := j.Operations()[tc.operation].Response(tc.status, tc.header, []byte(tc.body))
		assert.Equal(t, tc.want, rules(got), "%d %v %s", tc.status, tc.header, tc.body)
	}
}

func TestRulesOfTheContractAreWhereXRulesStand(t *testing.T) {
	t.Parallel()
	header := http.Header{"Content-Type": {"application/json"}, "Ratelimit-Limit": {"-1"}, "Ratelimit-Remaining": {"1"}}
	assert.Equal(t, []string{"/components/headers/RateLimit-Limit/schema/minimum", "/components/headers/RateLimit-Reset/required", "/components/schemas/ErrorCode/enum"},
		rules(operation(t).Response(http.StatusBadRequest, header, []byte(`{"error":{"code":"OOPS","message":"no"}}`))))
	assert.Equal(t, []string{"/components/responses/BadRequest/content"},
		rules(operation(t).Response(http.StatusBadRequest, http.Header{"Ratelimit-Limit": {"1"}, "Ratelimit-Remaining": {"1"}, "Ratelimit-Reset": {"1"}}, []byte(`{}`))))
	_, violations := operation(t).Request(http.Header{}, nil)
	assert.Equal(t, []string{"/paths/~1customers/post/requestBody/content", "/paths/~1customers/post/requestBody/required"}, rules(violations))
	for _, v := range violations {
		assert.Positive(t, spec.Line(v.Rule))
	}
}

func rules(violations judge.Violations) (rules []string) {
	for _, v := range violations {
		rules = append(rules, v.Rule)
	}
	return rules
}
