package judge_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

func TestTheEmbeddedContractIsOpenAPIYAML(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	assert.Equal(t, string(file), string(spec.YAML()), "run make generate")

	fromFile, err := openapi3.NewLoader().LoadFromData(file)
	require.NoError(t, err)
	embedded, err := spec.GetSpec()
	require.NoError(t, err)
	want, err := fromFile.MarshalJSON()
	require.NoError(t, err)
	got, err := embedded.MarshalJSON()
	require.NoError(t, err)
	assert.JSONEq(t, string(want), string(got), "run make generate")
}

func TestTheContractIsValidExamplesIncluded(t *testing.T) {
	t.Parallel()
	doc, err := spec.GetSpec()
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()))
	_, err = judge.New(doc)
	require.NoError(t, err)
}

func TestNewRefusesWhatItCannotJudge(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*openapi3.T)
		want   string
	}{
		"OpenAPI 3.1":    {func(doc *openapi3.T) { doc.OpenAPI = "3.1.0" }, "must be OpenAPI 3.0, got 3.1.0"},
		"not valid":      {func(doc *openapi3.T) { doc.Info = nil }, "the document is not valid"},
		"a wrong sample": {func(doc *openapi3.T) { doc.Components.Schemas["Customer"].Value.Properties["id"].Value.Example = 5.0 }, "the document is not valid"},
		"no server URL":  {func(doc *openapi3.T) { doc.Servers[0].URL = "http://[" }, `the server "http://[" of the document must be a URL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := spec.GetSpec()
			require.NoError(t, err)
			tc.change(doc)
			_, err = judge.New(doc)
			assert.ErrorContains(t, err, tc.want)
		})
	}
}

func TestRequestNamesEveryViolationAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, body, want string }{
		{"email only", `{"email":"a@example.com"}`, ``},
		{"phone only", `{"phoneNumber":"<string>"}`, ``},
		{"no contact", `{}`, `email or phoneNumber: is required`},
		{"no contact and a wrong type", `{"tags":5}`, `email or phoneNumber: is required; tags: must be an array, got the number 5`},
		{"a contact of the wrong type", `{"email":5}`, `email: must be a string, got the number 5`},
		{"null", `{"email":"a@example.com","firstName":null}`, `firstName: must be a string, got null`},
		{"no address1 and a bad email", `{"email":"plain","addresses":[{}]}`, `addresses[0].address1: is required; email: must be an email address, got "plain"`},
		{"wrong types of every kind", `{"phoneNumber":true,"tags":[[],{}],"addresses":[{"address1":"a","mainAddress":"yes"},"b"]}`,
			`addresses[0].mainAddress: must be a boolean, got "yes"; addresses[1]: must be an object, got "b"; ` +
				`phoneNumber: must be a string, got true; tags[0]: must be a string, got an array; tags[1]: must be a string, got an object`},
		{"not an object", `[]`, `body: must be an object, got an array`},
		{"a null body", `null`, `body: must be an object, got null`},
		{"case", `{"Email":"a@example.com"}`, `email or phoneNumber: is required`},
		{"empty", ``, `body: is required`},
		{"white space", ` `, `body: must be one JSON value, got an empty body`},
		{"twice", `{"email":"a@example.com","email":"b@example.com"}`, `email: must be named once in its object`},
		{"two documents", `{"email":"a@example.com"}{}`, `body: must be one JSON value; at byte 25: invalid character '{' after top-level value`},
		{"truncated", `{"email":"a@exa`, `body: must be one JSON value; at byte 15: unexpected EOF`},
		{"a number that no float holds", `{"email":"a@example.com","x":1e400}`, `x: must be a number that a 64-bit float can hold, got 1e400`},
		{"such a number in place of a string", `{"email":"a@example.com","firstName":-1e400}`, `firstName: must be a string, got the number -1e400`},
		{"a long number", `{"email":"a@example.com","x":1` + strings.Repeat("0", 400) + `}`,
			`x: must be a number that a 64-bit float can hold, got 1` + strings.Repeat("0", 59) + `…`},
		{"names twice, and more that is wrong", `{"email":"plain","tags":[1],"x":1,"x":[],"addresses":[{"zip":"a","zip":1e999}]}`,
			`x: must be named once in its object; addresses[0].zip: must be named once in its object; ` +
				`addresses[0].zip: must be a string, got the number 1e999; addresses[0].address1: is required; ` +
				`email: must be an email address, got "plain"; tags[0]: must be a string, got the number 1`},
		{"not UTF-8", "{\"email\":\"\xff\"}", `body: must be UTF-8, which it is not at byte 10`},
		{"too deep", strings.Repeat("[", 100_000), `body: must be nested at most 10,000 deep`},
		{"an odd name", `{"email":"a@example.com","a.b":1,"a.b":2}`, `["a.b"]: must be named once in its object`},
		{"a long value", `{"email":"` + strings.Repeat("é", 100_000) + `"}`,
			`email: must be an email address, got "` + strings.Repeat("é", 60) + `"… (200,000 bytes)`},
		{"many", `{"email":"a@example.com","tags":[` + strings.Repeat("1,", 9_999) + `1]}`, // cut below
			`… and at least 980 more`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, violations := operation(t).Request(http.Header{"Content-Type": {"application/json"}}, []byte(tc.body))
			if tc.name == "many" {
				assert.Len(t, violations, 1_000, "the judge stops there")
				assert.True(t, strings.HasSuffix(violations.String(), "; "+tc.want), violations.String())
				assert.Equal(t, 20, strings.Count(violations.String(), "must be a string"))
				return
			}
			assert.Equal(t, tc.want, violations.String())
			assert.Equal(t, violations, operation(t).RequestViolations(http.Header{"Content-Type": {"application/json"}}, []byte(tc.body)))
		})
	}
}

