package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// mostOfMessage is more than what a message has at most: 20 violations, each with 250 bytes of a path, and with 60 characters that came, each of which
// can be written as ten.
const mostOfMessage = 20_000

// fuzzed lets a server answer in process, and checks what holds for every answer.
func fuzzed(t *testing.T, server *mockserver.Server, log *logLines, request *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, request)
	got := answer{status: w.Code, header: w.Header(), body: w.Body.String()}
	assert.Empty(t, log.errors(), "the mock never breaks the contract, and never panics")
	allowed := []int{200, 201, 204, 400, 401, 403, 404, 405, 429}
	if got.header.Get("Preference-Applied") != "" {
		allowed = append(allowed, 503) // of itself the mock answers it to a panic alone
	}
	assert.Contains(t, allowed, got.status)
	if got.status != http.StatusNoContent {
		assert.True(t, jsontext.Value(got.body).IsValid(), got.body)
	}
	if got.status >= http.StatusBadRequest {
		assert.NotEmpty(t, got.code())
		assert.Less(t, len(got.message()), mostOfMessage, "messages are bounded")
	}
	return got
}

// deepNumbers are numbers that are wrong, each at a place whose way has long names that are to be escaped.
var deepNumbers = strings.Repeat(`{"`+strings.Repeat("\U000e0001", 60)+`":`, 18) + "[" + strings.Repeat("1e400,", 20) + "1e400]" + strings.Repeat("}", 18)

func FuzzBody(f *testing.F) {
	for _, body := range []string{
		vendorsBody, `{}`, ``, ` `, `null`, `[]`, `{"email":"plain","addresses":[{}]}`,
		`{"email":"a@example.com","x":1e400}`, `{"email":"a@b","email":"c@d"}`,
		`{"phoneNumber":"\ud83d\ude00\u0000"}`, "{\"email\":\"\xff\"}", `{"email":"a@example.com"}{}`,
		strings.Repeat("[", 20_000), `{"tags":[null],"phoneNumber":""}`,
		`{"email":"validation-error@mock.test"}`,
		`{"addresses":[{"address1":"1","mainAddress":true}],"phoneNumber":"+1"}`,
		`{"phoneNumber":"1"` + strings.Repeat(`,"`+strings.Repeat("\x7f", 60)+`":1`, 22) + `}`,
		`{"addresses":[` + strings.Repeat(`{"mainAddress":"`+strings.Repeat("\U000e0001", 61)+`"},`, 20) + `{}]}`, deepNumbers,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var log logLines
		server, err := mockserver.New(log.option(), mockserver.WithMaxBody(1<<16), mockserver.WithoutTriggers())
		require.NoError(t, err)
		request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers", strings.NewReader(string(body)))
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
		got := fuzzed(t, server, &log, request)
		stored := server.Customers(goodKey)
		if got.status != http.StatusCreated {
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, gen.CodeValidationError, got.code())
			assert.Empty(t, stored)
			return
		}
		assert.Equal(t, []gen.Customer{got.customer()}, stored)
		sent, violations := judge.ReadJSON(body)
		require.Empty(t, violations, "only JSON is accepted")
		for field, value := range map[string]*string{
			"email": stored[0].Email, "phoneNumber": stored[0].PhoneNumber, "firstName": stored[0].FirstName,
			"lastName": stored[0].LastName, "imageUrl": stored[0].ImageURL,
		} {
			text, there := sent.(map[string]any)[field].(string)
			require.Equal(t, there, value != nil, field)
			if there {
				assert.Equal(t, text, *value, field)
			}
		}
	})
}

