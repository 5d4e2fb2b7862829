package client_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key string
		opt client.Option
		say string
	}{
		"a key with a line end":     {key: "bbb_test_x\n", say: "byte 11 of 11"},
		"a key with a space":        {key: "bbb_test x", say: "printable ASCII"},
		"a key beyond ASCII":        {key: "bbb_test_é", say: "printable ASCII"},
		"an empty base URL":         {opt: client.WithBaseURL(""), say: "the base URL is empty"},
		"a base URL without scheme": {opt: client.WithBaseURL("localhost:4010"), say: `its scheme is "localhost"`},
		"a base URL without host":   {opt: client.WithBaseURL("http:///v1"), say: "must name a host"},
		"a base URL with password":  {opt: client.WithBaseURL("http://me:hunter2@host/"), say: "user or a password"},
		"a base URL with query":     {opt: client.WithBaseURL("http://host/?a=b"), say: "without query"},
		"a base URL of nonsense":    {opt: client.WithBaseURL("http://hunter2\x7f/"), say: "cannot be parsed"},
		"a port too large":          {opt: client.WithBaseURL("https://host:99999"), say: "its port is 99999"},
		"port 0":                    {opt: client.WithBaseURL("https://host:0/v1"), say: "a port from 1 to 65535"},
		"no HTTP client":            {opt: client.WithHTTPClient(nil), say: "the client is nil"},
		"no middleware":             {opt: client.WithMiddleware(nil), say: "middleware 1 of 1 is nil"},
		"no logger":                 {opt: client.WithLogger(nil), say: "the logger is nil"},
		"a key header with space":   {opt: client.WithKeyHeader("x api"), say: "not a header name"},
		"an empty key header":       {opt: client.WithKeyHeader(""), say: "not a header name"},
		"Host for the key":          {opt: client.WithKeyHeader("host"), say: "carries something else"},
		"Content-Type for the key":  {opt: client.WithKeyHeader("content-type"), say: "carries something else"},
		"User-Agent for the key":    {opt: client.WithKeyHeader("User-Agent"), say: "carries something else"},
		"Content-Length for it":     {opt: client.WithKeyHeader("Content-Length"), say: "carries something else"},
		"a middleware of nothing": {
			opt: client.WithMiddleware(func(http.RoundTripper) http.RoundTripper { return nil }),
			say: "middleware 1 of 1 returns nil",
		},
		"a user agent with newline": {opt: client.WithUserAgent("a\r\nb"), say: "not printable ASCII"},
		"no response bytes":         {opt: client.WithMaxResponse(0), say: "at least 1 byte"},
		"no time":                   {opt: client.WithTimeout(0), say: "more than 0"},
		"no concurrency":            {opt: client.WithConcurrency(0), say: "at least 1"},
		"negative retries":          {opt: client.WithRetry(client.RetryPolicy{MaxAttempts: -1}), say: "no negative field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := []client.Option{client.WithBaseURL("http://mock.test")}
			if tc.opt != nil {
				opts = append(opts, tc.opt)
			}
			key := tc.key
			if key == "" {
				key = testKey
			}
			c, err := client.New(key, opts...)
			require.ErrorContains(t, err, tc.say)
			assert.Nil(t, c)
			assert.NotContains(t, err.Error(), key)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestNilOption(t *testing.T) {
	t.Parallel()
	_, err := client.New(testKey, client.WithBaseURL("http://mock.test"), nil)
	require.ErrorContains(t, err, "option 2 of 2 is nil")
	c, _ := newClient(t, func(http.ResponseWriter, *http.Request) { panic("nothing may be sent") })
	_, err = c.CreateCustomer(t.Context(), jane(), nil)
	require.ErrorContains(t, err, "option 1 of 1 is nil")
}

func TestNewReadsTheEnvironment(t *testing.T) {
	t.Setenv(client.EnvAPIKey, "")
	t.Setenv(client.EnvBaseURL, "")
	_, err := client.New("")
	require.ErrorContains(t, err, "set BITBYBIT_API_KEY")

	var url, key string
	look := client.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			url, key = r.URL.String(), r.Header.Get(gen.KeyHeader)
			return inMemory(201, created).RoundTrip(r)
		})
	})
	call := func(apiKey string, opts ...client.Option) {
		c, err := client.New(apiKey, append(opts, look)...)
		require.NoError(t, err)
		_, err = c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
	}
	call("bbb_test_given")
	assert.Equal(t, gen.ServerURL+gen.PathCreateCustomer, url)
	assert.Equal(t, "bbb_test_given", key)

	t.Setenv(client.EnvAPIKey, "bbb_test_env")
	t.Setenv(client.EnvBaseURL, "http://127.0.0.1:4010"+gen.BasePath)
	call("")
	assert.Equal(t, "http://127.0.0.1:4010"+gen.BasePath+gen.PathCreateCustomer, url)
	assert.Equal(t, "bbb_test_env", key)

	call("bbb_test_given", client.WithBaseURL("http://elsewhere.test/"))
	assert.Equal(t, "http://elsewhere.test/customers", url)
	assert.Equal(t, "bbb_test_given", key)

	t.Setenv(client.EnvBaseURL, "elsewhere")
	_, err = client.New("")
	require.ErrorContains(t, err, "base URL")
}