func TestRequestHeaders(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		header http.Header
		want   string
	}{
		{"plain", http.Header{"Content-Type": {"application/json"}}, ""},
		{"capitals and a charset", http.Header{"Content-Type": {"Application/JSON; Charset=utf-8"}}, ""},
		{"identity", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"identity"}}, ""},
		{"none", http.Header{}, "header Content-Type: is required, and must be application/json"},
		{"a form", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, `header Content-Type: must be application/json, got "application/x-www-form-urlencoded"`},
		{"a relative", http.Header{"Content-Type": {"application/problem+json"}}, `header Content-Type: must be application/json, got "application/problem+json"`},
		{"not a media type", http.Header{"Content-Type": {"json;;"}}, `header Content-Type: must be application/json, got "json;;"`},
		{"two", http.Header{"Content-Type": {"application/json", "text/plain"}}, `header Content-Type: must be application/json, got "application/json, text/plain"`},
		{"encoded", http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"br"}}, `header Content-Encoding: must be absent or identity, got "br"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.want, operation(t).RequestViolations(tc.header, []byte(`{"email":"a@example.com"}`)).String())
		})
	}
}

func TestRouteTakesNoPathForAnother(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		method, path string
		found        bool
		allow        []string
	}{
		{http.MethodPost, "/customer/open/v1/customers", true, nil},
		{http.MethodPost, "/customer/api/open/v1/customers", true, nil},
		{http.MethodGet, "/customer/open/v1/customers", false, []string{http.MethodPost}},
		{"post", "/customer/open/v1/customers", false, []string{http.MethodPost}},
		{http.MethodPost, "/customer/open/v1/customers/", false, nil},
		{http.MethodPost, "/customer/open/v1//customers", false, nil},
		{http.MethodPost, "//customer/open/v1/customers", false, nil},
		{http.MethodPost, "/customer/open/v1%2Fcustomers", false, nil},
		{http.MethodPost, "/customer/open/v1%2fcustomers", false, nil},
		{http.MethodPost, "/customer/open/v1/%63ustomers", true, nil},
		{http.MethodPost, "/%63ustomer/%6Fpen/%761/customer%73", true, nil},
		{http.MethodGet, "/customer/open/v1/%63ustomers", false, []string{http.MethodPost}},
		{http.MethodPost, "/customer/open/v1/%2563ustomers", false, nil},
		{http.MethodPost, "/customer/open/v1/%%363ustomers", false, nil},
		{http.MethodPost, "/customer/open/v1/%2e/customers", false, nil},
		{http.MethodPost, "/customer/open/v1/customers%", false, nil},
		{http.MethodPost, "/customer/open/v1/customers%7", false, nil},
		{http.MethodPost, "/customer/open/v1/Customers", false, nil},
		{http.MethodPost, "/customer/open/v1/../v1/customers", false, nil},
		{http.MethodPost, "/customers", false, nil},
		{http.MethodPost, "", false, nil},
		{http.MethodPost, "*", false, nil},
	} {
		t.Run(tc.method+" "+tc.path, func(t *testing.T) {
			t.Parallel()
			op, miss := judge.Contract().Route(tc.method, tc.path)
			if tc.found {
				require.Nil(t, miss)
				assert.Equal(t, "createCustomer", op.ID)
				return
			}
			require.Nil(t, op)
			assert.Equal(t, tc.allow, miss.Allow)
		})
	}
}

func TestRouteKnowsPathParameters(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"servers":[{"url":"/base"}],"paths":{
		"/things/{id}/parts/{part}":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}},{"name":"part","in":"path","required":true,"schema":{"type":"string"}}],
		"get":{"operationId":"getPart","responses":{"default":{"description":"any"}}}}}}`))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	assert.Equal(t, []string{"/base"}, j.BasePaths())
	for path, found := range map[string]bool{
		"/base/things/1/parts/2": true, "/base/things/a%2Fb/parts/2": true, "/base/things/a%2Fb/%70arts/2": true,
		"/base/things//parts/2": false, "/base/things/1/parts": false, "/base/things/1/parts/2/3": false, "/base/thing/1/parts/2": false,
	} {
		op, miss := j.Route(http.MethodGet, path)
		assert.Equal(t, found, op != nil, path)
		assert.NotEqual(t, op == nil, miss == nil)
	}
	op, _ := j.Route(http.MethodGet, "/base/things/1/parts/2")
	require.NotNil(t, op)
	assert.Empty(t, op.Response(http.StatusTeapot, nil, nil), "default documents every status")
	assert.Equal(t, "body: must be absent", op.RequestViolations(nil, []byte("{}")).String())
	assert.Empty(t, op.RequestViolations(nil, nil))
}

