package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// preflight asks what a browser asks before it sends a key to another origin.
func preflight(t *testing.T, mock *mockserver.Running, origin, method, headers string, more ...string) answer {
	t.Helper()
	return call(t, http.MethodOptions, mock.URL+"/customers", "", append(more, "Content-Type", "", keyHeader, "",
		"Origin", origin, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", headers)...)
}

func TestAnyOriginMayCallByDefault(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	asked := preflight(t, mock, "https://app.example.com", "POST", "content-type,prefer,"+gen.KeyHeader,
		"Access-Control-Request-Private-Network", "true")
	assert.Equal(t, http.StatusNoContent, asked.status)
	assert.Empty(t, asked.body)
	assert.Empty(t, asked.header.Get("Content-Length"), "RFC 9110 section 8.6: a 204 has none")
	assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "POST", asked.header.Get("Access-Control-Allow-Methods"))
	assert.Equal(t, "content-type,prefer,"+gen.KeyHeader, asked.header.Get("Access-Control-Allow-Headers"))
	assert.Equal(t, "true", asked.header.Get("Access-Control-Allow-Private-Network"))
	assert.Contains(t, asked.header.Get("Vary"), "Origin")

	for name, got := range map[string]answer{
		"created":            create(t, mock, vendorsBody, "Origin", "https://app.example.com"),
		"a page from a file": create(t, mock, vendorsBody, "Origin", "null"),
		"400":                create(t, mock, `{}`, "Origin", "https://app.example.com"),
		"401":                create(t, mock, vendorsBody, "Origin", "https://app.example.com", keyHeader, ""),
		"404":                call(t, http.MethodPost, mock.URL+"/nothing", "", "Origin", "https://app.example.com"),
		"405": call(t, http.MethodDelete, mock.URL+"/customers", "", "Origin",
			"https://app.example.com"),
		"400, body too long": create(t, mock, strings.Repeat("x", 2<<20), "Origin", "https://app.example.com"),
	} {
		assert.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"), name)
		assert.Equal(t, "Origin", got.header.Get("Vary"), name)
		exposed := strings.Split(got.header.Get("Access-Control-Expose-Headers"), ", ")
		for _, header := range []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
			"Preference-Applied"} {
			assert.Contains(t, exposed, header, name)
		}
	}
	assert.Empty(t, create(t, mock, vendorsBody).header.Get("Access-Control-Allow-Origin"), "no page asks")
}

// Browsers sort the names and write them in small letters (Fetch standard); other senders need not.
func TestAPreflightIsReadInAnyOrderAndCase(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, headers := range []string{gen.KeyHeader + ", content-type", strings.ToUpper(gen.KeyHeader) + ",Content-Type", "prefer,prefer", " " + gen.KeyHeader + " ,, ", ""} {
		asked := preflight(t, mock, "https://app.example.com", "POST", headers)
		assert.Equal(t, http.StatusNoContent, asked.status, headers)
		assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"), headers)
	}
	asked := preflight(t, mock, "https://app.example.com", "POST", strings.ToUpper(gen.KeyHeader)+",Content-Type")
	assert.Equal(t, "content-type,"+gen.KeyHeader, asked.header.Get("Access-Control-Allow-Headers"))
	requests := mock.Requests(journal.Filter{})
	assert.Equal(t, strings.ToUpper(gen.KeyHeader)+",Content-Type", requests[len(requests)-1].Header.Get("Access-Control-Request-Headers"),
		"the journal has what came")
}

// Tools that trace requests add headers of theirs to each.
func TestAnyHeaderIsGrantedByDefault(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	asked := preflight(t, mock, "https://app.example.com", "POST",
		"x-request-id,traceparent,content-type,baggage,sentry-trace,"+gen.KeyHeader+",authorization")
	assert.Equal(t, http.StatusNoContent, asked.status)
	assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "authorization,baggage,content-type,sentry-trace,traceparent,"+gen.KeyHeader+",x-request-id",
		asked.header.Get("Access-Control-Allow-Headers"), "by name: * would not mean authorization")
	create(t, mock, vendorsBody, "Origin", "https://app.example.com", "Traceparent", "00-1-2-01", "User-Agent", "Firefox/140")
	for _, entry := range mock.Requests() {
		assert.Empty(t, entry.CORSRefused)
	}
	shown := call(t, http.MethodGet, root(t, mock).String()+"/_mock/requests", "").body
	assert.Equal(t, 2, strings.Count(shown, `"Origin":["https://app.example.com"]`))
	assert.Contains(t, shown, `"User-Agent":["Firefox/140"]`)
}

