package client_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The fault storm over HTTP/2, where requests share connections that a proxy recycles all day: it refuses streams, ends
// connections in the middle of others, and breaks streams that the store may have seen. The proxy and the observer above
// the transport say what each call should have returned.
func TestFaultStormHTTP2(t *testing.T) {
	t.Parallel()
	calls := 4_000
	if testing.Short() {
		calls = 1_000
	}
	vendor := &fakevendor.Vendor{}
	proxy := &streamStorm{store: vendor, dice: rand.New(rand.NewPCG(20261127, 2)), lost: map[string]bool{}, faults: map[string]int{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go (&http2Server{proxy.answer}).serve(l)

	transport := client.NewTransport()
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	dial, dials := transport.DialContext, atomic.Int32{}
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials.Add(1)%10 == 0 {
			addr = "127.0.0.1:1"
		}
		return dial(ctx, network, addr)
	}
	defer transport.CloseIdleConnections()
	c, err := client.New(testKey, client.WithBaseURL("http://"+l.Addr().String()), client.WithMiddleware(watchAttempts),
		client.WithHTTPClient(&http.Client{Transport: transport}), client.WithTimeout(3*time.Second))
	require.NoError(t, err)

	watches := make([]*watch, calls)
	next := make(chan int)
	var workers sync.WaitGroup
	for range 32 {
		workers.Go(func() {
			for i := range next {
				w := &watch{}
				w.customer, w.err = c.CreateCustomer(context.WithValue(t.Context(), watchKey{}, w),
					client.CustomerInput{Email: new(email(i))},
					client.WithRetry(client.RetryPolicy{MaxAttempts: 1 + i%4, Backoff: time.Millisecond}))
				watches[i] = w
			}
		})
	}
	for i := range calls {
		next <- i
	}
	close(next)
	workers.Wait()

	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	kept := map[string][]string{}
	for _, customer := range vendor.Customers(testKey) {
		kept[*customer.Email] = append(kept[*customer.Email], customer.ID)
	}
	count := map[string]int{}
	for i, w := range watches {
		ids := kept[email(i)]
		require.LessOrEqual(t, len(ids), 1, "customer %d is there twice", i)
		doubtful := proxy.lost[email(i)]
		for _, a := range w.attempts {
			doubtful = doubtful || a.answered && !a.settled()
			require.True(t, !a.odd() || errors.Is(w.err, client.ErrUnreadableCustomer), "call %d has created a customer: %v", i, w.err)
		}
		count["more attempts"] += len(w.attempts) - 1
		e, _ := errors.AsType[*client.Error](w.err)
		switch {
		case w.err == nil:
			require.False(t, doubtful, "call %d succeeded without an answer", i)
			require.Equal(t, []string{w.customer.ID}, ids, "customer %d was reported as created", i)
			count["created"]++
		case errors.Is(w.err, client.ErrUnreadableCustomer):
			require.Equal(t, []string{e.CustomerID}, ids, "customer %d was reported as created", i)
			require.True(t, w.attempts[len(w.attempts)-1].odd(), "call %d: %v", i, w.err)
			if count["odd"]++; strings.Contains(w.err.Error(), "broke off") {
				count["odd, broken off"]++
			}
		case errors.Is(w.err, context.DeadlineExceeded): // on a machine that is slow, beside the silence of the proxy
			require.ErrorIs(t, w.err, client.ErrOutcomeUnknown)
			count["timed out"]++
		default:
			require.Equal(t, doubtful, errors.Is(w.err, client.ErrOutcomeUnknown), "call %d: %v: %v", i, w.err, errors.Join(e.Unwrap()...))
			if doubtful {
				count["unknown"]++
				continue
			}
			require.Empty(t, ids, "call %d left a customer behind: %v", i, w.err)
			if count["not created"]++; strings.Contains(w.err.Error(), "HTTP/2") {
				count["refused or ended"]++
			}
		}
	}
	t.Logf("%v; the proxy: %v", count, proxy.faults)
	for _, kind := range []string{"created", "odd", "odd, broken off", "unknown", "not created", "refused or ended", "more attempts"} {
		assert.Positive(t, count[kind], kind)
	}
}

// streamStorm is what the proxy does to streams.
type streamStorm struct {
	store *fakevendor.Vendor

	mu     sync.Mutex
	dice   *rand.Rand
	lost   map[string]bool // emails of requests that were broken off after the proxy had taken them
	faults map[string]int
}

func (p *streamStorm) answer(conn *http2Conn, stream uint32, email string) ([]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	store := func() string {
		body := strings.NewReader(`{"email":"` + email + `"}`)
		req := httptest.NewRequest(http.MethodPost, gen.BasePath+gen.PathCreateCustomer, body)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(gen.KeyHeader, testKey)
		rec := httptest.NewRecorder()
		p.store.ServeHTTP(rec, req)
		return rec.Body.String()
	}
	kind := p.dice.IntN(100)
	switch {
	case kind < 7:
		p.faults["REFUSED_STREAM"]++
		return resetStream(stream, refusedStream), false
	case kind < 14 && stream > conn.processed: // a GOAWAY must not take back what was processed
		p.faults["GOAWAY before it"]++
		conn.ended = true
		return goAway(conn.processed, []uint32{noError, calm}[p.dice.IntN(2)], ""), false
	}
	conn.processed = max(conn.processed, stream)
	fault := "passed"
	var out []byte
	switch {
	case kind < 20:
		fault, conn.ended = "GOAWAY after it", true
		out = append(goAway(conn.processed, noError, ""), answered(stream, "201", store())...)
	case kind < 24:
		fault, out = "503", answered(stream, "503", envelope("SERVICE_UNAVAILABLE"))
	case kind < 27:
		fault, out = "4xx", answered(stream, []string{"400", "408", "425"}[p.dice.IntN(3)], envelope("VALIDATION_ERROR"))
	case kind < 30:
		fault, out = "odd", answered(stream, "201", strings.Replace(store(), `{"data":{`, `{"data":{"tags":5,`, 1))
	case kind < 32:
		fault, out = "502", answered(stream, "502", "<h1>Bad Gateway</h1>")
	case kind < 40:
		fault = "broken off"
		if p.dice.IntN(2) == 0 {
			store()
		}
		code := []uint32{internalError, protocolError, cancelled, calm}[p.dice.IntN(4)]
		out, p.lost[email] = resetStream(stream, code), true
	case kind < 42:
		fault = "answer broken off"
		out = append(headers(stream, "201"), frame(frameData, 0, stream, []byte(store()))...)
		out = append(out, resetStream(stream, refusedStream)...)
	default:
		out = answered(stream, "201", store())
	}
	p.faults[fault]++
	return out, false
}
