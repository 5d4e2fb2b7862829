package sender

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	keyA   = gen.KeyPrefixTest + "a"
	keyB   = gen.KeyPrefixTest + "b"
	target = "http://127.0.0.1:8080/webhooks"
	secret = "whsec_of_the_tests"
)

// pipes is a network of one listener, inside a bubble of synctest.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }
func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// arrival is a request that arrived.
type arrival struct {
	at     time.Time
	header http.Header
	body   string
}

func (a arrival) id() string { return a.header.Get(gen.WebhookIDHeader) }

// receiver keeps what arrives, and answers what it is told to.
type receiver struct {
	mu       sync.Mutex
	arrivals []arrival
	answer   http.HandlerFunc // nil answers 200
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.mu.Lock()
	r.arrivals = append(r.arrivals, arrival{time.Now(), q.Header, string(body)})
	answer := r.answer
	r.mu.Unlock()
	if answer != nil {
		answer(w, q)
	}
}

func (r *receiver) answers(answer http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) all() []arrival {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]arrival(nil), r.arrivals...)
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// inBubble runs a test in a bubble, with a sender and an HTTP server that it reaches through pipes. The bubble fails if a goroutine is left.
func inBubble(t *testing.T, handler http.Handler, config Config, test func(t *testing.T, s *Sender)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, end := bubble(t, handler, config)
		defer end()
		test(t, s)
	})
}

func bubble(t *testing.T, handler http.Handler, config Config) (s *Sender, end func()) {
	t.Helper()
	network := make(pipes)
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(network) }()
	config.Dial = network.dial
	s = made(t, config)
	return s, func() {
		s.Close()
		close(network)
		_ = server.Close()
	}
}

// made is a sender with one endpoint, unless the configuration has others.
func made(t *testing.T, config Config) *Sender {
	t.Helper()
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Endpoints == nil {
		config.Endpoints = []webhook.Endpoint{{URL: target, Secret: secret}}
	}
	s, err := New(config)
	require.NoError(t, err)
	return s
}

func customer(n int) string { return fmt.Sprintf(`{"id":"cust_%d","firstName":"Siti"}`, n) }

// create tells the sender of customers 1 to n.
func create(s *Sender, n int) {
	for i := 1; i <= n; i++ {
		s.Created(keyA, "cust_"+strconv.Itoa(i), []byte(customer(i)))
	}
}

// v1 is the signature of the vendor's page, computed here by itself.
func v1(timestamp, body string) string {
	h := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(h, "%s.%s", timestamp, body)
	return hex.EncodeToString(h.Sum(nil))
}

// assertSigned checks the headers of an arrival that no fault hit.
func assertSigned(t *testing.T, a arrival) {
	t.Helper()
	timestamp := a.header.Get(gen.WebhookTimestampHeader)
	assert.Equal(t, strconv.FormatInt(a.at.Unix(), 10), timestamp)
	assert.Equal(t, "t="+timestamp+",v1="+v1(timestamp, a.body), a.header.Get(gen.WebhookSignatureHeader))
	assert.Equal(t, gen.WebhookEventCustomerCreated, a.header.Get(gen.WebhookEventHeader))
	assert.Equal(t, gen.WebhookUserAgent, a.header.Get("User-Agent"))
	assert.Equal(t, "application/json", a.header.Get("Content-Type"))
	assert.Regexp(t, `^evt_[0-9a-z]{26}$`, a.id())
}

// only is the one delivery that there is.
func only(t *testing.T, s *Sender) webhook.Delivery {
	t.Helper()
	synctest.Wait()
	list := s.Deliveries(webhook.Filter{})
	require.Len(t, list, 1)
	return list[0]
}
