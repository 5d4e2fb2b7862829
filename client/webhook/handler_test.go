package webhook_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The vendor gets the answer that makes it do the right thing.
func TestAnswers(t *testing.T) {
	t.Parallel()
	var h handled
	url := serve(t, receiver(t).Handler(h.handle))
	d := delivery()
	later := with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(time.Second) })
	for _, step := range []struct {
		name   string
		send   webhooktest.Delivery
		status int
		say    string
		calls  int // of the handler, so far
	}{
		{"not the vendor's", delivery("another"), 400, webhook.ErrSignatureMismatch.Error(), 0},
		{"another type of the same id", with(d, func(d *webhooktest.Delivery) { d.Type = "customer.updated" }), 200, "ignored, only " + gen.WebhookEventCustomerCreated + " is handled", 0},
		{"the event", d, 200, "handled", 1},
		{"the same again", d, 200, webhook.ErrDuplicate.Error(), 1},
		{"signed anew, as a retry is", later, 200, webhook.ErrDuplicate.Error(), 1},
		{"the same under another id", with(d, func(d *webhooktest.Delivery) { d.ID = "evt_other" }), 200, webhook.ErrReplay.Error(), 1},
		{"the retry under another id", with(later, func(d *webhooktest.Delivery) { d.ID = "evt_other" }), 200, webhook.ErrReplay.Error(), 1},
		{"not a customer", with(delivery(), func(d *webhooktest.Delivery) { d.Payload = []byte(`{}`) }), 400, webhook.ErrPayload.Error(), 1},
		{"another event", delivery(), 200, webhook.ErrReplay.Error(), 1}, // of the same customer in the same second: see the package comment
		{"another event, a second later", with(delivery(), func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(2 * time.Second) }), 200, "handled", 2},
	} {
		status, text := post(t, step.send.Request(url))
		assert.Equal(t, step.status, status, step.name)
		assert.Contains(t, text, step.say, step.name)
		assert.Equal(t, step.calls, h.count(), step.name)
	}
	assert.Equal(t, d.ID, h.events[0].ID)
	assert.Equal(t, jane(), h.events[0].Customer)
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	var h handled
	url := serve(t, receiver(t).Handler(h.handle))
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodOptions} {
		r := delivery().Request(url)
		r.Method = method
		resp, err := http.DefaultClient.Do(r.WithContext(t.Context()))
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode, method)
		assert.Equal(t, http.MethodPost, resp.Header.Get("Allow"), method)
	}
	assert.Zero(t, h.count())
}

// An event whose handler failed, panicked or ended its goroutine comes again, and is handled then.
func TestFailureComesAgain(t *testing.T) {
	t.Parallel()
	personal := errors.New("no row for jane.doe@private.example")
	for name, tc := range map[string]struct {
		fail func() error
		log  string
	}{
		"an error":                {func() error { return personal }, personal.Error()},
		"an error that is known":  {func() error { return webhook.ErrDuplicate }, webhook.ErrDuplicate.Error()},
		"a panic":                 {func() error { panic(personal.Error()) }, "panic of type string"},
		"a panic of the runtime":  {func() error { return []error{}[len(personal.Error())] }, "index out of range"},
		"http.ErrAbortHandler":    {func() error { panic(http.ErrAbortHandler) }, ""},
		"the goroutine ends":      {func() error { runtime.Goexit(); return nil }, ""},
		"the context is the case": {func() error { return context.Canceled }, "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, log := logged()
			h := handled{fail: func(n int) error {
				if n > 1 {
					return nil
				}
				return tc.fail()
			}}
			url := serve(t, receiver(t, webhook.WithLogger(logger)).Handler(h.handle))
			d := delivery()
			if resp, err := http.DefaultClient.Do(d.Request(url).WithContext(t.Context())); tc.log == "" {
				require.Error(t, err, "no answer")
			} else {
				require.NoError(t, err)
				text, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				resp.Body.Close()
				assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
				assert.Equal(t, webhook.ErrHandler.Error()+"\n", string(text))
				assert.Contains(t, log.String(), tc.log)
				assert.Contains(t, log.String(), `"level":"ERROR"`)
				assert.Contains(t, log.String(), d.ID)
			}
			status, _ := post(t, d.Request(url))
			assert.Equal(t, http.StatusOK, status)
			assert.Equal(t, 2, h.count())
			status, text := post(t, d.Request(url))
			assert.Equal(t, http.StatusOK, status)
			assert.Contains(t, text, webhook.ErrDuplicate.Error())
			assert.Equal(t, 2, h.count())
		})
	}
}

