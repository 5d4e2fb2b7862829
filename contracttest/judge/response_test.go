package judge_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

const (
	createdBody = `{"data":{"id":"cust_1","createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"}}`
	errorBody   = `{"error":{"code":"VALIDATION_ERROR","message":"no"}}`
)

func TestResponse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		change http.Header // in the headers of a right answer; nil takes one away
		body   string
		check  judge.Check
		want   string
	}{
		{"a customer", 201, nil, createdBody, "", ""},
		{"an error", 400, nil, errorBody, "", ""},
		{"a charset", 201, http.Header{"Content-Type": {"application/json; charset=UTF-8"}}, createdBody, "", ""},
		{"an undocumented status", 200, nil, createdBody, judge.DocumentedStatus,
			"status: must be a status that the contract lists for createCustomer, got 200"},
		{"a redirect", 307, nil, ``, judge.DocumentedStatus, "status: must be a status that the contract lists for createCustomer, got 307"},
		{"not modified", 304, nil, ``, judge.DocumentedStatus, "status: must be a status that the contract lists for createCustomer, got 304"},
		{"another media type", 201, http.Header{"Content-Type": {"text/html"}}, createdBody, judge.ContentType,
			`header Content-Type: must be application/json, got "text/html"`},
		{"no media type", 201, http.Header{"Content-Type": nil}, createdBody, judge.ContentType, `header Content-Type: is required, and must be application/json`},
		{"another charset", 201, http.Header{"Content-Type": {"application/json; charset=latin1"}}, createdBody, judge.ContentType,
			`header Content-Type: must name the charset utf-8 or none, got "application/json; charset=latin1"`},
		{"encoded", 201, http.Header{"Content-Encoding": {"gzip"}}, createdBody, judge.ContentType,
			`header Content-Encoding: must be absent or identity, got "gzip"`},
		{"a header missing", 201, http.Header{"Ratelimit-Reset": nil}, createdBody, judge.RequiredHeaders, `header RateLimit-Reset: is required`},
		{"a header twice", 201, http.Header{"Ratelimit-Reset": {"1", "2"}}, createdBody, judge.HeaderSchema, `header RateLimit-Reset: must be sent once, got 2 of them`},
		{"a header not a number", 201, http.Header{"Ratelimit-Limit": {"many"}}, createdBody, judge.HeaderSchema,
			`header RateLimit-Limit: must be an integer, got "many"`},
		{"a header below its minimum", 201, http.Header{"Ratelimit-Remaining": {"-1"}}, createdBody, judge.HeaderSchema,
			`header RateLimit-Remaining: must be at least 0, got "-1"`},
		{"a header as a float", 201, http.Header{"Ratelimit-Remaining": {"1.0"}}, createdBody, judge.HeaderSchema,
			`header RateLimit-Remaining: must be an integer, got "1.0"`},
		{"a field missing", 201, nil, `{"data":{"id":"cust_1","createdAt":"2026-11-23T08:30:00Z"}}`, judge.ResponseSchema, `data.updatedAt: is required`},
		{"a time that is none", 201, nil, `{"data":{"id":"cust_1","createdAt":"2026-11-23T08:30:00Z","updatedAt":"yesterday"}}`, judge.ResponseFormat,
			`data.updatedAt: must be an RFC 3339 date-time, got "yesterday"`},
		{"null where it may not be", 201, nil, `{"data":{"id":null,"createdAt":"2026-11-23T08:30:00Z","updatedAt":"2026-11-23T08:30:00Z"}}`, judge.ResponseSchema,
			`data.id: must be a string, got null`},
		{"no envelope", 400, nil, `{"code":"VALIDATION_ERROR"}`, judge.ErrorEnvelope, `error: is required`},
		{"an unknown code", 400, nil, `{"error":{"code":"OOPS","message":"no"}}`, judge.ErrorEnvelope,
			`error.code: must be one of ` + errorCodes() + `, got "OOPS"`},
		{"two values", 201, nil, createdBody + createdBody, judge.SingleJSONValue, `body: must be one JSON value; at byte 102: invalid character '{' after top-level value`},
		{"a name twice", 400, nil, `{"error":{"code":"NOT_FOUND","message":"a","message":"b"}}`, judge.UniqueKeys, `error.message: must be named once in its object`},
		{"not UTF-8", 400, nil, "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"\xff\"}}", judge.UTF8, `body: must be UTF-8, which it is not at byte 40`},
		{"empty", 201, nil, ``, judge.SingleJSONValue, `body: must be one JSON value, got an empty body`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"}}
			maps.Copy(header, tc.change)
			maps.DeleteFunc(header, func(_ string, values []string) bool { return values == nil })
			violations := operation(t).Response(tc.status, header, []byte(tc.body))
			assert.Equal(t, tc.want, violations.String())
			for _, v := range violations {
				assert.Equal(t, tc.check, v.Check)
			}
		})
	}
}

func TestAResponseWithoutContentHasNoBody(t *testing.T) {
	t.Parallel()
	doc, err := spec.GetSpec()
	require.NoError(t, err)
	description := "nothing"
	doc.Paths.Find("/customers").Post.Responses.Set("204", &openapi3.ResponseRef{Value: &openapi3.Response{Description: &description}})
	j, err := judge.New(doc)
	require.NoError(t, err)
	op, _ := j.RouteBelow(http.MethodPost, "/customers")
	assert.Empty(t, op.Response(http.StatusNoContent, nil, nil))
	assert.Equal(t, "body: must be absent", op.Response(http.StatusNoContent, nil, []byte("x")).String())
}

func TestUndocumentedProperties(t *testing.T) {
	t.Parallel()
	value, violations := operation(t).Request(http.Header{"Content-Type": {"application/json"}},
		[]byte(`{"email":"a@example.com","Email":"b","addresses":[{"address1":"c"},{"address1":"d","Zip":{"deep":1}}]}`))
	require.Empty(t, violations)
	assert.Equal(t, "Email: is not a documented property; addresses[1].Zip: is not a documented property",
		operation(t).UndocumentedInRequest(value).String())

	value, violations = judge.ReadJSON([]byte(`{"data":{"id":"a","mainAddress":true},"meta":1}`))
	require.Empty(t, violations)
	assert.Equal(t, "data.mainAddress: is not a documented property; meta: is not a documented property",
		operation(t).UndocumentedInResponse(http.StatusCreated, value).String())
	assert.Empty(t, operation(t).UndocumentedInResponse(http.StatusOK, value), "there is nothing to compare with")
}

func operation(t testing.TB) *judge.Operation {
	t.Helper()
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	return op
}

// errorCodes are the codes of the contract, as a message lists them.
func errorCodes() string {
	var quoted []string
	for _, code := range judge.Contract().Document().Components.Schemas["ErrorCode"].Value.Enum {
		quoted = append(quoted, fmt.Sprintf("%q", code))
	}
	return strings.Join(quoted, ", ")
}
