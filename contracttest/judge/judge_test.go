package judge_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

func TestTheEmbeddedContractIsValid(t *testing.T) {
	t.Parallel()
	doc, err := spec.GetSpec()
	require.NoError(t, err)
	_, err = judge.New(doc)
	require.NoError(t, err)
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
		{"not an object", `[]`, `body: must be an object, got an array`},
		{"a null body", `null`, `body: must be an object, got null`},
		{"case", `{"Email":"a@example.com"}`, `email or phoneNumber: is required`},
		{"empty", ``, `body: is required`},
		{"white space", ` `, `body: must be one JSON value, got an empty body`},
		{"twice", `{"email":"a@example.com","email":"b@example.com"}`, `email: must be named once in its object`},
		{"two documents", `{"email":"a@example.com"}{}`, `body: must be one JSON value; at byte 25: invalid character '{' after top-level value`},
		{"truncated", `{"email":"a@exa`, `body: must be one JSON value; at byte 15: unexpected EOF`},
		{"a number that no float holds", `{"email":"a@example.com","x":1e400}`, `x: must be a number that a 64-bit float can hold`},
		{"not UTF-8", "{\"email\":\"\xff\"}", `body: must be UTF-8, which it is not at byte 10`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			op, miss := judge.Contract().Route(http.MethodPost, "/customer/open/v1/customers")
			require.Nil(t, miss)
			_, violations := op.Request(http.Header{"Content-Type": {"application/json"}}, []byte(tc.body))
			assert.Equal(t, tc.want, violations.String())
		})
	}
}
