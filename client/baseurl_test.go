package client_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// A URL without a path is a base URL, as the first line that the mock prints.
func TestBaseURLWithoutAPath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"http://127.0.0.1:4010":     "http://127.0.0.1:4010" + gen.BasePath + gen.PathCreateCustomer,
		"https://api.test":          "https://api.test" + gen.BasePath + gen.PathCreateCustomer,
		"https://api.test:":         "https://api.test" + gen.BasePath + gen.PathCreateCustomer,
		"http://[::1]:65535":        "http://[::1]:65535" + gen.BasePath + gen.PathCreateCustomer,
		"http://127.0.0.1:4010/":    "http://127.0.0.1:4010/customers",
		"http://127.0.0.1:4010//":   "http://127.0.0.1:4010/customers",
		"https://api.test/v1":       "https://api.test/v1/customers",
		"https://api.test/v1/":      "https://api.test/v1/customers",
		"https://api.test/a%2Fb/v1": "https://api.test/a%2Fb/v1/customers",
	} {
		var called string
		look := client.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				called = r.URL.String()
				return inMemory(201, created).RoundTrip(r)
			})
		})
		c, err := client.New(testKey, client.WithBaseURL(base), look)
		require.NoError(t, err, base)
		_, err = c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err, base)
		assert.Equal(t, want, called, base)
	}
}

// A 404 says which URL was called, whoever answers it.
func TestNotFoundNamesTheURL(t *testing.T) {
	t.Parallel()
	for body, known := range map[string]bool{
		envelope("NOT_FOUND"): true, "<h1>Not Found</h1>": false, `{"message":"jane"}`: false,
	} {
		c, server := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 404, body) })
		_, err := c.CreateCustomer(t.Context(), jane())
		require.ErrorContains(t, err, server.URL+"/customers was called", body)
		if known {
			require.ErrorIs(t, err, client.ErrNotFound)
		}
		assert.NotContains(t, err.Error(), "jane")
	}
}

// http:// gives key and customers away, except on this machine. That is said once.
func TestUnencryptedBaseURLIsWarnedOf(t *testing.T) {
	t.Parallel()
	for base, warned := range map[string]bool{
		"http://api.test":             true,
		"http://api.test:4010/v1":     true,
		"http://10.0.0.1/":            true,
		"http://0.0.0.0:4010":         true,
		"http://[2001:db8::1]/":       true,
		"http://localhost.test/":      true,
		"http://127.0.0.1.test/":      true,
		"https://api.test":            false,
		"http://127.0.0.1:4010":       false,
		"http://127.1.2.3/":           false,
		"http://[::1]:4010":           false,
		"http://[::ffff:127.0.0.1]/":  false,
		"http://LocalHost:4010":       false,
		"http://localhost.:4010":      false,
		"http://mock.localhost:4010/": false,
	} {
		var out bytes.Buffer
		c, err := client.New(testKey, client.WithBaseURL(base), client.WithLogger(slog.New(slog.NewTextHandler(&out, nil))),
			client.WithMiddleware(func(http.RoundTripper) http.RoundTripper { return inMemory(201, created) }))
		require.NoError(t, err)
		for range 2 {
			_, err = c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
		}
		lines := strings.Count(out.String(), "\n")
		if !warned {
			assert.Zero(t, lines, "%s: %s", base, out.String())
			continue
		}
		assert.Equal(t, 1, lines, "%s: %s", base, out.String())
		assert.Contains(t, out.String(), "level=WARN")
		assert.Contains(t, out.String(), "unencrypted")
		assert.NotContains(t, out.String(), "secret")
	}
}
