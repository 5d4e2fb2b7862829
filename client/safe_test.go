package client_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// A request of a safe method is sent again whatever became of it (RFC 9110, 9.2.2), and its outcome is never unknown.
func TestSafeMethodIsTriedAgain(t *testing.T) {
	t.Parallel()
	abort := func(http.ResponseWriter) { panic(http.ErrAbortHandler) }
	for name, tc := range map[string]struct {
		steps    []func(http.ResponseWriter)
		attempts int
		say      string // what Error() says, "" for success
	}{
		"a connection that breaks": {[]func(http.ResponseWriter){abort, answer(502, "<h1>"), answer(200, created)}, 3, ""},
		"an answer cut short":      {[]func(http.ResponseWriter){answer(200, "{"), answer(200, created)}, 2, ""},
		"503":                      {[]func(http.ResponseWriter){answer(503, envelope("SERVICE_UNAVAILABLE")), answer(200, created)}, 2, ""},
		"never":                    {[]func(http.ResponseWriter){answer(500, "")}, 4, "bitbybit: get customer: answered 500"},
		"a refusal":                {[]func(http.ResponseWriter){answer(404, envelope("NOT_FOUND"))}, 1, "/customers/{id} was called"},
		"one that cannot be read":  {[]func(http.ResponseWriter){answer(200, `{"data":{"id":"cust_1","email":5}}`)}, 1, "the customer exists"},
	} {
		for _, pacing := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var out bytes.Buffer
					logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
					s := &script{steps: tc.steps}
					c := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
						assert.Equal(t, "GET /customers/cust_1", r.Method+" "+r.RequestURI)
						assert.Equal(t, testKey, r.Header.Get(gen.KeyHeader))
						s.handle(w, r)
					}, client.WithLogger(logger), client.WithPacing(pacing))
					var r client.Response
					customer, err := c.Read(t.Context(), client.WithResponse(&r))
					assert.Equal(t, tc.attempts, r.Attempts)
					assert.Contains(t, out.String(), "method=GET path=/customers/{id} ")
					assert.NotContains(t, out.String(), "cust_1")
					if tc.say == "" {
						require.NoError(t, err)
						assert.Equal(t, "cust_1", customer.ID)
						return
					}
					require.ErrorContains(t, err, tc.say)
					assert.NotContains(t, err.Error(), "cust_1")
					assert.NotContains(t, err.Error(), "unknown")
					assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
					assert.Equal(t, name == "a refusal", errors.Is(err, client.ErrNotFound))
				})
			})
		}
	}
}