// The request on the wire: one POST with key, user agent and exactly the fields that were set.
func TestRequest(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		ok(w)
	}, client.WithUserAgent("importer/2.0"), client.WithKeyHeader("x-another-key"))
	const name = "<\u2028 \x00 🎉 שלום>"
	in := client.CustomerInput{Email: new("a@example.com"), FirstName: new(name), Tags: []string{"x"}}
	customer, err := c.CreateCustomer(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, "cust_1", customer.ID)
	assert.Equal(t, time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC), customer.CreatedAt)

	assert.Equal(t, "POST /customers", got.Method+" "+got.RequestURI)
	assert.Equal(t, testKey, got.Header.Get("x-another-key"))
	assert.Empty(t, got.Header.Get(gen.KeyHeader))
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assert.Equal(t, "application/json", got.Header.Get("Accept"))
	assert.Regexp(t, `^bitbybit-go/\S+ go/1\.\S+ importer/2\.0$`, got.UserAgent())
	var sent map[string]any
	require.NoError(t, json.Unmarshal(body, &sent))
	assert.Equal(t, map[string]any{"email": "a@example.com", "firstName": name, "tags": []any{"x"}}, sent)
}

func TestInputThatIsNotSent(t *testing.T) {
	t.Parallel()
	c, err := client.New(testKey, client.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
		return roundTripper(func(*http.Request) (*http.Response, error) { panic("nothing may be sent") })
	}))
	require.NoError(t, err)
	const bad = "private\xff"
	address := client.AddressInput{Address1: "x", Zip: new(bad)}
	for name, tc := range map[string]struct {
		in  client.CustomerInput
		say string
	}{
		"neither email nor phone": {
			client.CustomerInput{FirstName: new("private")}, "either Email or PhoneNumber is required",
		},
		"email not UTF-8": {client.CustomerInput{Email: new(bad)}, "email is not valid UTF-8"},
		"tag not UTF-8":   {client.CustomerInput{Email: new(""), Tags: []string{"", bad}}, "tags[1] is not"},
		"zip not UTF-8": {
			client.CustomerInput{PhoneNumber: new(""), Addresses: []client.AddressInput{address}}, "addresses[0].zip is not",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.CreateCustomer(t.Context(), tc.in)
			require.ErrorIs(t, err, client.ErrInvalidInput)
			require.ErrorContains(t, err, tc.say)
			assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
			assert.NotContains(t, err.Error(), "private")
		})
	}
	t.Run("bad option", func(t *testing.T) {
		t.Parallel()
		_, err := c.CreateCustomer(t.Context(), jane(), client.WithResponse(nil))
		require.ErrorContains(t, err, "bad option: WithResponse")
	})
}

// However a program prints its client, the key does not show.
func TestKeyIsNotPrinted(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, c), "secret")
		assert.NotContains(t, fmt.Sprintf(verb, *c), "secret")
	}
}

func TestWithResponse(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, created, "X-Request-Id", "r1") })
	r := client.Response{Attempts: 7}
	_, err := c.CreateCustomer(t.Context(), jane(), client.WithResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, 201, r.StatusCode)
	assert.Equal(t, "r1", r.Header.Get("X-Request-Id"))
	assert.Equal(t, &client.RateLimit{Limit: 100, Remaining: 99, Reset: 42 * time.Second}, r.RateLimit)
	assert.Equal(t, 1, r.Attempts)
	if runtime.GOOS != "windows" { // whose clock may not advance during a call
		assert.Positive(t, r.Duration)
	}

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{}, client.WithResponse(&r))
	require.Error(t, err)
	assert.Zero(t, r.Attempts, "nothing is left of the call before")

	r.Attempts = 7
	_, err = c.CreateCustomer(t.Context(), jane(), client.WithTimeout(0), client.WithResponse(&r))
	require.ErrorContains(t, err, "WithTimeout")
	assert.Zero(t, r.Attempts, "not even where another option is bad")
}

func TestRateLimitHeaders(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]*client.RateLimit{
		"3": {Limit: -1, Remaining: 3, Reset: -1}, " 0 ": {Limit: -1, Remaining: 0, Reset: -1},
		"": nil, "-1": nil, "3.5": nil, "many": nil, "99999999999999999999": nil, "4294967296": nil,
	} {
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("RateLimit-Remaining", value)
			w.WriteHeader(201)
			_, _ = io.WriteString(w, created)
		})
		var r client.Response
		_, err := c.CreateCustomer(t.Context(), jane(), client.WithResponse(&r))
		require.NoError(t, err)
		assert.Equal(t, want, r.RateLimit, "RateLimit-Remaining: %q", value)
	}
}

// The outermost middleware is the one given first.
func TestMiddlewareOrder(t *testing.T) {
	t.Parallel()
	var order []string
	named := func(name string) func(http.RoundTripper) http.RoundTripper {
		return func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				order = append(order, name)
				return next.RoundTrip(r)
			})
		}
	}
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) },
		client.WithMiddleware(named("a"), named("b")), client.WithMiddleware(named("c")))
	_, err := c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
	assert.Equal(t, "a b c", strings.Join(order, " "))
}
