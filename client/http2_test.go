package client_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// firstOnly answers the first request as fault says, and all others with 201. It keeps what was created: the first
// customer too, unless fault says that the request was not processed.
type firstOnly struct {
	mu        sync.Mutex
	requests  int
	emails    []string
	fault     func(stream uint32) []byte
	processed bool
	hangUp    bool
}

func (f *firstOnly) answer(_ *http2Conn, stream uint32, email string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	if f.requests > 1 || f.processed {
		f.emails = append(f.emails, email)
	}
	if f.requests == 1 {
		return f.fault(stream), f.hangUp
	}
	return answered(stream, "201", created), false
}

// An HTTP/2 server that says that it did not process a request is sent it again: by call.run, as any request that was
// not sent. net/http would do so by itself, and also where the server says no such thing.
func TestHTTP2SendsNothingTwice(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault     func(stream uint32) []byte
		processed bool // and so unknown to the client
		hangUp    bool
	}{
		"RST_STREAM REFUSED_STREAM": {fault: func(s uint32) []byte { return resetStream(s, refusedStream) }},
		"GOAWAY":                    {fault: func(uint32) []byte { return goAway(0, noError, "") }},
		"GOAWAY, hangs up":          {fault: func(uint32) []byte { return goAway(0, noError, "") }, hangUp: true},
		"GOAWAY ENHANCE_YOUR_CALM":  {fault: func(uint32) []byte { return goAway(0, calm, "jane") }},
		"RST_STREAM PROTOCOL_ERROR": {
			fault: func(s uint32) []byte { return resetStream(s, protocolError) }, processed: true,
		},
		"RST_STREAM INTERNAL_ERROR": {
			fault: func(s uint32) []byte { return resetStream(s, internalError) }, processed: true,
		},
		"RST_STREAM CANCEL":            {fault: func(s uint32) []byte { return resetStream(s, cancelled) }, processed: true},
		"RST_STREAM ENHANCE_YOUR_CALM": {fault: func(s uint32) []byte { return resetStream(s, calm) }, processed: true},
		"GOAWAY after it, hangs up": {
			fault: func(s uint32) []byte {
				return goAway(s, noError, "stream error: stream ID 1; REFUSED_STREAM; received from peer")
			}, processed: true, hangUp: true,
		},
		"hangs up": {fault: func(uint32) []byte { return nil }, processed: true, hangUp: true},
		"an answer, then REFUSED_STREAM": {
			fault: func(s uint32) []byte { return append(headers(s, "201"), resetStream(s, refusedStream)...) }, processed: true,
		},
	} {
		for kind, transport := range map[string]*http.Transport{
			"counting": client.NewTransport(), "any": http.DefaultTransport.(*http.Transport).Clone(),
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				store := &firstOnly{fault: tc.fault, processed: tc.processed, hangUp: tc.hangUp}
				url, trust := startHTTP2(t, &http2Server{store.answer})
				transport.TLSClientConfig = trust
				t.Cleanup(transport.CloseIdleConnections)
				c, err := client.New(testKey, client.WithBaseURL(url), client.WithRetry(client.RetryPolicy{Backoff: 1}),
					client.WithHTTPClient(&http.Client{Transport: transport}))
				require.NoError(t, err)

				var r client.Response
				first := client.CustomerInput{Email: new("first@example.com")}
				_, err = c.CreateCustomer(t.Context(), first, client.WithResponse(&r))
				if tc.processed {
					require.ErrorIs(t, err, client.ErrOutcomeUnknown)
					assert.Equal(t, 1, r.Attempts)
				} else {
					require.NoError(t, err)
					assert.Equal(t, 2, r.Attempts)
				}
				_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("second@example.com")})
				require.NoError(t, err)
				store.mu.Lock()
				defer store.mu.Unlock()
				assert.Equal(t, []string{"first@example.com", "second@example.com"}, store.emails)
			})
		}
	}
}

// Where it is not tried again, such a request is known not to have been processed, and the error says why.
func TestHTTP2NotProcessed(t *testing.T) {
	t.Parallel()
	for say, fault := range map[string]func(stream uint32) []byte{
		"not sent: the server refused the HTTP/2 stream (REFUSED_STREAM)": func(s uint32) []byte {
			return resetStream(s, refusedStream)
		},
		"not sent: the server ended the HTTP/2 connection before it (GOAWAY)": func(uint32) []byte {
			return goAway(0, noError, "jane")
		},
	} {
		store := &firstOnly{fault: fault}
		url, trust := startHTTP2(t, &http2Server{store.answer})
		transport := client.NewTransport()
		transport.TLSClientConfig = trust
		err := once(t, url, transport)
		require.ErrorContains(t, err, say)
		assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
		assert.NotContains(t, err.Error(), "jane")
		e, isError := errors.AsType[*client.Error](err)
		require.True(t, isError)
		assert.Equal(t, 1, e.Attempts)
	}
}