func TestViolationsPointIntoTheContract(t *testing.T) {
	t.Parallel()
	_, violations := operation(t).Request(http.Header{"Content-Type": {"application/json"}}, []byte(`{"addresses":[{"zip":1}]}`))
	lines := strings.Split(string(spec.YAML()), "\n")
	at := map[string]string{}
	for _, v := range violations {
		line := spec.Line(v.Rule)
		require.Positive(t, line, "%+v", v)
		at[v.Keyword] = strings.TrimSpace(lines[line-1])
	}
	assert.Equal(t, map[string]string{"anyOf": "anyOf:", "required": "required: [address1]", "type": "type: string"}, at)
}

func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		`{"email":"a@example.com"}`, `{"phoneNumber":"\ud83d\ude00"}`, `{"tags":[1e400]}`, `{"addresses":[{"address1":null}]}`, `[[[`, "\xff", `{"a":1,"a":2}`, ``,
	} {
		f.Add("application/json", seed)
	}
	f.Add("application/json; charset=\"", `{}`)
	f.Add("application/json", strings.Repeat(`{"`+strings.Repeat("\x7f", 60)+`":`, 16)+`1e400`+strings.Repeat("}", 16))
	f.Fuzz(func(t *testing.T, contentType, body string) {
		header := http.Header{"Content-Type": {contentType}}
		value, violations := operation(t).Request(header, []byte(body))
		quick := operation(t).RequestViolations(header, []byte(body))
		assert.Equal(t, violations, quick, "the quick judge and the thorough one must agree")
		if len(violations) == 0 {
			require.IsType(t, map[string]any{}, value)
		}
		for _, v := range violations {
			assert.NotEmpty(t, v.Path)
			assert.NotEmpty(t, v.Expected)
			assert.Less(t, len(v.String()), 2_000, "long values are cut")
		}
	})
}

// FuzzResponse asks the quick judge, which sees most answers alone, and the thorough one for the same verdict.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		createdBody,
		`{"data":{"id":"cust_1","createdAt":"2026-11-23t08:30:00z","updatedAt":"1998-12-31T15:59:60.123-08:00"}}`,
		`{"data":{"id":"cust_1","email":null,"tags":["a"],"createdAt":"2026-11-23T24:00:00Z","updatedAt":"2026-11-23T08:30:00.Z"}}`,
		`{"data":{"id":"cust_1","addresses":[{"id":"addr_1","address1":"\u0041","zip":null}],"createdAt":null}}`, `{}`, ``, `null`, `[1e400]`,
	} {
		f.Add(seed)
	}
	schema := operation(f).Spec.Responses.Status(http.StatusCreated).Value.Content["application/json"].Schema.Value
	header := http.Header{
		"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"},
	}
	f.Fuzz(func(t *testing.T, body string) {
		value, unreadable := judge.ReadJSON([]byte(body))
		want := unreadable == nil && judge.Contract().Accepts(schema, value)
		got := operation(t).Response(http.StatusCreated, header, []byte(body))
		assert.Equal(t, want, len(got) == 0, got.String())
	})
}
