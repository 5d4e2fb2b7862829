package client_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// closingConn tells when it was closed.
type closingConn struct {
	net.Conn
	closed func()
}

func (c closingConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// The server closes an idle connection just as a request is given it. What TLS still writes then, its goodbye, is not
// of the request: the call is tried again, and the customer is there once.
func TestIdleConnectionClosedByTheServer(t *testing.T) {
	t.Parallel()
	for name, secure := range map[string]bool{"plain": false, "TLS": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stored atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				stored.Add(1)
				ok(w)
			}))
			server.Config.ErrorLog = quiet
			transport := client.NewTransport()
			if secure {
				server.StartTLS()
				transport.TLSClientConfig = trusting(server)
			} else {
				server.Start()
			}
			t.Cleanup(server.Close)
			closed := make(chan struct{})
			once := sync.OnceFunc(func() { close(closed) })
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				if err != nil {
					return nil, err
				}
				return client.Counted(closingConn{conn, once}), nil
			}
			t.Cleanup(transport.CloseIdleConnections)
			c, err := client.New(testKey, client.WithBaseURL(server.URL),
				client.WithHTTPClient(&http.Client{Transport: transport}), client.WithRetry(client.RetryPolicy{Backoff: 1}))
			require.NoError(t, err)
			_, err = c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)

			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
				if i.Reused {
					server.CloseClientConnections()
					<-closed // the transport has noticed
				}
			}})
			_, err = c.CreateCustomer(ctx, jane())
			require.NoError(t, err)
			assert.EqualValues(t, 2, stored.Load())
		})
	}
}

// The server closes an HTTP/2 connection just as a request is given it, and net/http notices before it writes.
func TestHTTP2ConnectionClosedBeforeTheRequest(t *testing.T) {
	t.Parallel()
	for name, requests := range map[string]int{"its first": 1, "its second": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { ok(w) }))
			server.EnableHTTP2 = true
			server.Config.ErrorLog = quiet
			server.StartTLS()
			t.Cleanup(server.Close)
			transport := client.NewTransport()
			transport.TLSClientConfig = trusting(server)
			closed := make(chan struct{}, 9)
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				return closingConn{conn, func() { closed <- struct{}{} }}, err
			}
			t.Cleanup(transport.CloseIdleConnections)
			c, err := client.New(testKey, client.WithBaseURL(server.URL),
				client.WithHTTPClient(&http.Client{Transport: transport}), client.WithRetry(client.RetryPolicy{Backoff: 1}))
			require.NoError(t, err)
			given := 0
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
				if given++; given == requests {
					server.CloseClientConnections()
					<-closed // the transport has noticed
				}
			}})
			var r client.Response
			for n := range requests {
				_, err = c.CreateCustomer(ctx, jane(), client.WithResponse(&r))
				require.NoError(t, err)
				assert.Equal(t, n == requests-1, r.Attempts == 2, "request %d", n+1)
			}
		})
	}
}

// HTTP/2 without TLS carries several requests on a connection, too: the failure of one does not seal it.
func TestUnencryptedHTTP2(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{ErrorLog: quiet, Protocols: new(http.Protocols), ReadHeaderTimeout: time.Minute}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		ok(w)
	})
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	transport := client.NewTransport()
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	c, err := client.New(testKey, client.WithBaseURL("http://"+l.Addr().String()),
		client.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)

	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := c.CreateCustomer(t.Context(), jane())
		assert.NoError(t, err, "one that was under way")
	})
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { cancel() }})
	_, err = c.CreateCustomer(ctx, jane())
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, client.ErrOutcomeUnknown, "after GotConn")
	close(release)
	wg.Wait()
	_, err = c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
}
