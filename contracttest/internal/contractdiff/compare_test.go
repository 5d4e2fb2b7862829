package contractdiff_test

import (
	"flag"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff"
)

var update = flag.Bool("update", false, "write the expected reports in testdata/variants anew")

var ourLine = regexp.MustCompile(`openapi\.yaml:[0-9]+`)

// named asks that the line of a file has the name that the pointer ends in, or begins an item of a list.
func named(t *testing.T, file string, p contractdiff.Place) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	line := strings.Split(string(text), "\n")[p.Line-1]
	name := strings.ReplaceAll(p.Pointer[strings.LastIndexByte(p.Pointer, '/')+1:], "~1", "/")
	if _, err := strconv.Atoi(name); err == nil {
		assert.Regexp(t, `- |\[`, line, p.Pointer)
		return
	}
	assert.Contains(t, line, name+":", p.Pointer)
}

func compared(t *testing.T, text string) *contractdiff.Result {
	t.Helper()
	theirs, err := contractdiff.LoadPage("create.md", []byte(text))
	require.NoError(t, err)
	result, err := contractdiff.Compare(contract(t), theirs)
	require.NoError(t, err)
	return result
}

// Spellings of what openapi.yaml says: none is a difference.
func TestNoDifference(t *testing.T) {
	t.Parallel()
	const servers = "  - url: https://api.bitbybit.studio/customer/open/v1\n  - url: https://api.bitbybit.studio/customer/api/open/v1\n"
	for name, pairs := range map[string][]string{
		"the stand-in":                  nil,
		"the base path before the path": {servers, "  - url: https://api.bitbybit.studio\n", "\n  /customers:\n", "\n  /customer/open/v1/customers:\n"},
		"half of it before the path":    {servers, "  - url: https://api.bitbybit.studio/customer\n", "\n  /customers:\n", "\n  /api/open/v1/customers:\n"},
		"no servers":                    {"servers:\n" + servers, "", "\n  /customers:\n", "\n  /customer/open/v1/customers:\n"},
		"nullable":                      {"openapi: 3.1.0", "openapi: 3.0.3", "        lastName:\n          type:\n            - 'null'\n            - string\n", "        lastName:\n          type: string\n          nullable: true\n"},
		"an exclusive bound":            {"        exclusiveMinimum: -1\n        minimum: 0\n", "        exclusiveMinimum: false\n        minimum: 0\n"},
		"whole branches": {
			"      anyOf:\n        - required:\n            - email\n        - required:\n            - phoneNumber\n      properties:",
			"      anyOf:\n        - $ref: '#/components/schemas/Fields'\n          required: [phoneNumber]\n        - $ref: '#/components/schemas/Fields'\n          required: [email]\n    Fields:\n      type: object\n      properties:",
		},
		"additional properties that are allowed": {"    AddressInput:\n      type: object\n", "    AddressInput:\n      type: object\n      additionalProperties: true\n"},
		"words":                                  {"summary: Create Customer\n", "summary: Other\n      x-codeSamples: []\n      externalDocs: {url: 'https://x.test'}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := compared(t, edited(t, page(t), pairs...))
			assert.Empty(t, result.Differences)
			var text strings.Builder
			require.NoError(t, result.Text(&text))
			assert.Equal(t, "create.md says what openapi.yaml says.\n\nnot compared: webhooks (customerCreated): create.md has none\n", text.String())
		})
	}
}

// A byte order mark is no part of the first line.
func TestByteOrderMark(t *testing.T) {
	t.Parallel()
	_, block, found := strings.Cut(page(t), "````yaml")
	require.True(t, found)
	assert.Empty(t, compared(t, "\ufeff````yaml"+block).Differences)
}

// What oasdiff cannot read is told with the name of the page.
func TestNotOpenAPI(t *testing.T) {
	t.Parallel()
	text := edited(t, page(t), "        exclusiveMinimum: -1\n        minimum: 0\n", "        minimum: low\n")
	theirs, err := contractdiff.LoadPage("create.md", []byte(text))
	require.NoError(t, err)
	_, err = contractdiff.Compare(contract(t), theirs)
	assert.ErrorContains(t, err, "create.md: not an OpenAPI document, as oasdiff reads it: ")
}