func FuzzHeaders(f *testing.F) {
	f.Add("POST", "/customer/open/v1/customers", goodKey, "application/json", "", "", "")
	f.Add("OPTIONS", "/customer/open/v1/customers", "", "", "", "Access-Control-Request-Method", "POST")
	f.Add("GET", "/customer/open/v1/customers/", "bbb_live_1", "application/json; charset=\"utf-8", "gzip", "Origin",
		"null")
	f.Add("POST", "//customers", "bbb_test_", ";", "identity", "Prefer", "code=429")
	f.Add("GET", "/", goodKey, "", "", "", "")
	f.Add("POST", "/customer/open/v1/customers", goodKey, "application/json", "", "Prefer", "code=503")
	f.Add("POST", "/customer/open/v1/customers", "bbb_live_ or bbb_test_", "application/json", "", "", "")
	f.Add("POST", "/bbb_0000000000000000", "bbb_0000000000000000", "", "", "", "")
	f.Add("POST", "/bbb_test_,,,,,,,,", "bbb_test_,,,,,,,,", "", "", "", "")
	f.Add("POST", "/", goodKey, "", "", "Origin", "x level=ERROR msg=")
	f.Add("BREW", "/%2F", "\x00", "a/b;c=d", "\xff", "Expect", "100-continue")
	f.Fuzz(func(t *testing.T, method, path, key, contentType, contentEncoding, name, value string) {
		var log logLines
		server, err := mockserver.New(log.option())
		require.NoError(t, err)
		request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"phoneNumber":"1"}`))
		request.Method, request.URL.Path = method, "/"+strings.TrimPrefix(path, "/")
		request.Header = http.Header{keyHeader: {key}, "Content-Type": {contentType},
			"Content-Encoding": {contentEncoding}}
		request.Header.Add(name, value)
		if strings.HasPrefix(request.URL.Path, "/_mock") {
			t.Skip("the control API has its own")
		}
		if (method == http.MethodGet || method == http.MethodHead) && request.URL.Path == "/" {
			t.Skip("the page for people is no JSON")
		}
		got := fuzzed(t, server, &log, request)
		// What has not the form of a key, and a prefix with punctuation alone behind it, are not known for a key where they stand elsewhere.
		known := apikey.WellFormed(key) && !slices.Contains(apikey.Prefixes[:], strings.TrimRight(key, ",.;:)"))
		const says = "bbb_live_ or bbb_test_, and have at most 256 printable characters and no space."
		elsewhere := strings.Join([]string{says, method, path, contentType, contentEncoding, name, value}, "\n")
		if strings.HasPrefix(key, "bbb_") && len(key) > 16 && (known || !strings.Contains(elsewhere, key)) {
			assert.NotContains(t, got.body, key, "a key is not echoed")
			assert.Empty(t, log.with(key))
		}
		assert.Equal(t, got.status == http.StatusCreated && got.header.Get("Preference-Applied") == "",
			len(server.Customers("")) == 1)
	})
}

func FuzzKeys(f *testing.F) {
	for _, key := range []string{
		"bbb_test_all", "bbb_test_ro=customers:read", "bbb_test_office@203.0.113.0/24+2001:db8::/48",
		"bbb_live_x=customers:write+orders:read@::1", "bbb_test_=", "@", "=",
		"bbb_test_a@10.0.0.0/8", "bbb_test_a@::ffff:1.2.3.4/128", "bbb_test_a=customers:write@1.2.3.4@5.6.7.8",
		"bbb_test_\x00", "bbb_test_a@fe80::1%eth0", "printable ASCII characters and no space", "bbb_test_…): a key must start with",
	} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var log logLines
		server, err := mockserver.New(log.option(), mockserver.WithKeys(text))
		if err != nil {
			assert.Less(t, len(err.Error()), 1_000, "errors are bounded")
			key, _, _ := strings.Cut(text, "@")
			key, _, _ = strings.Cut(key, "=")
			for _, other := range []string{"", "bbb_live_", "bbb_test_"} {
				if _, says := mockserver.New(mockserver.WithKeys(other)); strings.Contains(says.Error(), key) {
					return // the key is a part of what is said of any other
				}
			}
			if len(key) > 24 {
				assert.NotContains(t, err.Error(), key, "a key is not shown whole")
			}
			return
		}
		key, _, restricted := strings.Cut(text, "@")
		key, _, scoped := strings.Cut(key, "=")
		request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers",
			strings.NewReader(`{"phoneNumber":"1"}`))
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {key}}
		got := fuzzed(t, server, &log, request)
		if restricted || scoped {
			assert.Contains(t, []int{http.StatusCreated, http.StatusForbidden}, got.status)
			return
		}
		assert.Equal(t, http.StatusCreated, got.status, "a key without limits may create")
	})
}
