package traffic_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
)

// seen is what one side saw of an exchange.
type seen struct {
	Line    string // of the request, or the status
	Header  http.Header
	Length  int64
	Coding  []string
	Body    string
	Trailer http.Header
	Hints   []string
	Err     bool
}

// random makes exchange n: what is sent, and what is answered.
type random struct {
	*rand.Rand
}

func exchangeOf(n int) random { return random{rand.New(rand.NewPCG(uint64(n), 14))} }

func (r random) text(most int) string {
	text := make([]byte, r.IntN(most+1))
	for i := range text {
		text[i] = byte(' ' + r.IntN('~'-' '+1))
	}
	return strings.TrimSpace(string(text))
}

func (r random) body() []byte {
	size := 0
	switch r.IntN(10) {
	case 0, 1, 2:
	case 3, 4, 5, 6, 7:
		size = r.IntN(2000)
	case 8:
		size = r.IntN(100_000)
	case 9:
		size = r.IntN(1 << 20)
	}
	body := make([]byte, size)
	for i := range body {
		body[i] = byte(r.IntN(256))
	}
	return body
}

func (r random) header() http.Header {
	header := http.Header{}
	for range r.IntN(6) {
		name := fmt.Sprintf("X-%c%d", 'A'+r.IntN(5), r.IntN(3))
		header[name] = append(header[name], r.text(60))
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Forwarded-Proto", "Accept-Encoding", "Content-Encoding", "Cookie", "Via", "Cache-Control"} {
		if r.IntN(4) == 0 {
			header[name] = []string{r.text(20) + "x"}
		}
	}
	return header
}

// request is what is sent. Its body has a length, or is sent in chunks and can have trailers.
func (r random) request(t *testing.T, url string, n int) *http.Request {
	t.Helper()
	method := []string{http.MethodPost, http.MethodPut, http.MethodGet, http.MethodDelete, "PURGE", http.MethodHead, http.MethodOptions}[r.IntN(7)]
	target := url + "/" + []string{"", "clients", "a%2Fb/c%20d", "%E2%98%83", "x//y", "a;b=c", "~'()*!"}[r.IntN(7)]
	target += []string{"", "?", "?a=b&a=c", "?x=%zz&;;", "?q=1;2", "?%20=+"}[r.IntN(6)]
	var body io.Reader
	if sent := r.body(); len(sent) > 0 && method != http.MethodGet && method != http.MethodHead {
		body = bytes.NewReader(sent)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, target, body)
	require.NoError(t, err)
	request.Header = r.header()
	request.Header.Set("X-Exchange", strconv.Itoa(n))
	if r.IntN(3) == 0 {
		request.Header.Set("User-Agent", "") // none is sent
	}
	if body != nil && r.IntN(2) == 0 {
		request.ContentLength = -1
		if r.IntN(2) == 0 {
			request.Trailer = http.Header{"X-Sum": {r.text(10)}}
		}
	}
	return request
}

// answer is what is answered.
func (r random) answer(w http.ResponseWriter, method string) {
	for range r.IntN(3) {
		w.Header().Add("Link", "</"+r.text(5)+">")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
	}
	maps.Copy(w.Header(), r.header())
	w.Header()["Date"] = nil
	if r.IntN(2) == 0 {
		w.Header().Set("Date", "Sat, 28 Nov 2026 10:00:00 GMT")
	}
	w.Header()["Content-Type"] = nil
	if r.IntN(2) == 0 {
		w.Header().Set("Content-Type", "text/x; "+r.text(10))
	}
	status := []int{200, 201, 204, 304, 400, 404, 429, 500, 502, 299, 599, 799}[r.IntN(12)]
	body := r.body()
	if status == 204 || status == 304 {
		body = nil
	}
	abort := r.IntN(12) == 0 && method != http.MethodHead
	trailers := false
	if r.IntN(2) == 0 && body != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	} else if trailers = body != nil && method != http.MethodHead && r.IntN(3) == 0; trailers {
		w.Header().Set("Trailer", "X-Sum, X-None")
	}
	w.WriteHeader(status)
	if trailers {
		_ = http.NewResponseController(w).Flush() // only a body in chunks has them
	}
	for part := range slices.Chunk(body, 30_000) {
		if abort && len(part) < 30_000 {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(part)
		if r.IntN(4) == 0 {
			_ = http.NewResponseController(w).Flush()
		}
	}
	if trailers {
		w.Header().Set("X-Sum", r.text(10))
		if r.IntN(2) == 0 {
			w.Header().Set(http.TrailerPrefix+"X-Late", r.text(10))
		}
	}
}