// Where the vendor's page changes, the report in testdata/variants says what, where, and what our rules held (go test . -update writes them).
func TestVariants(t *testing.T) {
	t.Parallel()
	const (
		phoneNumber = "    CreateCustomerInput:\n      type: object\n"
		either      = "      anyOf:\n        - required:\n            - email\n        - required:\n            - phoneNumber\n"
	)
	for name, pairs := range map[string][]string{
		"new-optional-property": {"          examples:\n            - jsmith@example.com\n", "        birthDate:\n          type: string\n          format: date\n"},
		"new-required-property": {"      required:\n        - address1\n      properties:\n        address1:\n          type: string\n        firstName:\n          type: string\n        lastName:\n          type: string\n        phone:\n          type: string\n        address2", "      required:\n        - address1\n        - label\n      properties:\n        address1:\n          type: string\n        label:\n          type: string\n        firstName:\n          type: string\n        lastName:\n          type: string\n        phone:\n          type: string\n        address2"},
		"removed-property":      {"        imageUrl:\n          type: string\n", ""},
		"narrower-length":       {"        imageUrl:\n          type: string\n", "        imageUrl:\n          type: string\n          maxLength: 255\n"},
		"narrower-bound":        {"        exclusiveMinimum: -1\n        minimum: 0\n", "        minimum: 1\n"},
		"wider-bound":           {"        exclusiveMinimum: -1\n        minimum: 0\n", "        minimum: -1\n"},
		"new-status":            {"        '503':\n", "        '409':\n          $ref: '#/components/responses/Error'\n        '503':\n"},
		"gone-status":           {"        '404':\n          $ref: '#/components/responses/Error'\n", ""},
		"new-error-code":        {"                - NOT_FOUND\n", "                - NOT_FOUND\n                - CONFLICT\n"},
		"gone-error-code":       {"                - NOT_FOUND\n", ""},
		"changed-format":        {"          format: email\n", "          format: idn-email\n"},
		"not-nullable":          {"        lastName:\n          type:\n            - 'null'\n            - string\n", "        lastName:\n          type: string\n"},
		"nullable-in-request":   {"        imageUrl:\n          type: string\n", "        imageUrl:\n          type: [string, 'null']\n"},
		"gone-header":           {"        ratelimit-reset:\n          $ref: '#/components/headers/RateLimitReset'\n", ""},
		"gone-headers": {"          headers:\n            RateLimit-Limit:\n              $ref: '#/components/headers/RateLimitLimit'\n            RateLimit-Remaining:\n" +
			"              $ref: '#/components/headers/RateLimitRemaining'\n            RateLimit-Reset:\n              $ref: '#/components/headers/RateLimitReset'\n", ""},
		"optional-header":      {"      description: Requests left in it\n      required: true\n", "      description: Requests left in it\n"},
		"key-header":           {"      name: x-api-key\n", "      name: x-bitbybit-key\n"},
		"pattern":              {phoneNumber, phoneNumber + "      allOf:\n        - properties:\n            phoneNumber:\n              type: string\n              pattern: ^\\+[0-9]+$\n", "            - jsmith@example.com\n        phoneNumber:\n          type: string\n", "            - jsmith@example.com\n"},
		"unknown-forbidden":    {"    AddressInput:\n      type: object\n", "    AddressInput:\n      type: object\n      additionalProperties: false\n"},
		"neither-is-required":  {either, ""},
		"email-is-required":    {either, "      required: [email]\n"},
		"address1-is-optional": {"    AddressInput:\n      type: object\n      required:\n        - address1\n", "    AddressInput:\n      type: object\n"},
		"other-base-path":      {"studio/customer/open/v1\n  - url", "studio/v2\n  - url"},
		"other-type":           {"        zip:\n          type: string\n        mainAddress", "        zip:\n          type: integer\n        mainAddress"},
		"other-default":        {"          default: false\n", "          default: true\n"},
		"first-parameter":      {"      operationId: createCustomer\n", "      parameters:\n        - {name: Idempotency-Key, in: header, schema: {type: string}}\n"},
		"nullable-in-3.1":      {"        lastName:\n          type:\n            - 'null'\n            - string\n", "        lastName:\n          type: string\n          nullable: true\n"},
		"new-path":             {"components:\n  sec", "  /orders:\n    get:\n      responses:\n        '200':\n          description: x\ncomponents:\n  sec"},
		"new-operation":        {"components:\n  sec", "    get:\n      responses:\n        '200':\n          description: x\ncomponents:\n  sec"},
		"webhook": {"components:\n  sec", "webhooks:\n  customer.created:\n    post:\n      parameters:\n        - {name: x-bitbybit-webhook-id, in: header, required: true, schema: {type: string, minLength: 1}}\n" +
			"        - {name: User-Agent, in: header, required: true, schema: {const: BitByBit-Webhooks/2.0, type: string}}\n" +
			"        - {name: X-BitByBit-Webhook-Event, in: header, required: true, schema: {const: customer.created, type: string}}\n" +
			"        - {name: X-BitByBit-Webhook-Timestamp, in: header, required: true, schema: {type: integer, format: int64, minimum: 0}}\n" +
			"      requestBody:\n        required: true\n        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/Customer'\n" +
			"      responses: {'200': {}, '400': {}, '503': {}}\n" +
			"components:\n  sec"},
		"hostile-text": {"          format: email\n", "          format: \"a`b` <img src=x> @someone \\e[31m\\n\\u202e\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := compared(t, edited(t, page(t), pairs...))
			for _, d := range result.Differences {
				named(t, "../../../openapi.yaml", d.OurPlace)
			}
			var text strings.Builder
			require.NoError(t, result.Text(&text))
			text.WriteString("\n--- as Markdown ---\n\n")
			require.NoError(t, result.Markdown(&text))
			// Lines of openapi.yaml change with whatever is added to it.
			report := ourLine.ReplaceAllString(text.String(), "openapi.yaml:N")
			file := "testdata/variants/" + name + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(report), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), report, "if that is right: go test . -update")
		})
	}
}
