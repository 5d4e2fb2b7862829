package judge_test

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// judgeOf is the judge of a document with the paths and the components given.
func judgeOf(t testing.TB, paths, components string) *judge.Judge {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(
		`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{` + paths + `},"components":{` + components + `}}`))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	return j
}

func TestAStatusIsFoundByItselfItsRangeAndTheDefault(t *testing.T) {
	t.Parallel()
	op := judgeOf(t, `"/x":{"get":{"operationId":"x","responses":{
		"404":{"description":"none","headers":{"A":{"required":true,"schema":{"type":"string"}}}},
		"4XX":{"description":"wrong","headers":{"B":{"required":true,"schema":{"type":"string"}}}},
		"2XX":{"description":"good"}}}},
		"/y":{"get":{"operationId":"y","responses":{"2XX":{"description":"good"},"default":{"description":"any","headers":{"C":{"required":true,"schema":{"type":"string"}}}}}}}`, ``).Operations()
	for _, tc := range []struct {
		op     int
		status int
		want   string
	}{
		{0, 204, ""},
		{0, 404, "header A: is required"},
		{0, 400, "header B: is required"},
		{0, 499, "header B: is required"},
		{0, 500, "status: must be a status that the contract lists for x, got 500"},
		{0, 0, "status: must be a status that the contract lists for x, got 0"},
		{1, 299, ""},
		{1, 500, "header C: is required"},
	} {
		assert.Equal(t, tc.want, op[tc.op].Response(tc.status, http.Header{}, nil).String(), "%d", tc.status)
	}
}

func TestMediaTypesAreFoundByNameAndRange(t *testing.T) {
	t.Parallel()
	op := judgeOf(t, `"/x":{"post":{"operationId":"x",
		"requestBody":{"required":true,"content":{"text/plain":{"schema":{"type":"string"}},"application/merge-patch+json":{"schema":{"type":"object"}}}},
		"responses":{
			"200":{"description":"any","content":{"application/*":{"schema":{"type":"object"}},"*/*":{"schema":{"type":"string"}}}},
			"201":{"description":"a parameter","content":{"application/json; charset=utf-8":{"schema":{"type":"object"}}}},
			"202":{"description":"a page","content":{"text/html":{"schema":{"type":"string"}}}}}}}`, ``).Operations()[0]
	for _, tc := range []struct {
		status            int // 0 is the request
		contentType, body string
		want              string
	}{
		{0, "text/plain", `not JSON`, ""},
		{0, "text/plain; charset=iso-8859-1", "\xe9", ""},
		{0, "Application/Merge-Patch+JSON", `[]`, "body: must be an object, got an array"},
		{0, "application/json", `{}`, `header Content-Type: must be application/merge-patch+json or text/plain, got "application/json"`},
		{200, "application/json", `{}`, ""},
		{200, "application/problem+json", `[]`, "body: must be an object, got an array"},
		{200, "text/json+json", `{}`, "body: must be a string, got an object"},
		{200, "application/octet-stream", "\x00", ""},
		{200, "image/png", "\x89PNG", ""},
		{200, "nonsense", "", `header Content-Type: must be */* or application/*, got "nonsense"`},
		{201, "application/json;charset=UTF-8", `[]`, "body: must be an object, got an array"},
		{201, "application/json", `{}`, ""},
		{202, "text/html; charset=utf-8", `<p>`, ""},
		{202, "application/json", `{}`, `header Content-Type: must be text/html, got "application/json"`},
	} {
		header := http.Header{"Content-Type": {tc.contentType}}
		var violations judge.Violations
		if tc.status == 0 {
			violations = op.RequestViolations(header, []byte(tc.body))
		} else {
			violations = op.Response(tc.status, header, []byte(tc.body))
		}
		assert.Equal(t, tc.want, violations.String(), "%d %s", tc.status, tc.contentType)
	}
}

func TestHeadersAreReadAsTheirTypes(t *testing.T) {
	t.Parallel()
	const constraint = `"required":["a"],"minimum":1`
	op := judgeOf(t, `"/x":{"get":{"operationId":"x","responses":{"200":{"description":"ok","headers":{
		"Count":{"schema":{"type":"integer"}},
		"Share":{"schema":{"type":"number","maximum":1}},
		"Flag":{"schema":{"type":"boolean"}},
		"Numbers":{"schema":{"type":"array","maxItems":3,"items":{"type":"integer"}}},
		"Any":{"schema":{"minimum":3}},
		"Object":{"schema":{"type":"object",`+constraint+`}},
		"Either":{"schema":{"anyOf":[{"type":"integer"},{"type":"boolean"}]}},
		"Content":{"content":{"application/json":{"schema":{"type":"integer"}}}},
		"content-type":{"required":true,"schema":{"type":"integer"}}}}}}}`, ``).Operations()[0]
	for _, tc := range []struct {
		name   string
		values []string
		want   string
	}{
		{"Count", []string{"1764230400000000000"}, ""},
		{"Count", []string{"-7"}, ""},
		{"Count", []string{"+7"}, `header Count: must be an integer, got "+7"`},
		{"Count", []string{"0x7"}, `header Count: must be an integer, got "0x7"`},
		{"Count", []string{"1e3"}, `header Count: must be an integer, got "1e3"`},
		{"Count", []string{"--7"}, `header Count: must be an integer, got "--7"`},
		{"Count", []string{""}, `header Count: must be an integer, got ""`},
		{"Count", []string{"Infinity"}, `header Count: must be an integer, got "Infinity"`},
		{"Share", []string{"0.5"}, ""},
		{"Share", []string{"1.5"}, `header Share: must be at most 1, got "1.5"`},
		{"Share", []string{"half"}, `header Share: must be a number, got "half"`},
		{"Flag", []string{"true"}, ""},
		{"Flag", []string{"yes"}, `header Flag: must be a boolean, got "yes"`},
		{"Numbers", []string{"1,2, 3"}, ""},
		{"Numbers", []string{"1", "2"}, ""},
		{"Numbers", []string{""}, ""},
		{"Numbers", []string{"1,2", "3,4"}, `header Numbers: must have at most 3 items, got "1,2,3,4"`},
		{"Numbers", []string{"1,b"}, `header Numbers: must be an integer, got "1,b"`},
		{"Any", []string{"2"}, ""}, // what a header without a type means is not known
		{"Object", []string{"b,1"}, ""},
		{"Either", []string{"7"}, ""},
		{"Content", []string{"x"}, ""},
	} {
		header := http.Header{tc.name: tc.values}
		assert.Equal(t, tc.want, op.Response(http.StatusOK, header, nil).String(), "%s: %q", tc.name, tc.values)
	}
}