// origin answers random exchanges, and remembers what came.
type origin struct {
	mu   sync.Mutex
	came map[string]seen
}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("X-Exchange")
	body, err := io.ReadAll(r.Body)
	r.Header.Del("Connection")
	o.mu.Lock()
	o.came[id] = seen{
		Line: r.Method + " " + r.RequestURI, Header: r.Header, Length: r.ContentLength, Coding: r.TransferEncoding, Body: string(body), Trailer: r.Trailer, Err: err != nil,
	}
	o.mu.Unlock()
	n, _ := strconv.Atoi(id)
	answers := exchangeOf(n)
	answers.Uint64()
	answers.answer(w, r.Method)
}

// exchange sends exchange n to a server, and tells what came back.
func exchange(t *testing.T, c *http.Client, url string, n int) seen {
	t.Helper()
	var hints []string
	request := exchangeOf(n).request(t, url, n)
	request = request.WithContext(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
			hints = append(hints, fmt.Sprint(code, header))
			return nil
		},
	}))
	answer, err := c.Do(request)
	if err != nil {
		return seen{Err: true}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return seen{
		Line: strconv.Itoa(answer.StatusCode), Header: answer.Header, Length: answer.ContentLength, Coding: answer.TransferEncoding, Body: string(body),
		Trailer: answer.Trailer, Hints: hints, Err: err != nil,
	}
}

func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// serveProxy serves a proxy in front of a server.
func serveProxy(t *testing.T, target string, set func(*traffic.JudgingProxy)) (*traffic.JudgingProxy, string) {
	t.Helper()
	proxy, err := traffic.Proxy(target)
	require.NoError(t, err)
	proxy.Logger = slog.New(slog.DiscardHandler)
	if set != nil {
		set(proxy)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return proxy, server.URL
}

// TestProxyPassesOnUnchanged makes random exchanges with a server directly and through the proxy: both sides must see the same.
func TestProxyPassesOnUnchanged(t *testing.T) {
	t.Parallel()
	for _, enforce := range []bool{false, true} {
		t.Run(fmt.Sprintf("enforce %v", enforce), func(t *testing.T) {
			t.Parallel()
			direct, behind := &origin{came: map[string]seen{}}, &origin{came: map[string]seen{}}
			server, target := httptest.NewServer(direct), httptest.NewServer(behind)
			t.Cleanup(server.Close)
			t.Cleanup(target.Close)
			proxy, err := traffic.Proxy(target.URL)
			require.NoError(t, err)
			proxy.Enforce, proxy.Logger = enforce, slog.New(slog.DiscardHandler)
			var arrived atomic.Int64
			between := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived.Add(1)
				proxy.ServeHTTP(w, r)
			}))
			between.Config.ErrorLog = log.New(io.Discard, "", 0)
			between.Start()
			t.Cleanup(between.Close)
			const exchanges = 1000
			numbers := make(chan int)
			var callers sync.WaitGroup
			for range 4 {
				c := client(t)
				callers.Go(func() {
					for n := range numbers {
						want, got := exchange(t, c, server.URL, n), exchange(t, c, between.URL, n)
						if enforce && want.Err { // the proxy does not begin an answer that does not end
							assert.True(t, got.Err, n)
							continue
						}
						assert.Equal(t, want, got, "what came of exchange %d", n)
					}
				})
			}
			for n := range exchanges {
				numbers <- n
			}
			close(numbers)
			callers.Wait()
			for n := range exchanges {
				assert.Equal(t, direct.came[strconv.Itoa(n)], behind.came[strconv.Itoa(n)], "what the server saw of exchange %d", n)
			}
			between.Close()
			proxy.Close()
			assert.EqualValues(t, arrived.Load(), proxy.Report("").Traffic.Passed)
		})
	}
}

