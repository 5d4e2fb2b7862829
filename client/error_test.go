package client_test

import (
	"compress/gzip"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// With Error itself an error, errors.As(err, &e) for a var e client.Error would compile and never be true.
func TestOnlyAPointerIsAnError(t *testing.T) {
	t.Parallel()
	_, value := any(client.Error{}).(error)
	assert.False(t, value)
	_, pointer := any(&client.Error{}).(error)
	assert.True(t, pointer)
}

// A body that is compressed in a way that was not asked for, or not by net/http, is named as what it is.
func TestCompressedAnswer(t *testing.T) {
	t.Parallel()
	plain := client.NewTransport()
	plain.DisableCompression = true
	ask := client.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("Accept-Encoding", "gzip")
			return next.RoundTrip(r)
		})
	})
	zipped := func(coding string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Encoding"] = []string{coding}
			w.WriteHeader(201)
			z := gzip.NewWriter(w)
			_, _ = z.Write([]byte(created))
			_ = z.Close()
		}
	}
	for name, tc := range map[string]struct {
		coding string
		opt    client.Option
		say    string
	}{
		"a middleware asks":       {"gzip", ask, "compressed (gzip) and was not decoded"},
		"asked for nothing":       {"GZIP", client.WithHTTPClient(&http.Client{Transport: plain}), "compressed (gzip)"},
		"in a way of its own":     {"br", client.WithTimeout(client.DefaultTimeout), "compressed (br)"},
		"in two ways":             {"gzip, jane", ask, "compressed (another coding)"},
		"and does not say so":     {"", ask, "compressed (gzip, unannounced)"},
		"and says that it is not": {"identity", ask, "compressed (gzip, unannounced)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := newClient(t, zipped(tc.coding), tc.opt)
			_, err := c.CreateCustomer(t.Context(), jane())
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			require.ErrorContains(t, err, tc.say)
			assert.NotContains(t, err.Error(), "jane")
		})
	}
	t.Run("asked for by net/http", func(t *testing.T) {
		t.Parallel()
		c, _ := newClient(t, zipped("gzip"))
		customer, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		assert.Equal(t, "cust_1", customer.ID)
	})
}

// The value that an error points to shows none of what is about a person.
func TestCustomerIDIsNotPrinted(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, `{"data":{"id":"jane","tags":5}}`) })
	_, err := c.CreateCustomer(t.Context(), jane())
	e, ok := errors.AsType[*client.Error](err)
	require.True(t, ok)
	require.Equal(t, "jane", e.CustomerID)
	assertPrintedWithout(t, e, "jane", "the customer exists")
}
