package client_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
)

// The examples call a stand-in for the vendor that is started for them.
func TestMain(m *testing.M) {
	server := httptest.NewServer(&fakevendor.Vendor{})
	baseURL = server.URL
	m.Run()
	server.Close()
}

const testKey = "bbb_test_secret0123456789"

// jane has something personal in every kind of field, so that a test can look for it where it does not belong.
func jane() client.CustomerInput {
	return client.CustomerInput{
		Email: new("jane.doe@private.example"), PhoneNumber: new("+6281234567890"), FirstName: new("Jane"),
		Tags:      []string{"vip"},
		Addresses: []client.AddressInput{{Address1: "Jl. Rahasia No. 1", City: new("Jakarta")}},
	}
}

const created = `{"data":{"id":"cust_1","email":"jane.doe@private.example","createdAt":"2026-11-23T08:30:00.000Z",` +
	`"updatedAt":"2026-11-23T08:30:00.000Z"}}`

func envelope(code string) string {
	return fmt.Sprintf(`{"error":{"code":%q,"message":"about jane.doe@private.example"}}`, code)
}

var lengthOfCreated = strconv.Itoa(len(created))

// quiet is where servers log what tests do to them.
var quiet = log.New(io.Discard, "", 0)

// reply answers with the vendor's rate limit headers; more is name, value, name, value.
func reply(w http.ResponseWriter, status int, body string, more ...string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("RateLimit-Limit", "100")
	w.Header().Set("RateLimit-Remaining", "99")
	w.Header().Set("RateLimit-Reset", "42")
	for i := 0; i < len(more); i += 2 {
		w.Header().Set(more[i], more[i+1])
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// newClient returns a client of a server with h, on a real listener, and the server. Retries are off unless opts say
// otherwise.
func newClient(t testing.TB, h http.HandlerFunc, opts ...client.Option) (*client.Client, *httptest.Server) {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = quiet
	server.Start()
	t.Cleanup(server.Close)
	transport := client.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	opts = append([]client.Option{
		client.WithBaseURL(server.URL + "/"),
		client.WithHTTPClient(&http.Client{Transport: transport}),
		client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
	}, opts...)
	c, err := client.New(testKey, opts...)
	require.NoError(t, err)
	return c, server
}

// pipeClient is newClient over net.Pipe instead of sockets, for use inside a synctest bubble.
func pipeClient(t testing.TB, h http.HandlerFunc, opts ...client.Option) *client.Client {
	t.Helper()
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: h, ErrorLog: quiet}
	go func() { _ = server.Serve(l) }()
	transport := client.NewTransport()
	transport.Proxy = nil
	transport.DialContext = l.dial
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Shutdown(context.Background()) // which lets handlers come to their end
	})
	opts = append([]client.Option{
		client.WithBaseURL("http://localhost/"), client.WithHTTPClient(&http.Client{Transport: transport}),
	}, opts...)
	c, err := client.New(testKey, opts...)
	require.NoError(t, err)
	return c
}

type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inMemory answers every request without a network.
func inMemory(status int, body string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}
