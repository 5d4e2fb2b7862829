package client_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// once makes one attempt over transport.
func once(t *testing.T, url string, transport http.RoundTripper) error {
	t.Helper()
	if tr, ok := transport.(*http.Transport); ok {
		t.Cleanup(tr.CloseIdleConnections)
	}
	c, err := client.New(testKey, client.WithBaseURL(url), client.WithHTTPClient(&http.Client{Transport: transport}),
		client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = c.CreateCustomer(t.Context(), jane())
	return err
}

// What fails before a byte of the request is written is known not to have created anything, with any http.Transport.
func TestNothingWritten(t *testing.T) {
	t.Parallel()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.EnableHTTP2 = true
	secure.Config.ErrorLog = quiet
	secure.StartTLS()
	t.Cleanup(secure.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }))
	t.Cleanup(proxy.Close)
	proxyURL, err := url.Parse(proxy.URL)
	require.NoError(t, err)

	for name, tc := range map[string]struct {
		url  string
		tune func(*http.Transport)
		say  string
	}{
		"refused":            {url: "http://" + closedPort(t), say: "connect"},
		"no such host":       {url: "http://no-such-host.invalid", say: "lookup"},
		"unknown authority":  {url: secure.URL, say: "certificate"},
		"TLS to a plain one": {url: "https://" + proxyURL.Host, say: "HTTP response to HTTPS client"},
		"proxy does not connect": {
			url: secure.URL, say: "Bad Gateway",
			tune: func(tr *http.Transport) { tr.Proxy = http.ProxyURL(proxyURL) },
		},
		"proxy refused": {
			url: "http://example.invalid", say: "proxyconnect",
			tune: func(tr *http.Transport) { tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: closedPort(t)}) },
		},
	} {
		for kind, transport := range map[string]*http.Transport{
			"counting": client.NewTransport(), "any": http.DefaultTransport.(*http.Transport).Clone(),
		} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				if tc.tune != nil {
					tc.tune(transport)
				}
				err := once(t, tc.url, transport)
				require.ErrorContains(t, err, tc.say)
				require.ErrorContains(t, err, "not sent: ")
				assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
			})
		}
	}
}

// closedPort returns an address that nobody listens on.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// A connection that breaks between being handed out and the first write: NewTransport knows that nothing was written,
// other transports cannot say.
func TestConnectionLostBeforeTheFirstWrite(t *testing.T) {
	t.Parallel()
	_, server := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
	for kind, transport := range map[string]*http.Transport{
		"counting": client.NewTransport(), "any": http.DefaultTransport.(*http.Transport).Clone(),
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			// Closing our own end in GotConn is what a server's reset at that moment amounts to.
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GotConn: func(i httptrace.GotConnInfo) { _ = i.Conn.Close() },
			})
			t.Cleanup(transport.CloseIdleConnections)
			c, err := client.New(testKey, client.WithBaseURL(server.URL), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
				client.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)
			_, err = c.CreateCustomer(ctx, jane())
			require.Error(t, err)
			assert.Equal(t, kind == "any", errors.Is(err, client.ErrOutcomeUnknown), "%v", err)
		})
	}
}

// brokenConn fails to write from some moment on, while its reader notices nothing.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c brokenConn) Write(p []byte) (int, error) {
	if c.broken.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(p)
}

// The same over TLS, where the connection has carried a handshake before.
func TestConnectionLostBeforeTheFirstWriteOverTLS(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { ok(w) }))
		server.EnableHTTP2 = h2
		server.Config.ErrorLog = quiet
		server.StartTLS()
		t.Cleanup(server.Close)
		transport := client.NewTransport()
		transport.TLSClientConfig = trusting(server)
		var broken atomic.Bool
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return client.Counted(brokenConn{conn, &broken}), err
		}
		t.Cleanup(transport.CloseIdleConnections)
		c, err := client.New(testKey, client.WithBaseURL(server.URL), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
			client.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)

		_, err = c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err, "a good connection, HTTP/2 %t", h2)

		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { broken.Store(true) },
		})
		_, err = c.CreateCustomer(ctx, jane())
		require.Error(t, err)
		assert.Equal(t, h2, errors.Is(err, client.ErrOutcomeUnknown), "HTTP/2 %t: %v", h2, err)
	}
}

func trusting(server *httptest.Server) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &tls.Config{RootCAs: roots}
}

