package judge_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

func TestWhatShouldNotBeSentIsMarked(t *testing.T) {
	t.Parallel()
	op := judgeOf(t, `"/x":{"post":{"operationId":"x",
		"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}}},
		"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}}}}}}`,
		`"schemas":{
		"Secret":{"type":"string","minLength":2},
		"Hidden":{"type":"object","properties":{"hash":{"type":"string","writeOnly":true}}},
		"User":{"type":"object","required":["id","password"],"properties":{
			"id":{"type":"integer","readOnly":true},
			"password":{"writeOnly":true,"allOf":[{"$ref":"#/components/schemas/Secret"}]},
			"twice":{"allOf":[{"$ref":"#/components/schemas/Hidden"},{"$ref":"#/components/schemas/Hidden"}]},
			"friends":{"type":"array","items":{"$ref":"#/components/schemas/User"}},
			"contact":{"oneOf":[
				{"type":"object","required":["email"],"properties":{"email":{"type":"string"},"token":{"type":"string","writeOnly":true}}},
				{"type":"object","required":["phone"],"properties":{"phone":{"type":"string"},"token":{"type":"string","readOnly":true}}}]}},
			"additionalProperties":{"type":"object","properties":{"at":{"type":"string","readOnly":true}}},
			"anyOf":[{"required":["password"]},{"required":["friends"]}]}}`).Operations()[0]
	header := http.Header{"Content-Type": {"application/json"}}
	for _, tc := range []struct {
		body, request, response string
	}{
		{`{"password":"ab"}`, ``, `id: is required; password: should not be answered: it is write-only`},
		{`{"id":1,"friends":[]}`, `password: is required; id: should not be sent: it is read-only`, ``},
		{`{"id":1,"password":"a","friends":[{"id":2,"password":"cd"}]}`,
			`password: must have at least 2 characters, got "a"; friends[0].id: should not be sent: it is read-only; id: should not be sent: it is read-only`,
			`password: must have at least 2 characters, got "a"; friends[0].password: should not be answered: it is write-only; ` +
				`password: should not be answered: it is write-only`},
		{`{"id":1,"password":"ab","contact":{"email":"a","token":"b"}}`, `id: should not be sent: it is read-only`,
			`contact.token: should not be answered: it is write-only; password: should not be answered: it is write-only`},
		{`{"id":1,"password":"ab","contact":{"phone":"a","token":"b"}}`,
			`contact.token: should not be sent: it is read-only; id: should not be sent: it is read-only`, `password: should not be answered: it is write-only`},
		{`{"id":1,"friends":[],"twice":{"hash":"a"}}`, `password: is required; id: should not be sent: it is read-only`,
			`twice.hash: should not be answered: it is write-only`},
		{`{"password":"ab","more":{"at":"x"}}`, `more.at: should not be sent: it is read-only`,
			`id: is required; password: should not be answered: it is write-only`},
	} {
		_, got := op.Request(header, []byte(tc.body))
		assert.Equal(t, tc.request, got.String(), "request %s", tc.body)
		assert.Equal(t, got, op.RequestViolations(header, []byte(tc.body)), tc.body)
		assert.Equal(t, tc.response, op.Response(http.StatusOK, header, []byte(tc.body)).String(), "response %s", tc.body)
	}

	got := op.Response(http.StatusOK, header, []byte(`{"id":1,"password":"secret"}`))
	require.Len(t, got, 1)
	assert.Equal(t, judge.Violation{
		Check: judge.Direction, Path: "password", Pointer: "/password", Keyword: "writeOnly", Expected: "should not be answered: it is write-only",
		Rule: "/components/schemas/User/properties/password/writeOnly",
	}, got[0])
}