// A log has neither the secret nor anything of the customer, whatever comes.
func TestLog(t *testing.T) {
	t.Parallel()
	logger, log := logged()
	h := handled{fail: func(int) error { panic(jane()) }}
	url := serve(t, receiver(t, webhook.WithLogger(logger)).Handler(h.handle))
	d := delivery()
	for _, send := range []webhooktest.Delivery{
		d, delivery("another"), with(d, func(d *webhooktest.Delivery) { d.Type = "customer.updated" }),
		with(d, func(d *webhooktest.Delivery) { d.Payload = []byte(`{"id":["jane.doe"]}`) }),
		with(d, func(d *webhooktest.Delivery) { d.ID = strings.Repeat("jane\"", 10_000) }),
	} {
		post(t, send.Request(url))
	}
	assert.Equal(t, 5, strings.Count(log.String(), "\n"))
	for _, level := range []string{"INFO", "WARN", "ERROR"} {
		assert.Contains(t, log.String(), level)
	}
	for _, private := range []string{secret, macOf(d), "jane.doe", "cust_1"} {
		assert.NotContains(t, log.String(), private)
	}
	assert.Less(t, len(log.String()), 20_000, "a long id is cut")
}

// While an event is being handled, another delivery of it is told to come again: a 200 would lose it if the first one failed.
func TestDuplicateMeanwhile(t *testing.T) {
	t.Parallel()
	began, end := make(chan struct{}), make(chan error)
	url := serve(t, receiver(t).Handler(func(context.Context, webhook.Event) error {
		began <- struct{}{}
		return <-end
	}))
	d := delivery()
	replay := with(d, func(d *webhooktest.Delivery) { d.ID = "evt_other" })
	retry := with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(time.Second) })
	for _, outcome := range []error{errors.New("failed"), nil} {
		first := make(chan int)
		go func() {
			resp, err := http.DefaultClient.Do(d.Request(url))
			if assert.NoError(t, err) {
				resp.Body.Close()
				first <- resp.StatusCode
			}
		}()
		<-began
		for _, send := range []webhooktest.Delivery{d, retry, replay} {
			status, text := post(t, send.Request(url))
			assert.Equal(t, http.StatusServiceUnavailable, status)
			assert.Contains(t, text, webhook.ErrInProgress.Error())
		}
		end <- outcome
		want := http.StatusOK
		if outcome != nil {
			want = http.StatusServiceUnavailable
			assert.Equal(t, want, <-first)
			status, text := post(t, replay.Request(url))
			assert.Equal(t, http.StatusServiceUnavailable, status, "the replay of what failed is not handled in its place")
			assert.Contains(t, text, webhook.ErrInProgress.Error())
			continue
		}
		assert.Equal(t, want, <-first)
	}
	status, text := post(t, replay.Request(url))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, webhook.ErrReplay.Error())
}

// The claim is released although the request has ended.
func TestSenderGoesAway(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}, 1), make(chan struct{})
	var calls atomic.Int32
	handler := receiver(t).Handler(func(ctx context.Context, _ webhook.Event) error {
		if calls.Add(1) > 1 {
			return nil
		}
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		if r.Context().Err() != nil {
			close(ended)
		}
	}))
	d := delivery()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-began
		cancel()
	}()
	resp, err := http.DefaultClient.Do(d.Request(url).WithContext(ctx))
	if err == nil {
		resp.Body.Close()
	}
	require.ErrorIs(t, err, context.Canceled)
	<-ended
	status, _ := post(t, d.Request(url))
	assert.Equal(t, http.StatusOK, status)
	assert.EqualValues(t, 2, calls.Load())
}

func TestEncodedBody(t *testing.T) {
	t.Parallel()
	var h handled
	url := serve(t, receiver(t).Handler(h.handle))
	for coding, want := range map[string]int{"gzip": 400, "br": 400, "x, y": 400, "identity": 200, "identity|gzip": 400} {
		r := delivery().Request(url)
		r.Header["Content-Encoding"] = strings.Split(coding, "|") // in headers of their own
		status, text := post(t, r)
		assert.Equal(t, want, status, coding)
		if want != http.StatusOK {
			assert.Contains(t, text, webhook.ErrEncodedBody.Error())
		}
	}
}

// endless is a body without an end.
type endless struct{ read atomic.Int64 } // bytes

func (b *endless) Read(p []byte) (int, error) {
	b.read.Add(int64(len(p)))
	return len(p), nil
}

func (b *endless) Close() error { return nil }

// counting is a listener that counts the bytes that its server reads.
type counting struct {
	net.Listener
	read *atomic.Int64
}

func (l counting) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countingConn{conn, l.read}, err
}

type countingConn struct {
	net.Conn
	read *atomic.Int64
}