// rawServer writes an answer, whatever it is, to each request, and ends the connection.
func rawServer(t *testing.T, answer string) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestProxyBreaksOffAsTheOtherSideDid has either side end its connection at different moments.
func TestProxyBreaksOffAsTheOtherSideDid(t *testing.T) {
	t.Parallel()
	t.Run("the server, before it answers", func(t *testing.T) {
		t.Parallel()
		for name, answer := range map[string]string{"nothing": "", "half a header": "HTTP/1.1 200 OK\r\nContent-Le", "no HTTP": "SSH-2.0-x\r\n\r\n", "no status": "HTTP/1.1 000 x\r\nContent-Length: 0\r\n\r\n"} {
			proxy, url := serveProxy(t, rawServer(t, answer), nil)
			_, err := client(t).Post(url, "text/plain", strings.NewReader("x"))
			assert.ErrorIs(t, err, io.EOF, name)
			proxy.Close()
			assert.Equal(t, 1, proxy.Report("").Traffic.Passed, name)
		}
	})
	t.Run("the server is not there", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		log := &logged{}
		_, url := serveProxy(t, "http://"+listener.Addr().String(), func(p *traffic.JudgingProxy) { p.Logger = slog.New(slog.NewTextHandler(log, nil)) })
		_, err = client(t).Get(url)
		require.ErrorIs(t, err, io.EOF)
		assert.Contains(t, log.String(), refused())
	})
	t.Run("the caller, while it sends", func(t *testing.T) {
		t.Parallel()
		ended := make(chan error, 1)
		target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, err := io.Copy(io.Discard, r.Body)
			ended <- err
		}))
		t.Cleanup(target.Close)
		_, url := serveProxy(t, target.URL, nil)
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		assert.Error(t, <-ended)
	})
	t.Run("the caller, while it waits", func(t *testing.T) {
		t.Parallel()
		arrived, ended := make(chan struct{}), make(chan struct{})
		target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-r.Context().Done()
			close(ended)
		}))
		t.Cleanup(target.Close)
		_, url := serveProxy(t, target.URL, nil)
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		<-arrived
		require.NoError(t, conn.Close())
		<-ended
	})
}

func TestProxyPassesOnAnotherProtocol(t *testing.T) {
	t.Parallel()
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, both, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		defer conn.Close()
		_, _ = both.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		_ = both.Flush()
		line, _ := both.ReadString('\n')
		_, _ = both.WriteString("heard " + line)
		_ = both.Flush()
	}))
	t.Cleanup(target.Close)
	for _, enforce := range []bool{false, true} {
		proxy, url := serveProxy(t, target.URL, func(p *traffic.JudgingProxy) { p.Enforce = enforce })
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, "GET /customers HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		require.NoError(t, err)
		reader := bufio.NewReader(conn)
		answer, err := http.ReadResponse(reader, nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusSwitchingProtocols, answer.StatusCode)
		_, err = io.WriteString(conn, "hello\n")
		require.NoError(t, err)
		all, err := io.ReadAll(reader)
		require.NoError(t, err)
		assert.Equal(t, "heard hello\n", string(all))
		require.NoError(t, conn.Close())
		require.Eventually(t, func() bool { return len(proxy.Report("").Traffic.LeftOut) == 1 }, testTimeout, testTick)
		proxy.Close()
	}
}

func TestProxyRefusesTargets(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"", "api.test", "ftp://api.test", "http://", "http://u:p@api.test", "http://api.test/?a", "http://api.test/#a", "http://%zz"} {
		_, err := traffic.Proxy(target)
		assert.ErrorContains(t, err, "the target must be like https://host/path", target)
	}
}
