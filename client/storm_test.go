package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The fault storm: thousands of creates through a proxy that does to them whatever networks do. Three observers who
// know nothing of the client's reasoning, beneath the transport, above it and in the store, say what each call should
// have returned.
func TestFaultStorm(t *testing.T) {
	calls := 10_000
	if testing.Short() {
		calls = 1_000
	}
	const seed = 20261123
	vendor := &fakevendor.Vendor{}
	proxy := startStorm(t, seed, vendor)

	transport := client.NewTransport()
	transport.DialContext = watchedDial(seed)
	c, err := client.New(testKey, client.WithBaseURL("http://"+proxy.listener.Addr().String()),
		client.WithHTTPClient(&http.Client{Transport: transport}), client.WithMiddleware(watchAttempts),
		client.WithTimeout(time.Second)) // far beyond what an answer takes, also on a machine that is busy
	require.NoError(t, err)

	watches := make([]*watch, calls)
	next := make(chan int)
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for i := range next {
				w := &watch{}
				w.customer, w.err = c.CreateCustomer(w.context(t.Context()), client.CustomerInput{Email: new(email(i))},
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
	transport.CloseIdleConnections()
	proxy.stop()

	kept := map[string][]string{}
	for _, customer := range vendor.Customers(testKey) {
		kept[*customer.Email] = append(kept[*customer.Email], customer.ID)
	}
	var succeeded, odd, known, failed, unknown, unsent, retried int
	for i, w := range watches {
		ids := kept[email(i)]
		require.LessOrEqual(t, len(ids), 1, "customer %d is there twice", i)
		doubtful, wrote := w.verdict()
		retried += len(w.attempts) - 1
		if errors.Is(w.err, client.ErrUnreadableCustomer) {
			e, _ := errors.AsType[*client.Error](w.err)
			require.Len(t, ids, 1, "customer %d was reported as created", i)
			if e.CustomerID != "" { // it was not cut off
				require.Equal(t, ids[0], e.CustomerID)
				known++
			}
			require.False(t, doubtful, "call %d: %v", i, w.err)
			require.True(t, w.attempts[len(w.attempts)-1].odd(), "call %d: %v", i, w.err)
			odd++
			continue
		}
		for _, a := range w.attempts {
			require.False(t, a.odd(), "call %d has created a customer: %v", i, w.err)
		}
		if w.err == nil {
			require.Equal(t, []string{w.customer.ID}, ids, "customer %d was reported as created", i)
			require.False(t, doubtful, "call %d succeeded without an answer", i)
			succeeded++
			continue
		}
		e, typed := errors.AsType[*client.Error](w.err)
		require.True(t, typed, "call %d: %v", i, w.err)
		require.Equal(t, len(w.attempts), e.Attempts, "attempts of call %d", i)
		isUnknown := errors.Is(w.err, client.ErrOutcomeUnknown)
		require.True(t, isUnknown == doubtful || isUnknown && w.lateUnseen(),
			"call %d: bytes written %t, no answer that settles %t, but: %v", i, wrote, doubtful, w.err)
		if isUnknown {
			unknown++
			continue
		}
		require.Empty(t, ids, "call %d left a customer behind: %v", i, w.err)
		if wrote {
			failed++
		} else {
			unsent++
		}
	}
	faults := ""
	proxy.faults.Range(func(name, n any) bool {
		faults += fmt.Sprintf(", %v %v", n.(*atomic.Int64).Load(), name)
		return true
	})
	t.Logf("seed %d: %d created, %d of them answered in an odd way (%d with a whole id), %d unknown, %d refused, %d of which nothing was written; %d attempts more than calls;"+
		" the proxy: %s", seed, succeeded+odd, odd, known, unknown, failed, unsent, retried, strings.TrimPrefix(faults, ", "))
	assert.Greater(t, succeeded, calls/3)
	assert.Greater(t, unknown, calls/20)
	assert.Positive(t, odd)
	assert.Positive(t, known)
	assert.Positive(t, failed)
	assert.Positive(t, unsent)
	assert.Greater(t, retried, calls/20)
	assert.Eventually(t, func() bool { return goroutinesOfTransport() == "" }, 10*time.Second, 10*time.Millisecond,
		"goroutines are left")
}

func email(i int) string { return fmt.Sprintf("storm-%d@example.com", i) }

// goroutinesOfTransport returns the stacks of goroutines that serve a client connection.
func goroutinesOfTransport() string {
	all := make([]byte, 4<<20)
	var left []string
	for stack := range strings.SplitSeq(string(all[:runtime.Stack(all, true)]), "\n\n") {
		if strings.Contains(stack, "persistConn") || strings.Contains(stack, "bitbybit-go/client.(") {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}

// watch is what the observers saw of one call.
type watch struct {
	customer *client.Customer
	err      error
	mu       sync.Mutex
	attempts []*watchedAttempt
}

type watchedAttempt struct {
	sought   bool // the transport looked for a connection
	late     bool // it failed, and its time was over
	grants   []watchedGrant
	answered bool
	status   int
	body     bytes.Buffer
	end      error // how reading the body ended: io.EOF if it was whole
}

type watchedGrant struct {
	conn    *watchedConn
	written int64
}

type watchKey struct{}

func (w *watch) context(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, watchKey{}, w)
	last := func(note func(*watchedAttempt)) {
		w.mu.Lock()
		defer w.mu.Unlock()
		note(w.attempts[len(w.attempts)-1])
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { last(func(a *watchedAttempt) { a.sought = true }) },
		GotConn: func(info httptrace.GotConnInfo) {
			conn := client.Beneath(info.Conn).(*watchedConn)
			last(func(a *watchedAttempt) { a.grants = append(a.grants, watchedGrant{conn, conn.written.Load()}) })
		},
	})
}

// watchAttempts is the observer above the transport: what came back, as far as the client read it.
func watchAttempts(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		w := r.Context().Value(watchKey{}).(*watch)
		a := &watchedAttempt{}
		w.mu.Lock()
		w.attempts = append(w.attempts, a)
		w.mu.Unlock()
		resp, err := next.RoundTrip(r)
		if err == nil {
			a.answered, a.status = true, resp.StatusCode
			resp.Body = &watchedBody{resp.Body, a}
		}
		a.late = err != nil && r.Context().Err() != nil
		return resp, err
	})
}