func TestWhatCORSRefusesIsInTheJournalAndTheLog(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options                 []mockserver.Option
		origin, method, headers string
		refused                 string // empty: it is granted
	}{
		"a header that is named": {[]mockserver.Option{mockserver.WithCORSHeaders("Traceparent", "x-secret")},
			"https://app.example.com", "POST", "content-type,prefer,traceparent," + gen.KeyHeader + ",x-secret", ""},
		"one of several lists": {[]mockserver.Option{mockserver.WithCORSHeaders("traceparent"), mockserver.WithCORSHeaders("x-secret")},
			"https://app.example.com", "POST", "x-secret", ""},
		"others": {[]mockserver.Option{mockserver.WithCORSHeaders("traceparent")}, "https://app.example.com", "POST",
			"X-Other,content-type,baggage", `header "baggage, x-other" is not allowed: --cors-header, or WithCORSHeaders in Go, ` +
				`allows content-type, prefer, ` + gen.KeyHeader + `, traceparent only`},
		"a method": {nil, "https://app.example.com", "BREW", "content-type",
			`method "BREW" is not allowed: it must be one of GET, HEAD, POST, PUT, PATCH, DELETE`},
		"an origin": {[]mockserver.Option{mockserver.WithCORSOrigins("https://app.example.com")}, "https://evil.example", "POST", gen.KeyHeader,
			`origin "https://evil.example" is not allowed: --cors-origin, or WithCORSOrigins in Go, allows https://app.example.com only`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log logLines
			mock := mockserver.Start(t, append(test.options, log.option())...)
			asked := preflight(t, mock, test.origin, test.method, test.headers)
			entry := mock.Requests()[0]
			assert.Equal(t, test.refused, entry.CORSRefused)
			if test.refused == "" {
				assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"))
				assert.Empty(t, log.with("level=WARN"))
				return
			}
			assert.Empty(t, asked.header.Get("Access-Control-Allow-Origin"))
			assert.Contains(t, entry.String(), test.refused)
			assert.False(t, entry.Broken(), "it is no matter of the contract")
			require.Len(t, log.with("level=WARN"), 1)
			assert.Contains(t, strings.ReplaceAll(log.with("level=WARN")[0], `\"`, `"`), test.refused)
			assert.Contains(t, log.with("level=WARN")[0], "origin="+test.origin+" user_agent=Go-http-client")
			shown := call(t, http.MethodGet, root(t, mock).String()+"/_mock/requests/"+entry.ID, "")
			assert.Contains(t, strings.ReplaceAll(shown.body, `\"`, `"`), `"corsRefused":"`+test.refused)
		})
	}
}

// An answer that the page cannot read looks like any other in the journal but for this.
func TestAnAnswerThatAPageCannotReadIsMarked(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithCORSOrigins("https://app.example.com"))
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, "Origin", "https://evil.example").status)
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, "Origin", "https://app.example.com").status)
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody).status)
	entries := mock.Requests()
	assert.Contains(t, entries[0].CORSRefused, `origin "https://evil.example" is not allowed`)
	assert.Empty(t, entries[1].CORSRefused)
	assert.Empty(t, entries[2].CORSRefused)
}

func TestARefusalOfManyHeadersIsShort(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithCORSHeaders("traceparent"))
	preflight(t, mock, "https://app.example.com", "POST", strings.Repeat("x-a,y-b,", 5_000)+"bbb_test_0123456789abcdef,"+strings.Repeat("z", 5_000))
	refused := mock.Requests()[0].CORSRefused
	assert.Contains(t, refused, "x-a, y-b")
	assert.Less(t, len(refused), 400)
	assert.NotContains(t, refused, "0123456789")
}

func TestCORSHeadersAreNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "*?", "x y", "x:", "x,y", "é"} {
		_, err := mockserver.New(mockserver.WithCORSHeaders(name))
		assert.ErrorContains(t, err, "WithCORSHeaders: must be the name of a header", "%q", name)
	}
}

func TestOriginsCanBeNarrowed(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithCORSOrigins("https://app.example.com"),
		mockserver.WithCORSOrigins("http://localhost:5173"))
	for origin, want := range map[string]string{
		"https://app.example.com": "https://app.example.com", "http://localhost:5173": "http://localhost:5173",
		"https://evil.example": "", "https://app.example.com.evil.example": "", "http://app.example.com": "",
		"http://localhost:5174": "", "null": "",
	} {
		asked := preflight(t, mock, origin, "POST", "content-type,"+gen.KeyHeader)
		assert.Equal(t, want, asked.header.Get("Access-Control-Allow-Origin"), origin)
		got := create(t, mock, vendorsBody, "Origin", origin)
		assert.Equal(t, want, got.header.Get("Access-Control-Allow-Origin"), origin)
		assert.Equal(t, "Origin", got.header.Get("Vary"), origin)
		assert.Equal(t, http.StatusCreated, got.status, "CORS keeps pages from reading, not anybody from calling")
	}
	for _, origin := range []string{"", "*", "app.example.com", "https://app.example.com/",
		"https://app.example.com/x", "ftp://app.example.com", "https://*.example.com",
		"https://user@app.example.com", "null", "https://", "https://app.example.com?"} {
		_, err := mockserver.New(mockserver.WithCORSOrigins(origin))
		assert.ErrorContains(t, err, "WithCORSOrigins: an origin must be http or https, a host and perhaps a port",
			"%q", origin)
	}
}

func TestAKeyInABrowserIsWarnedAboutOncePerOriginAndKey(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithRateLimit(0), mockserver.WithKeys("bbb_test_a1b2c3d4e5f6g7h8"))
	for range 3 {
		assert.Equal(t, http.StatusCreated,
			create(t, mock, vendorsBody, "Origin", "https://app.example.com", keyHeader,
				"bbb_test_a1b2c3d4e5f6g7h8").status)
		create(t, mock, vendorsBody, keyHeader, "bbb_test_a1b2c3d4e5f6g7h8")
		create(t, mock, vendorsBody, "Origin", "https://other.example.com", keyHeader, "")
		preflight(t, mock, "https://third.example.com", "POST", gen.KeyHeader)
	}
	warnings := log.with("level=WARN")
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], "origin=https://app.example.com ")
	assert.Contains(t, warnings[0], "bbb_test_…g7h8")
	for range 3 {
		assert.Equal(t, http.StatusUnauthorized, create(t, mock, vendorsBody,
			"Origin", "https://app.example.com", keyHeader, "bbb_test_a1b2c3d4_refused").status, "whoever it belongs to")
		create(t, mock, vendorsBody, "Origin", "https://b.example.com", keyHeader, "bbb_test_a1b2c3d4e5f6g7h8")
	}
	assert.Len(t, log.with("level=WARN"), 3)
	assert.Empty(t, log.with("a1b2c3d4"))
}
