package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// preflight asks what a browser asks before it sends a key to another origin.
func preflight(t *testing.T, mock *mockserver.Running, origin, method, headers string, more ...string) answer {
	t.Helper()
	return call(t, http.MethodOptions, mock.URL+"/customers", "", append(more, "Content-Type", "", "X-Api-Key", "",
		"Origin", origin, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", headers)...)
}

func TestAnyOriginMayCallByDefault(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	asked := preflight(t, mock, "https://app.example.com", "POST", "content-type,prefer,x-api-key",
		"Access-Control-Request-Private-Network", "true")
	assert.Equal(t, http.StatusNoContent, asked.status)
	assert.Empty(t, asked.body)
	assert.Empty(t, asked.header.Get("Content-Length"), "RFC 9110 section 8.6: a 204 has none")
	assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "POST", asked.header.Get("Access-Control-Allow-Methods"))
	assert.Equal(t, "content-type,prefer,x-api-key", asked.header.Get("Access-Control-Allow-Headers"))
	assert.Equal(t, "true", asked.header.Get("Access-Control-Allow-Private-Network"))
	assert.Contains(t, asked.header.Get("Vary"), "Origin")

	for name, got := range map[string]answer{
		"created":            create(t, mock, vendorsBody, "Origin", "https://app.example.com"),
		"a page from a file": create(t, mock, vendorsBody, "Origin", "null"),
		"400":                create(t, mock, `{}`, "Origin", "https://app.example.com"),
		"401":                create(t, mock, vendorsBody, "Origin", "https://app.example.com", "X-Api-Key", ""),
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
	for _, headers := range []string{"x-api-key, content-type", "X-API-Key,Content-Type", "prefer,prefer", " x-api-key ,, ", ""} {
		asked := preflight(t, mock, "https://app.example.com", "POST", headers)
		assert.Equal(t, http.StatusNoContent, asked.status, headers)
		assert.Equal(t, "*", asked.header.Get("Access-Control-Allow-Origin"), headers)
	}
	asked := preflight(t, mock, "https://app.example.com", "POST", "X-API-Key,Content-Type")
	assert.Equal(t, "content-type,x-api-key", asked.header.Get("Access-Control-Allow-Headers"))
	requests := mock.Requests(mockserver.Filter{})
	assert.Equal(t, "X-API-Key,Content-Type", requests[len(requests)-1].Header.Get("Access-Control-Request-Headers"),
		"the journal has what came")
}

func TestAPreflightThatAsksForMoreIsNotGranted(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	assert.Empty(t, preflight(t, mock, "https://app.example.com", "POST",
		"x-secret").header.Get("Access-Control-Allow-Origin"))
	assert.Empty(t, preflight(t, mock, "https://app.example.com", "BREW",
		"content-type").header.Get("Access-Control-Allow-Origin"))
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
		asked := preflight(t, mock, origin, "POST", "content-type,x-api-key")
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
			create(t, mock, vendorsBody, "Origin", "https://app.example.com", "X-Api-Key",
				"bbb_test_a1b2c3d4e5f6g7h8").status)
		create(t, mock, vendorsBody, "X-Api-Key", "bbb_test_a1b2c3d4e5f6g7h8")
		create(t, mock, vendorsBody, "Origin", "https://other.example.com", "X-Api-Key", "")
		preflight(t, mock, "https://third.example.com", "POST", "x-api-key")
	}
	warnings := log.with("level=WARN")
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], "origin=https://app.example.com ")
	assert.Contains(t, warnings[0], "bbb_test_…g7h8")
	for range 3 {
		assert.Equal(t, http.StatusUnauthorized, create(t, mock, vendorsBody,
			"Origin", "https://app.example.com", "X-Api-Key", "bbb_test_a1b2c3d4_refused").status, "whoever it belongs to")
		create(t, mock, vendorsBody, "Origin", "https://b.example.com", "X-Api-Key", "bbb_test_a1b2c3d4e5f6g7h8")
	}
	assert.Len(t, log.with("level=WARN"), 3)
	assert.Empty(t, log.with("a1b2c3d4"))
}
