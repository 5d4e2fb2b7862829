package delivery

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

func contract() *exchange.Contract {
	return exchange.NewContract(judge.Contract(), "", "bbb_test_0123456789abcdef", exchange.AnyServer)
}

func receiver(t *testing.T) (*Receiver, string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r, err := New(contract(), Options{Listener: listener, Secrets: []string{"whsec_test"}, Wait: time.Second, Tag: "tag"})
	require.NoError(t, err)
	t.Cleanup(r.Close)
	return r, listener.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := &piped{conns: make(chan net.Conn), closed: make(chan struct{})}
		r, err := New(contract(), Options{Listener: listener, Secrets: []string{"whsec_test"}, Wait: time.Second, Tag: "tag"})
		require.NoError(t, err)
		begun := time.Now()
		var open []net.Conn
		for range mostConnections {
			conn := listener.dial()
			_, err := io.WriteString(conn, "POST / HTTP/1.1\r\n") // and no more
			require.NoError(t, err)
			open = append(open, conn)
		}
		_, err = listener.dial().Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF, "one too many")
		assert.Equal(t, 1, turnedAway(r))
		r.Close() // does not wait for those that are open
		for _, conn := range open {
			_, err = conn.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.EOF)
		}
		assert.Zero(t, time.Since(begun))
	})
}

func turnedAway(r *Receiver) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.turnedAway
}

// TestSlowBodiesHoldNothingUp has as many requests under way as may be, none of which comes to its end.
func TestSlowBodiesHoldNothingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := &piped{conns: make(chan net.Conn), closed: make(chan struct{})}
		r, err := New(contract(), Options{Listener: listener, Secrets: []string{"whsec_test"}, Wait: time.Second, Tag: "tag"})
		require.NoError(t, err)
		defer r.Close()
		begun := time.Now()
		for range mostAtOnce {
			conn := listener.dial()
			defer conn.Close()
			_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1")
		}
		synctest.Wait()
		assert.Equal(t, http.StatusServiceUnavailable, post(t, listener, "{}"), "there is no room")
		assert.Positive(t, turnedAway(r))
		time.Sleep(patience)
		synctest.Wait()
		assert.Equal(t, http.StatusOK, post(t, listener, "{}"))
		assert.Equal(t, patience, time.Since(begun))
	})
}

// piped is a listener whose connections are pipes.
type piped struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *piped) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *piped) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *piped) Addr() net.Addr { return &net.TCPAddr{} }

func (p *piped) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// post is the status of the answer to a body.
func post(t *testing.T, to *piped, body string) int {
	t.Helper()
	conn := to.dial()
	defer conn.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://a/", strings.NewReader(body))
	require.NoError(t, err)
	go func() { _ = req.Write(conn) }()
	answer, err := http.ReadResponse(bufio.NewReader(conn), req)
	require.NoError(t, err)
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	t.Parallel()
	r := &Receiver{webhook: &webhook{Contract: contract()}, stories: map[string]*story{}, news: make(chan struct{}, 1)}
	body := bytes.Repeat([]byte("x"), mostBody)
	for range mostKept / mostBody {
		r.keep(&arrival{body: body, header: http.Header{}})
	}
	last := &arrival{body: body, header: http.Header{}}
	r.keep(last)
	assert.Equal(t, http.StatusServiceUnavailable, last.answered)
	assert.LessOrEqual(t, r.kept, mostKept)
	assert.Positive(t, r.turnedAway)
}

// TestAllThatIsKeptIsCounted has small requests that take much: a compressed body, and a long target.
func TestAllThatIsKeptIsCounted(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(bytes.Repeat([]byte{' '}, mostBody))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	compressed := &arrival{header: http.Header{"Content-Encoding": {"gzip"}}}
	compressed.take(b.Bytes())
	assert.GreaterOrEqual(t, compressed.size(), mostBody+b.Len())
	long := &arrival{target: strings.Repeat("x", mostHeader)}
	assert.GreaterOrEqual(t, long.size(), mostHeader)
}

func TestHugeHeadersAndBodiesAreNotRead(t *testing.T) {
	t.Parallel()
	r, address := receiver(t)
	for name, tc := range map[string]struct {
		header, body string
		status       int
	}{
		"headers": {"X: " + strings.Repeat("x", 64<<10), "", http.StatusRequestHeaderFieldsTooLarge},
		"a body":  {"A: b", strings.Repeat("x", 4*mostBody), http.StatusOK},
	} {
		conn := dial(t, address)
		go func() {
			_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\n"+tc.header+"\r\nTransfer-Encoding: chunked\r\n\r\n")
			_, _ = io.WriteString(conn, "100000\r\n"+tc.body+"\r\n0\r\n\r\n")
		}()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, name)
		_ = answer.Body.Close()
		assert.Equal(t, tc.status, answer.StatusCode, name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	require.Len(t, r.unknown, 1)
	assert.True(t, r.unknown[0].cut)
	assert.Equal(t, mostOfStranger, cap(r.unknown[0].body), "others do not fill what is kept")
}

func TestARunWithoutAListener(t *testing.T) {
	t.Parallel()
	var none *Receiver
	none.Wait(t.Context(), nil)
	assert.Empty(t, none.Judge(nil, true, nil).Problems)
	none.Close()
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := New(contract(), Options{Listener: &piped{}})
	require.ErrorContains(t, err, "need a signing secret")
	_, err = New(contract(), Options{Secrets: []string{"a"}})
	require.ErrorContains(t, err, "need a listener")
	text, err := judge.Contract().Document().MarshalJSON()
	require.NoError(t, err)
	document, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			operation.Callbacks = nil
		}
	}
	j, err := judge.New(document)
	require.NoError(t, err)
	bare := exchange.NewContract(j, "", "", exchange.AnyServer)
	_, err = New(bare, Options{Listener: &piped{}, Secrets: []string{"a"}})
	require.ErrorIs(t, err, ErrNoWebhook)
}
