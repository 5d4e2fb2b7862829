package contracttest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// things is a contract that is not ours: one operation, with something put in for each test.
const things = `{
  "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "servers": [{"url": "https://api.test/v1"}],
  "paths": {"/PATH": {"post": {
    "operationId": "createThing", PARAMETERS
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}BODIES}},
    "responses": {"201": {"description": "d", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
      "400": {"description": "d"}, "404": {"description": "d"}}
  }}},
  "components": {"schemas": {"Thing": {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string"}, "anything": {}PROPERTIES
  }}}}
}`

func thingsWith(t *testing.T, path, parameters, bodies, properties string) *judge.Judge {
	t.Helper()
	return judgeOf(t, strings.NewReplacer("PATH", path, "PARAMETERS", parameters, "BODIES", bodies, "PROPERTIES", properties).Replace(things))
}

func judgeOf(t *testing.T, text string) *judge.Judge {
	t.Helper()
	text = strings.NewReplacer("PATH", "things", "PARAMETERS", "", "BODIES", "", "PROPERTIES", "").Replace(text)
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	return j
}

// TestAnOperationThatCannotBeSentIsRefused asks for a clear error where the suite could only send nonsense.
func TestAnOperationThatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ path, parameters, want string }{
		"in the query":  {"things", `"parameters": [{"name": "shop", "in": "query", "required": true, "schema": {"type": "object"}}],`, `createThing needs the parameter "shop" in query`},
		"in the header": {"things", `"parameters": [{"name": "X-Shop", "in": "header", "required": true, "schema": {"type": "object"}}],`, `createThing needs the parameter "X-Shop" in header`},
		"in the path":   {"things/{id}", `"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],`, `createThing needs the parameter "id" in path`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := contracttest.Run(t.Context(), contracttest.Config{
				URL: testURL, Judge: thingsWith(t, tc.path, tc.parameters, "", ""), HTTPClient: client(http.NotFoundHandler()),
			})
			require.ErrorIs(t, err, contracttest.ErrUnsupported)
			require.ErrorContains(t, err, tc.want)
		})
	}
	_, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, Judge: judgeOf(t, strings.Replace(things, `{"application/json"`, `{"application/xml"`, 1)), HTTPClient: client(http.NotFoundHandler()),
	})
	require.ErrorIs(t, err, contracttest.ErrUnsupported)
	require.ErrorContains(t, err, "createThing takes a body of application/xml")
}

// TestRequiredParametersAreSent has parameters with an example, and with a schema alone.
func TestRequiredParametersAreSent(t *testing.T) {
	t.Parallel()
	contract := thingsWith(t, "things", `"parameters": [
		{"name": "shop", "in": "query", "required": true, "example": "a b", "schema": {"type": "string"}},
		{"name": "X-Count", "in": "header", "required": true, "schema": {"type": "integer", "minimum": 3}}],`, "", "")
	plan, err := contracttest.Plan(contracttest.Config{URL: testURL, Judge: contract})
	require.NoError(t, err)
	assert.Contains(t, plan[0].Curl, "/things?shop=a+b'")
	assert.Contains(t, plan[0].Curl, "'X-Count: 100'")
}

// TestNothingIsPassedOverInSilence has what the suite does not judge, and asks that the coverage names it.
func TestNothingIsPassedOverInSilence(t *testing.T) {
	t.Parallel()
	contract := thingsWith(
		t, "things", `"parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],`,
		`, "application/xml": {"schema": {"type": "string"}}`, `, "phone": {"type": "string", "format": "phone"}`,
	)
	plan, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, Judge: contract, MaxRequests: 5, HTTPClient: client(http.NotFoundHandler()),
	})
	require.ErrorIs(t, err, result.ErrNothingJudged)
	named := ""
	for _, one := range plan.Coverage.NotJudged {
		named += one.What + ": " + one.Why + "\n"
		assert.NotEmpty(t, one.Pointer)
	}
	for _, want := range []string{"the parameter dry in query", "application/xml", `format "phone"`} {
		assert.Contains(t, named, want)
	}
	ours, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, MaxRequests: 5, HTTPClient: client(newRightServer()),
	})
	require.NoError(t, err)
	require.Len(t, ours.Coverage.NotJudged, 1, "the contract is judged whole, but for the webhook where nothing listens")
	assert.Contains(t, ours.Coverage.NotJudged[0].Pointer, "/callbacks/")
}

// TestWhatShouldNotBeAnsweredIsAWarning has a password that comes back: OpenAPI 3.0.3 says SHOULD NOT of writeOnly. A
// schema without a type allows null.
func TestWhatShouldNotBeAnsweredIsAWarning(t *testing.T) {
	t.Parallel()
	contract := thingsWith(t, "things", "", "", `, "password": {"type": "string", "writeOnly": true}`)
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		op, _ := contract.Route(r.Method, r.URL.Path)
		if op == nil || len(op.RequestViolations(r.Header, body)) > 0 {
			w.WriteHeader(map[bool]int{true: http.StatusNotFound, false: http.StatusBadRequest}[op == nil])
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body)
	})
	for _, strict := range []bool{false, true} {
		report, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: testURL, Judge: contract, MaxRequests: 60, HTTPClient: client(server), Strict: &strict,
			Checks: []result.Check{result.PropertyDirection, result.PositiveAccepted, result.ResponseSchema},
		})
		require.NoError(t, err)
		require.NotEmpty(t, report.Findings)
		for _, f := range report.Findings {
			assert.Equal(t, result.PropertyDirection, f.Check, f.Message)
			assert.Equal(t, result.Warning, f.Severity)
			assert.Contains(t, f.Rule.Pointer, "/components/schemas/Thing/properties/password/writeOnly")
		}
	}
}