func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// A body that is too large is not read to its end, which may never come: not by Read, and not by the server of the Handler.
func TestTooLargeIsNotReadOn(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int64{"of unknown length": -1, "a bit too large": 3 * gen.WebhookMaxPayload, "of a length that is said": 1 << 40} {
		var h handled
		var read atomic.Int64
		server := httptest.NewUnstartedServer(receiver(t).Handler(h.handle))
		server.Listener = counting{server.Listener, &read}
		server.Start()
		defer server.Close()
		r := delivery().Request(server.URL)
		r.Body, r.ContentLength, r.GetBody = &endless{}, length, nil
		resp, err := http.DefaultTransport.RoundTrip(r.WithContext(t.Context()))
		require.NoError(t, err, name)
		text, err := io.ReadAll(resp.Body)
		require.NoError(t, err, name)
		resp.Body.Close()
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode, name)
		assert.Contains(t, string(text), webhook.ErrTooLarge.Error(), name)
		assert.True(t, resp.Close, "%s: the connection is of no more use", name)
		const drained = 256 << 10 // what net/http reads, and throws away, after the answer of whatever handler
		assert.Less(t, read.Load(), int64(gen.WebhookMaxPayload+drained+16<<10), name)
		assert.Zero(t, h.count())

		var body endless
		r = httptest.NewRequest(http.MethodPost, "/", &body)
		r.Header = delivery().Header()
		_, err = receiver(t).Read(r)
		require.ErrorIs(t, err, webhook.ErrTooLarge)
		assert.LessOrEqual(t, body.read.Load(), int64(2*gen.WebhookMaxPayload))
	}
}

// A body that breaks off is no event.
func TestBodyBreaksOff(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(strings.NewReader(`{"id":`), broken{}))
	r.Header = delivery().Header()
	_, err := receiver(t).Read(r)
	require.ErrorIs(t, err, webhook.ErrUnreadableBody)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Equal(t, http.StatusBadRequest, webhook.StatusCode(err))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A body that does not come ends after the time that an answer may take, if the server has no ReadTimeout, and else after that. What is known to
// be wrong is answered at once.
func TestBodyDoesNotCome(t *testing.T) {
	for name, tc := range map[string]struct {
		method  string
		status  int
		timeout time.Duration
		come    int // bytes of the body
		want    time.Duration
	}{
		"a server without a bound": {http.MethodPost, http.StatusBadRequest, 0, 10, gen.WebhookAnswerTime},
		"a server with one":        {http.MethodPost, http.StatusBadRequest, 2 * time.Minute, 10, 2 * time.Minute},
		"no byte":                  {http.MethodPost, http.StatusBadRequest, 0, 0, gen.WebhookAnswerTime},
		"too large":                {http.MethodPost, http.StatusBadRequest, 0, gen.WebhookMaxPayload + 1, 0},
		"another method":           {http.MethodPut, http.StatusMethodNotAllowed, 0, 10, gen.WebhookAnswerTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, remote := net.Pipe()
				listener := &single{conns: make(chan net.Conn, 1)}
				listener.conns <- remote
				server := &http.Server{Handler: receiver(t).Handler(nil), ReadTimeout: tc.timeout}
				go func() { _ = server.Serve(listener) }()
				start := time.Now()
				head := fmt.Sprintf("%s / HTTP/1.1\r\nHost: receiver.example\r\nContent-Length: %d\r\n", tc.method, tc.come+10)
				for name, values := range delivery().Header() {
					head += name + ": " + values[0] + "\r\n"
				}
				_, err := io.WriteString(conn, head+"\r\n"+strings.Repeat("x", tc.come))
				require.NoError(t, err)
				answer := bufio.NewReader(conn)
				resp, err := http.ReadResponse(answer, nil)
				require.NoError(t, err)
				assert.Equal(t, tc.status, resp.StatusCode)
				assert.Equal(t, tc.want, time.Since(start))
				_, err = io.Copy(io.Discard, answer)
				require.NoError(t, err, "the server closes the connection")
				require.NoError(t, server.Close())
			})
		})
	}
}

// Where a header is refused nothing of the body is read.
func TestRefusedBeforeTheBody(t *testing.T) {
	t.Parallel()
	var body endless
	r := httptest.NewRequest(http.MethodPost, "/", &body)
	w := httptest.NewRecorder()
	receiver(t).Handler(nil).ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Zero(t, body.read.Load())
}

// single is a listener of the connections that are put into it.
type single struct{ conns chan net.Conn }

func (l *single) Accept() (net.Conn, error) {
	conn, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (l *single) Close() error { close(l.conns); return nil }

func (l *single) Addr() net.Addr { return &net.TCPAddr{} }

// A request that a program made has no body at all, other than one of a server.
func TestReadWithoutABody(t *testing.T) {
	t.Parallel()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", nil)
	require.NoError(t, err)
	request.Header = webhooktest.New(client.Customer{ID: "cust_1"}, secret).Header()
	_, err = receiver(t).Read(request)
	assert.ErrorIs(t, err, webhook.ErrSignatureMismatch)
}
