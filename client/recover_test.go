package client_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
)

// What fails before the request is written, once, is tried again, and the customer is in the store once.
func TestFailureThenSuccess(t *testing.T) {
	t.Parallel()
	const host = "http://bitbybit.test"
	for name, breaks := range map[string]func(transport *http.Transport, first func() bool){
		"DNS": func(transport *http.Transport, first func() bool) {
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if first() {
					return nil, &net.DNSError{Err: "no such host", Name: "bitbybit.test", IsNotFound: true}
				}
				return dial(ctx, network, addr)
			}
		},
		"refused": func(transport *http.Transport, first func() bool) {
			nobody, dial := closedPort(t), transport.DialContext
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if first() {
					addr = nobody
				}
				return dial(ctx, network, addr)
			}
		},
		"proxy refused": func(transport *http.Transport, first func() bool) {
			nobody := &url.URL{Scheme: "http", Host: closedPort(t)}
			var asked atomic.Int32
			transport.Proxy = func(*http.Request) (*url.URL, error) {
				if asked.Add(1) <= 2 { // by this package and by net/http
					first()
					return nobody, nil
				}
				return nil, nil
			}
		},
		"proxy that cannot be told": func(transport *http.Transport, first func() bool) {
			transport.Proxy = func(*http.Request) (*url.URL, error) {
				if first() {
					return nil, errors.New("the PAC file is out of reach")
				}
				return nil, nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vendor := &fakevendor.Vendor{}
			server := httptest.NewServer(vendor)
			t.Cleanup(server.Close)
			transport := client.NewTransport()
			transport.Proxy = nil
			dial := transport.DialContext
			transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				if addr == "bitbybit.test:80" {
					addr = server.Listener.Addr().String()
				}
				return dial(ctx, network, addr)
			}
			t.Cleanup(transport.CloseIdleConnections)
			var failures atomic.Int32
			breaks(transport, func() bool { return failures.Add(1) == 1 })
			assertRecovers(t, host, transport, vendor)
			assert.Positive(t, failures.Load())
		})
	}
	t.Run("TLS", func(t *testing.T) {
		t.Parallel()
		vendor := &fakevendor.Vendor{}
		secure := httptest.NewUnstartedServer(vendor)
		secure.Config.ErrorLog = quiet
		secure.StartTLS()
		t.Cleanup(secure.Close)
		plain := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(plain.Close)
		transport := client.NewTransport()
		transport.TLSClientConfig = trusting(secure)
		dial := transport.DialContext
		var dials atomic.Int32
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			if dials.Add(1) == 1 {
				addr = plain.Listener.Addr().String()
			}
			return dial(ctx, network, addr)
		}
		t.Cleanup(transport.CloseIdleConnections)
		assertRecovers(t, secure.URL, transport, vendor)
	})
}

func assertRecovers(t *testing.T, base string, transport http.RoundTripper, vendor *fakevendor.Vendor) {
	t.Helper()
	c, err := client.New(testKey, client.WithBaseURL(base), client.WithHTTPClient(&http.Client{Transport: transport}),
		client.WithRetry(client.RetryPolicy{Backoff: 1}))
	require.NoError(t, err)
	var r client.Response
	customer, err := c.CreateCustomer(t.Context(), jane(), client.WithResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, 2, r.Attempts)
	stored := vendor.Customers(testKey)
	require.Len(t, stored, 1)
	assert.Equal(t, customer.ID, stored[0].ID)
}

// The bound on an answer holds after decompression.
func TestGzipBomb(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(201)
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, new(zeros), 1_000_000)
		_ = z.Close()
	}, client.WithMaxResponse(1000))
	_, err := c.CreateCustomer(t.Context(), jane())
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	require.ErrorContains(t, err, "over the bound of 1000 bytes")
}

// The timeout of an http.Client holds beside WithTimeout: the shorter one counts.
func TestTimeoutOfTheHTTPClient(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ theirs, ours time.Duration }{
		{3 * time.Second, 5 * time.Second}, {5 * time.Second, 3 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
			server := &http.Server{ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
			server.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
			go func() { _ = server.Serve(l) }()
			transport := &http.Transport{DialContext: l.dial}
			t.Cleanup(func() {
				transport.CloseIdleConnections()
				_ = server.Shutdown(context.Background())
			})
			c, err := client.New(testKey, client.WithBaseURL("http://mock.test"), client.WithTimeout(tc.ours),
				client.WithHTTPClient(&http.Client{Transport: transport, Timeout: tc.theirs}))
			require.NoError(t, err)
			start := time.Now()
			_, err = c.CreateCustomer(t.Context(), jane())
			assert.Equal(t, 3*time.Second, time.Since(start))
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
}
