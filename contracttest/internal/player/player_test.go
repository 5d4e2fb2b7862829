package player_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/mutate"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/player"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

const full = `{"email":"a@example.com","phoneNumber":"1","firstName":"A","tags":["x"],` +
	`"addresses":[{"address1":"Here 1","city":"C"}]}`

func post(t *testing.T, server http.Handler, key, body string) (*httptest.ResponseRecorder, judge.Violations) {
	t.Helper()
	request := httptest.NewRequestWithContext(
		t.Context(),
		http.MethodPost,
		gen.BasePath+"/customers",
		strings.NewReader(body),
	)
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set(gen.KeyHeader, key)
	}
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, request)
	operation := judge.Contract().Operation(gen.OperationCreateCustomer)
	return answer, operation.Response(answer.Code, answer.Header(), answer.Body.Bytes())
}

func TestAPlayerKeepsItsContract(t *testing.T) {
	t.Parallel()
	p := player.New(judge.Contract(), nil)
	for _, tc := range []struct {
		name, key, body string
		status          int
		contains        string
	}{
		{"created", gen.KeyPrefixTest + "1", full, http.StatusCreated, `"address1":"Here 1"`},
		{"invalid", gen.KeyPrefixTest + "1", `{}`, http.StatusBadRequest, `VALIDATION_ERROR`},
		{"no key", "", full, http.StatusUnauthorized, `MISSING_API_KEY`},
		{"wrong key", "secret", full, http.StatusUnauthorized, `INVALID_API_KEY`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for range 10 { // the liberties come by turns
				answer, violations := post(t, p, tc.key, tc.body)
				assert.Equal(t, tc.status, answer.Code)
				assert.Contains(t, answer.Body.String(), tc.contains)
				assert.Empty(t, violations)
			}
		})
	}
}

func TestAPlayerShowsTheDifference(t *testing.T) {
	t.Parallel()
	document, err := spec.GetSpecJSON()
	require.NoError(t, err)
	mutants, err := mutate.All(document)
	require.NoError(t, err)
	for _, tc := range []struct{ mutant, body, want string }{
		{"/components/schemas/Customer: id is optional", full, "data.id: is required"},
		{"/components/schemas/Customer/properties/id: may be null", full, "data.id: must be a string"},
		{
			"/components/schemas/Address/properties/city: type is dropped",
			full, "data.addresses[0].city: must be a string or null",
		},
		{
			"/components/schemas/Customer/properties/createdAt: format is dropped",
			full, "data.createdAt: must be an RFC 3339 date-time",
		},
		{"/components/schemas/Error: message is optional", "{}", "error.message: is required"},
		{"/components/schemas/ErrorCode: TEAPOT is added", "{}", "error.code: must be one of"},
		{
			"/components/headers/RateLimit-Reset/schema: minimum is dropped",
			full, "header RateLimit-Reset: must be at least",
		},
		{"/components/headers/RateLimit-Reset: is optional", full, "header RateLimit-Reset: is required"},
		{"/paths/~1customers/post/responses: 418 is added", full, "status: must be"},
		{
			"/paths/~1customers/post/responses/201/content: application/xml is added",
			full, "header Content-Type: must be",
		},
	} {
		t.Run(tc.mutant, func(t *testing.T) {
			t.Parallel()
			for _, m := range mutants {
				if m.Name() != tc.mutant {
					continue
				}
				doc, err := m.Document()
				require.NoError(t, err)
				plays, err := judge.New(doc)
				require.NoError(t, err)
				p := player.New(plays, judge.Contract())
				var all strings.Builder
				for range 10 {
					_, violations := post(t, p, gen.KeyPrefixTest+"1", tc.body)
					all.WriteString(violations.String())
				}
				assert.Contains(t, all.String(), tc.want)
				return
			}
			t.Fatal("there is no such mutant")
		})
	}
}