type watchedBody struct {
	io.ReadCloser
	attempt *watchedAttempt
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.attempt.body.Write(p[:n])
	if err != nil {
		b.attempt.end = err
	}
	return n, err
}

// watchedConn is the observer beneath the transport: what was written.
type watchedConn struct {
	net.Conn
	written atomic.Int64
}

func (c *watchedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

// watchedDial refuses one in thirty connections, closes one in thirty as soon as it is there, and watches the rest.
func watchedDial(seed uint64) func(context.Context, string, string) (net.Conn, error) {
	var n atomic.Uint64
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		dice := rand.New(rand.NewPCG(seed, 1<<33+n.Add(1))).IntN(30)
		if dice == 0 {
			addr = "127.0.0.1:1"
		}
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if dice == 1 {
			_ = conn.Close()
		}
		return client.Counted(&watchedConn{Conn: conn}), nil
	}
}

// verdict tells whether bytes of an attempt went out without an answer that settles it, and whether any byte went out.
func (w *watch) verdict() (doubtful, wrote bool) {
	for _, a := range w.attempts {
		out := a.answered
		for _, g := range a.grants {
			// Without an answer the connection is done for: whatever it has written since, belongs to this attempt.
			out = out || g.conn.written.Load() > g.written
		}
		wrote = wrote || out
		doubtful = doubtful || out && !a.settled()
	}
	return doubtful, wrote
}

// lateUnseen tells whether the time of an attempt was over before the transport looked for a connection. If it was over
// already when the client asked, the client knows that nothing was sent; if it ended in the moment after, nothing proves
// it, since an http.Transport says nothing of such a request, and another transport may not have said all. It needs a machine so
// busy that the moment lasts.
func (w *watch) lateUnseen() bool {
	return slices.ContainsFunc(w.attempts, func(a *watchedAttempt) bool { return a.late && !a.sought })
}

// settled is the rule of the issue, written down a second time, with another library.
func (a *watchedAttempt) settled() bool {
	if a.status == 201 {
		return a.traced()
	}
	if !a.whole() {
		return false
	}
	var envelope gen.ErrorResponse
	switch {
	case a.status/100 == 4:
		return json.Unmarshal(a.body.Bytes(), &envelope) == nil && envelope.Error.Code != ""
	case a.status == 503:
		return json.Unmarshal(a.body.Bytes(), &envelope) == nil && envelope.Error.Code == gen.CodeServiceUnavailable
	}
	return false
}

func (a *watchedAttempt) whole() bool { return a.answered && errors.Is(a.end, io.EOF) }

// idInData is for answers of the store, whose customers have no addresses here, and what the proxies make of them.
var idInData = regexp.MustCompile(`(?i)"data":\{.*"id":"[^"]`)

// traced tells whether what arrived has an id, or the beginning of one.
func (a *watchedAttempt) traced() bool { return idInData.Match(a.body.Bytes()) }

// odd tells whether a customer was created, and the answer is not the contract's.
func (a *watchedAttempt) odd() bool {
	return a.status == 201 && a.traced() && (!a.whole() || !a.readable())
}

func (a *watchedAttempt) readable() bool {
	var envelope struct {
		Data  gen.Customer   `json:"data"`
		Error jsontext.Value `json:"error"`
	}
	return json.Unmarshal(a.body.Bytes(), &envelope) == nil && envelope.Error == nil && envelope.Data.ID != ""
}