// After the first byte nothing is sent again, not even where net/http would: the server closes an idle connection
// just as the second request arrives, and a middleware has added the header that tells net/http that a POST may be
// repeated.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	var requests atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				in := bufio.NewReader(conn)
				for n := 0; ; n++ {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					requests.Add(1)
					if n > 0 {
						return // the customer is created, the answer is lost
					}
					_, _ = io.WriteString(conn, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "+
						lengthOfCreated+"\r\n\r\n"+created)
				}
			}()
		}
	}()
	idempotent := func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.Header.Set("Idempotency-Key", "1")
			return next.RoundTrip(r)
		})
	}
	transport := client.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	c, err := client.New(testKey, client.WithBaseURL("http://"+listener.Addr().String()),
		client.WithMiddleware(idempotent), client.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	_, err = c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
	_, err = c.CreateCustomer(t.Context(), jane())
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	assert.EqualValues(t, 2, requests.Load())
}

// A redirect would hand key and customer to another host.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		var elsewhere atomic.Int32
		_, other := newClient(t, func(w http.ResponseWriter, _ *http.Request) { elsewhere.Add(1); ok(w) })
		// Even a client that was told to follow redirects does not.
		hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, status, "", "Location", other.URL+"/customers")
		}, client.WithHTTPClient(hc))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.ErrorIs(t, err, client.ErrOutcomeUnknown)
		e, _ := errors.AsType[*client.Error](err)
		assert.Equal(t, status, e.StatusCode)
		assert.Zero(t, elsewhere.Load(), "requests to where %d points", status)
	}
}

// A transport that reports nothing to httptrace leaves its failures in doubt.
func TestTransportThatReportsNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	err := once(t, "http://mock.test", roundTripper(func(*http.Request) (*http.Response, error) { return nil, broken }))
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	require.ErrorIs(t, err, broken)
}

// Cancelled while the server holds the answer back: the request was written.
func TestCancelledAfterWriting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := newClient(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := c.CreateCustomer(ctx, jane())
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
}

// Cancelled while the connection is being made: nothing was written, and nothing is tried again.
func TestCancelledWhileConnecting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	transport := client.NewTransport()
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c, err := client.New(testKey, client.WithBaseURL("http://mock.test"),
		client.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	_, err = c.CreateCustomer(ctx, jane())
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
	e, _ := errors.AsType[*client.Error](err)
	assert.Equal(t, 1, e.Attempts)
}

// The attempt has timed out before the request reached the transport, which would not even have reported it.
func TestTimeoutBeforeTheTransport(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(http.ResponseWriter, *http.Request) { panic("nothing may be sent") },
		client.WithTimeout(time.Millisecond), client.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return next.RoundTrip(r)
			})
		}))
	_, err := c.CreateCustomer(t.Context(), jane())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "not sent")
	require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
}

// A caller's own trace goes on working.
func TestCallersTrace(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
	var got atomic.Int32
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { got.Add(1) },
	})
	_, err := c.CreateCustomer(ctx, jane(), client.WithTimeout(time.Minute))
	require.NoError(t, err)
	assert.EqualValues(t, 1, got.Load())
}

// A connection that was found unwritten stays so, whatever a goroutine of the transport is still about to do.
func TestSeal(t *testing.T) {
	t.Parallel()
	here, there := net.Pipe()
	defer there.Close()
	conn := client.Counted(here)
	defer conn.Close()
	go func() { _, _ = io.ReadFull(there, make([]byte, 4)) }()
	_, err := conn.Write([]byte("POST"))
	require.NoError(t, err)
	assert.False(t, client.SealIf(conn, 0), "after four bytes")
	assert.True(t, client.SealIf(conn, 4))
	n, err := conn.Write([]byte("late"))
	require.ErrorIs(t, err, net.ErrClosed)
	assert.Zero(t, n)
}

// A write under way is cut off, and what of it has left counts.
func TestSealWhileWriting(t *testing.T) {
	t.Parallel()
	for left, want := range map[int]bool{0: true, 1: false} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			defer there.Close()
			conn := client.Counted(here)
			written := make(chan int)
			go func() {
				n, _ := conn.Write([]byte("POST"))
				written <- n
			}()
			_, err := io.ReadFull(there, make([]byte, left))
			require.NoError(t, err)
			synctest.Wait() // the write waits for its reader
			sealed := make(chan bool)
			go func() { sealed <- client.SealIf(conn, 0) }()
			assert.Equal(t, left, <-written)
			assert.Equal(t, want, <-sealed, "%d bytes had left", left)
		})
	}
}
