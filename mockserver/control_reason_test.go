package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func shown(t testing.TB, mock *mockserver.Running, id string) control.RequestEntry {
	t.Helper()
	got, err := controlClient(t, mock).GetRequestWithResponse(t.Context(), id, nil)
	require.NoError(t, err)
	require.NotNil(t, got.JSON200, string(got.Body))
	return *got.JSON200
}

func TestAViolationNamesItsRule(t *testing.T) {
	t.Parallel()
	contract := strings.Split(string(spec.YAML()), "\n")
	for name, test := range map[string]struct {
		body       string
		header     []string
		keyword    string
		provenance control.ViolationProvenance
		page       string
		source     string
	}{
		"a format":           {`{"email":"plain"}`, nil, "format", control.Documented, "Create Customer", "format: email"},
		"none of two":        {`{}`, nil, "anyOf", control.Documented, "Create Customer", "anyOf:"},
		"required":           {`{"email":"a@example.com","addresses":[{}]}`, nil, "required", control.Assumed, "Create Customer", "required: [address1]"},
		"a type":             {`{"email":"a@example.com","addresses":1}`, nil, "type", control.Documented, "", "type: array"},
		"the type of an own": {`{"email":"a@example.com","addresses":[1]}`, nil, "type", control.Documented, "", "type: object"},
		"null":               {`{"email":"a@example.com","firstName":null}`, nil, "nullable", control.Assumed, "Create Customer", "firstName:"},
		"JSON's":             {`{"email":`, nil, "", "", "", ""},
		"the media type":     {valid, []string{"Content-Type", "text/plain"}, "", control.Documented, "", "content:"},
	} {
		mock := mockserver.Start(t)
		create(t, mock, test.body, test.header...)
		entry := shown(t, mock, "req_1")
		require.NotEmpty(t, entry.Violations, name)
		v := entry.Violations[0]
		assert.Contains(t, entry.Reason, v.Expected, name)
		assert.Equal(t, test.keyword, v.Keyword, name)
		assert.Equal(t, test.provenance, v.Provenance, name)
		assert.Equal(t, test.page, v.Page, name)
		assert.Equal(t, test.source, v.Source, name)
		assert.Equal(t, spec.Line(v.Rule), v.Line, name)
		if v.Line > 0 {
			assert.Equal(t, test.source, strings.TrimSpace(contract[v.Line-1]), name)
		}
	}
}

func TestTheSeedOfARequestMakesItsCustomer(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef"
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for name, test := range map[string]struct {
		body   string
		seeded bool
	}{
		"the documented one": {vendorsBody, true},
		"with space":         {" \n" + valid + "\r\n", true},
		"a key in it":        {`{"email":"a@example.com","firstName":"bbb_test_` + secret + `"}`, true},
		"broken":             {`{"email":"plain"}`, false},
		"two values":         {valid + valid, false},
		"a list":             {`[` + valid + `]`, false},
		"empty":              {``, false},
		"as much as is kept": {`{"email":"a@example.com","firstName":"` + strings.Repeat("x", 65_000) + `"}`, true},
		"kept in part":       {valid + strings.Repeat(" ", 64<<10), false},
	} {
		create(t, mock, test.body)
		requests := mock.Requests()
		entry := shown(t, mock, requests[len(requests)-1].ID)
		assert.NotContains(t, entry.Seed, secret, name)
		if !test.seeded {
			assert.Empty(t, entry.Seed, name)
			continue
		}
		again := mockserver.Start(t, mockserver.WithSeed([]byte(entry.Seed)))
		customers := again.Customers(goodKey)
		require.Len(t, customers, 1, name)
		if name != "a key in it" {
			came := mock.Customers(goodKey)
			assert.Equal(t, came[len(came)-1].FirstName, customers[0].FirstName, name)
			assert.Equal(t, came[len(came)-1].Email, customers[0].Email, name)
		}
	}
	call(t, http.MethodPost, root(t, mock).String()+"/nowhere", valid)
	requests := mock.Requests()
	assert.Empty(t, shown(t, mock, requests[len(requests)-1].ID).Seed, "it is no request for a customer")
}

func TestAnEntrySaysWhyItWasRefused(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(9), mockserver.WithCORSOrigins("https://app.example"))
	add(t, mock, fault.Fault{Key: "bbb_test_hit", Status: 503, Store: true})
	for _, test := range []struct {
		want string
		send func() answer
	}{
		{"", func() answer { return create(t, mock, valid) }},
		{"The " + gen.KeyHeader + " header is missing.", func() answer { return create(t, mock, valid, keyHeader, "") }},
		{`email: must be an email address, got "plain"`, func() answer { return create(t, mock, `{"email":"plain"}`) }},
		{"fault_1 hit it: the customer was stored first, answered 503", func() answer { return create(t, mock, valid, keyHeader, "bbb_test_hit") }},
		{"Prefer asked for this answer: code=429", func() answer { return create(t, mock, valid, "Prefer", "code=429") }},
		{"a magic value asked for this answer: notFound", func() answer { return create(t, mock, `{"email":"not-found@mock.test"}`) }},
		{`a page in a browser was refused (CORS): origin "https://shop.example" is not allowed`,
			func() answer { return create(t, mock, valid, "Origin", "https://shop.example") }},
		{`There is no "/nowhere" here`, func() answer { return call(t, http.MethodGet, root(t, mock).String()+"/nowhere", "") }},
		{`is not offered at`, func() answer { return call(t, http.MethodGet, mock.URL+"/customers", "") }},
	} {
		test.send()
		requests := mock.Requests()
		entry := shown(t, mock, requests[len(requests)-1].ID)
		assert.Contains(t, entry.Reason, test.want)
		assert.Equal(t, test.want == "", entry.Reason == "", entry.Reason)
	}
	for range 9 {
		create(t, mock, valid)
	}
	requests := mock.Requests()
	assert.Equal(t, "Too many requests. Please retry after the reset period.", shown(t, mock, requests[len(requests)-1].ID).Reason)
}
