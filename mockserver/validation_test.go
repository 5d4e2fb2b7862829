package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestEveryOffendingFieldIsNamedAndNoOther(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for _, tc := range []struct{ name, body, want string }{
		{"no contact", `{"firstName":"x"}`, `email or phoneNumber: is required`},
		{"an address without address1, a bad email", `{"email":"plain","addresses":[{"city":"x"}]}`,
			`addresses[0].address1: is required; email: must be an email address, got "plain"`},
		{"wrong types", `{"email":1,"phoneNumber":true,"firstName":{},"tags":"x","addresses":{}}`,
			`addresses: must be an array, got an object; email: must be a string, got the number 1; firstName: must be a string, got an object; ` +
				`phoneNumber: must be a string, got true; tags: must be an array, got "x"`},
		{"wrong types inside", `{"email":"a@example.com","tags":["x",1],"addresses":[{"address1":"1","mainAddress":"yes"},5]}`,
			`addresses[0].mainAddress: must be a boolean, got "yes"; addresses[1]: must be an object, got the number 5; tags[1]: must be a string, got the number 1`},
		{"nulls", `{"email":null,"phoneNumber":"1","lastName":null,"tags":[null],"addresses":[{"address1":null,"city":null}]}`,
			`addresses[0].address1: must be a string, got null; addresses[0].city: must be a string, got null; email: must be a string, got null; ` +
				`lastName: must be a string, got null; tags[0]: must be a string, got null`},
		{"not an object", `"x"`, `body: must be an object, got "x"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := create(t, mock, tc.body)
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, gen.CodeValidationError, got.code())
			assert.ElementsMatch(t, strings.Split(tc.want, "; "), strings.Split(got.message(), "; "))
		})
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for email, status := range map[string]int{
		"a@example.com": 201, "first.last+tag@mail.example.co.id": 201, "x@example.photography": 201,
		"o'neil@example.com": 201, "a@b": 201,
		"1@1.example": 201, "UPPER@EXAMPLE.COM": 201, "a_b-c@ex-ample.com": 201,
		"": 400, "plain": 400, "@example.com": 400, "a@": 400, ".a@example.com": 400, "a.@example.com": 400,
		"a..b@example.com": 400,
		"a@.example.com":   400, "a@example.com.": 400, "a@example..com": 400, "a b@example.com": 400,
		" a@example.com": 400, "a@example.com ": 400,
		"a@b@example.com": 400, "a@-example.com": 400, "<a@example.com>": 400, "A <a@example.com>": 400,
		"a@exa mple.com": 400,
	} {
		assert.Equal(t, status, create(t, mock, fmt.Sprintf(`{"email":%q}`, email)).status, "%q", email)
	}
}

func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	long := create(t, mock, `{"email":"`+strings.Repeat("x", 100_000)+`"}`)
	assert.Equal(t, http.StatusBadRequest, long.status)
	assert.Less(t, len(long.body), 500)
	assert.Contains(t, long.message(), "(100,000 bytes)")

	many := create(t, mock, `{"email":"a@example.com","addresses":[`+strings.TrimSuffix(strings.Repeat("{},", 10_000),
		",")+`]}`)
	assert.Equal(t, http.StatusBadRequest, many.status)
	assert.Contains(t, many.message(), "addresses[19].address1: is required; … and at least 980 more")
	assert.Less(t, len(many.body), 2_000)

	name := create(t, mock, `{"`+strings.Repeat("n", 100_000)+`":1,"`+strings.Repeat("n", 100_000)+`":1}`)
	assert.Equal(t, http.StatusBadRequest, name.status)
	assert.Less(t, len(name.body), 1_000, "a long name is cut as well")
}
