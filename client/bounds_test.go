package client_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// An answer that never ends, or is none, ends the call with its context or its timeout, and leaves no goroutine: inside
// the bubble a goroutine that is left is a deadlock.
func TestEveryAnswerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	const drip = 700 * time.Millisecond
	for name, tc := range map[string]struct {
		begin, repeat string // what the server writes at once, and then until the client has gone
		at            time.Duration
		status        int
	}{
		"silence":         {at: 5 * time.Second},
		"half a header":   {begin: "HTTP/1.1 201 Cre", at: 5 * time.Second},
		"endless header":  {begin: "HTTP/1.1 201 Created\r\n", repeat: "X: y\r\n", at: 5 * time.Second},
		"slow body":       {begin: "HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", repeat: " ", at: 5 * time.Second, status: 201},
		"no body":         {begin: "HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n", at: 5 * time.Second, status: 201},
		"until closed":    {begin: "HTTP/1.1 201 Created\r\n\r\n", repeat: " ", at: 5 * time.Second, status: 201},
		"slow chunks":     {begin: "HTTP/1.1 503 S\r\nTransfer-Encoding: chunked\r\n\r\n", repeat: "1\r\n \r\n", at: 5 * time.Second, status: 503},
		"Early Hints":     {repeat: "HTTP/1.1 103 Early Hints\r\n\r\n", at: 5 * time.Second},
		"Continue":        {repeat: "HTTP/1.1 100 Continue\r\n\r\n", at: 5 * time.Second},
		"101":             {begin: "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", status: 101},
		"101 and more":    {begin: "HTTP/1.1 101 Switching Protocols\r\n\r\n" + created, repeat: " ", status: 101},
		"101 with length": {begin: "HTTP/1.1 101 S\r\nContent-Length: 1000\r\n\r\n", repeat: " ", status: 101},
	} {
		for by, opts := range map[string][]client.CallOption{
			"timeout": {client.WithTimeout(5 * time.Second)}, "context": nil,
		} {
			t.Run(name+"/"+by, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
					var server sync.WaitGroup
					server.Go(func() {
						conn, err := l.Accept()
						if err != nil {
							return
						}
						defer conn.Close()
						req, err := http.ReadRequest(bufio.NewReader(conn))
						if err != nil {
							return
						}
						_, _ = io.Copy(io.Discard, req.Body)
						for _, err = io.WriteString(conn, tc.begin); err == nil; _, err = io.WriteString(conn, tc.repeat) {
							if tc.repeat == "" {
								_, _ = conn.Read(make([]byte, 1)) // until the client has gone
								return
							}
							time.Sleep(drip)
						}
					})
					c, err := client.New(testKey, client.WithBaseURL("http://localhost"),
						client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
						client.WithHTTPClient(&http.Client{Transport: &http.Transport{DialContext: l.dial}}))
					require.NoError(t, err)
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					if opts == nil {
						time.AfterFunc(5*time.Second, cancel)
					}
					start := time.Now()
					_, err = c.CreateCustomer(ctx, jane(), opts...)
					assert.Equal(t, tc.at, time.Since(start))
					require.ErrorIs(t, err, client.ErrOutcomeUnknown)
					e, _ := errors.AsType[*client.Error](err)
					assert.Equal(t, tc.status, e.StatusCode)
					if tc.at > 0 {
						assert.Equal(t, opts == nil, errors.Is(err, context.Canceled))
						assert.Equal(t, opts != nil, errors.Is(err, context.DeadlineExceeded))
					}
					server.Wait() // it sees the client go
				})
			})
		}
	}
}

// The body that a middleware puts in place does not know of the context.
func TestBodyThatDoesNotWatchTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		body, _ := io.Pipe()
		c, err := client.New(testKey, client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
			client.WithTimeout(5*time.Second), client.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: 201, Body: body, Request: r}, nil
				})
			}))
		require.NoError(t, err)
		start := time.Now()
		_, err = c.CreateCustomer(t.Context(), jane())
		assert.Equal(t, 5*time.Second, time.Since(start))
		require.ErrorIs(t, err, client.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
