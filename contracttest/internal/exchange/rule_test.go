package exchange

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestRulesAreFoundByTheirPlace asks which rule of openapi.yaml a keyword at a place says.
func TestRulesAreFoundByTheirPlace(t *testing.T) {
	t.Parallel()
	rules := Rules(judge.Contract())
	for _, tc := range []struct {
		violation judge.Violation
		value     any
		want      string
	}{
		{judge.Violation{Rule: "/components/schemas/CustomerInput/properties/firstName/type", Pointer: "/firstName", Keyword: "type"}, nil, "type"},
		{judge.Violation{Rule: "/components/schemas/CustomerInput/properties/phoneNumber/type", Pointer: "/phoneNumber", Keyword: "type"}, nil, "type"},
		{judge.Violation{Rule: "/components/schemas/CustomerInput/properties/tags/items/nullable", Pointer: "/tags/0", Keyword: "nullable"}, nil, "never-null"},
		{judge.Violation{Rule: "/components/schemas/AddressInput/properties/city/nullable", Pointer: "/addresses/0/city", Keyword: "nullable"}, nil, "never-null-in-addresses"},
		{judge.Violation{Rule: "/components/schemas/AddressInput/required", Pointer: "/addresses/0/address1", Keyword: "required"}, nil, "address1-required"},
		{judge.Violation{Rule: "/components/schemas/NewCustomer/anyOf", Keyword: "anyOf"}, nil, "email-or-phone"},
		{judge.Violation{Rule: "/components/schemas/CustomerInput/type", Keyword: "type"}, []any{}, "body"},
		{judge.Violation{Rule: "/components/schemas/CustomerInput/properties/email/format", Pointer: "/email", Keyword: "format"}, map[string]any{"email": "plain"}, "email"},
		{judge.Violation{Rule: "/components/schemas/CustomerInput/properties/email/format", Pointer: "/email", Keyword: "format"}, map[string]any{"email": "a..b@example.com"}, "email-mailbox"},
	} {
		assert.Equal(t, tc.want, rules.ofRequest(tc.violation, tc.value).ID, "%v", tc.violation)
	}
	for want, violation := range map[string]judge.Violation{
		"always-present":     {Check: result.ResponseSchema, Rule: "/components/schemas/Customer/required", Keyword: "required"},
		"type":               {Check: result.ResponseSchema, Rule: "/components/schemas/Customer/properties/id/nullable", Keyword: "nullable"},
		"times":              {Check: result.ResponseFormat, Rule: "/components/schemas/Customer/properties/createdAt/format", Keyword: "format"},
		"error-codes":        {Check: result.ErrorEnvelope, Rule: "/components/schemas/ErrorCode/enum", Keyword: "enum"},
		"rate-limit-headers": {Check: result.HeaderSchema, Path: "header RateLimit-Reset", Rule: "/components/headers/RateLimit-Reset/schema/type"},
		"answer-is-json":     {Check: result.SingleJSONValue},
		"statuses":           {Check: result.DocumentedStatus, Rule: "/paths/~1customers/post/responses"},
	} {
		rule := rules.OfAnswer(violation)
		assert.Equal(t, want, rule.ID)
		assert.Equal(t, result.Documented, rule.Provenance, want)
	}
}

// TestEveryRuleThatACheckNamesIsInTheContract has the ids that are spelled in the code.
func TestEveryRuleThatACheckNamesIsInTheContract(t *testing.T) {
	t.Parallel()
	rules := Rules(judge.Contract())
	for _, id := range []string{
		"answer-is-json", "body", "body-bounds", "body-media-type", "body-one-value", "body-unique-names", "body-utf-8",
		"email-mailbox", "empty-stays-empty", "error-code", "error-message", "ids-are-the-servers", "ids-unique", "internals",
		"key-before-body", "key-required", "key-secret", "key-syntax", "key-valid", "list-length", "other-answers",
		"other-methods", "other-paths", "rate-limit-headers", "rate-limit-remaining", "rate-limit-reset", "repeat-is-new",
		"server-errors", "statuses", "stored-as-sent", "text-characters", "text-length", "times-spelling", "times-true",
		"unlisted-properties", "valid-is-created",
	} {
		rule := rules.Of(id)
		require.Equal(t, id, rule.ID)
		assert.NotEmpty(t, rule.Text, id)
		assert.NotEmpty(t, rule.Page, id)
		assert.Positive(t, spec.Line(rule.Pointer), id)
	}
}

// TestLiberties asks which valid requests a server may take the liberty to refuse.
func TestLiberties(t *testing.T) {
	t.Parallel()
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	schema, _ := RequestSchema(op)
	for _, tc := range []struct {
		name  string
		value map[string]any
		want  string
	}{
		{"the documented request", map[string]any{"email": "jsmith@example.com", "phoneNumber": "<string>", "tags": []any{"<string>"}}, ""},
		{"letters of any script", map[string]any{"firstName": "Zoë 日本語 👩🏽‍🚀 e\u0301"}, ""},
		{"255 characters", map[string]any{"firstName": string(make255())}, ""},
		{"256 characters", map[string]any{"firstName": string(make255()) + "a"}, "text-length"},
		{"an empty text", map[string]any{"firstName": ""}, ""},
		{"a NUL", map[string]any{"lastName": "a\x00b"}, "text-characters"},
		{"a line break", map[string]any{"lastName": "a\nb"}, "text-characters"},
		{"a bidirectional override", map[string]any{"lastName": "a\u202eb"}, "text-characters"},
		{"a long list", map[string]any{"tags": make([]any, usualItems+1)}, "list-length"},
		{"an empty list", map[string]any{"addresses": []any{}}, ""},
		{"in an address", map[string]any{"addresses": []any{map[string]any{"address1": "x", "city": "a\tb"}}}, "text-characters"},
		{"a plus in an email", map[string]any{"email": "some.one+tag@a.b.example.co.id"}, ""},
		{"an email beyond ASCII", map[string]any{"email": "jürgen@bücher.example"}, "email-mailbox"},
		{"an email with an apostrophe", map[string]any{"email": "o'neil@example.com"}, "email-mailbox"},
		{"a long email", map[string]any{"email": "a@" + strings.Repeat("abcdefghi.", 20) + "example.com"}, "email-mailbox"},
	} {
		assert.Equal(t, tc.want, new(Contract).unusual(schema, any(tc.value)), tc.name)
	}
}

func make255() []rune {
	text := make([]rune, 255)
	for i := range text {
		text[i] = 'ä'
	}
	return text
}
