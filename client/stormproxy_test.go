package client_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stormProxy listens on a real port, in front of a store, and does to connections and requests what its seed says.
type stormProxy struct {
	listener net.Listener
	store    http.Handler
	seed     uint64
	conns    atomic.Uint64
	requests atomic.Uint64
	done     sync.WaitGroup
	open     sync.Map // net.Conn
	faults   sync.Map // name to *atomic.Int64
}

func startStorm(t *testing.T, seed uint64, store http.Handler) *stormProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &stormProxy{listener: listener, store: store, seed: seed}
	p.done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.open.Store(conn, nil)
			p.done.Go(func() {
				defer p.open.Delete(conn)
				defer conn.Close()
				p.serve(conn.(*net.TCPConn))
			})
		}
	})
	return p
}

func (p *stormProxy) stop() {
	_ = p.listener.Close()
	p.open.Range(func(conn, _ any) bool {
		_ = conn.(net.Conn).Close()
		return true
	})
	p.done.Wait()
}

func (p *stormProxy) dice(n uint64) *rand.Rand { return rand.New(rand.NewPCG(p.seed, n)) }

func (p *stormProxy) note(name string) {
	n, _ := p.faults.LoadOrStore(name, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
}

func (p *stormProxy) serve(conn *net.TCPConn) {
	if p.dice(1<<32+p.conns.Add(1)).IntN(20) == 0 {
		p.note("reset at once")
		reset(conn)
		return
	}
	in := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		dice := p.dice(p.requests.Add(1))
		if !p.answer(conn, req, dice) {
			return
		}
	}
}

// answer returns false when the connection is done with.
func (p *stormProxy) answer(conn *net.TCPConn, req *http.Request, dice *rand.Rand) bool {
	if dice.IntN(50) == 0 {
		p.note("reset while reading")
		reset(conn)
		return false
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return false
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	forwarded := sync.OnceValue(func() []byte {
		rec := httptest.NewRecorder()
		p.store.ServeHTTP(rec, req)
		return rendered(rec.Code, rec.Header(), rec.Body.String())
	})
	forward := dice.IntN(2) == 0
	if dice.IntN(20) == 0 {
		p.note("delayed")
		pause(conn, time.Duration(dice.IntN(5))*time.Millisecond)
	}
	switch kind := dice.IntN(100); {
	case kind < 55:
		p.note("passed")
		return p.write(conn, forwarded())
	case kind < 56:
		p.note("passed after 103")
		return p.write(conn, append([]byte("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), forwarded()...))
	case kind < 57:
		p.note("passed in gzip")
		return p.write(conn, zipped(forwarded(), "gzip"))
	case kind < 60:
		p.note("passed, odd")
		return p.write(conn, odd(forwarded(), dice))
	case kind < 66:
		p.note("503")
		return p.write(conn, rendered(503, vendor, envelope("SERVICE_UNAVAILABLE")))
	case kind < 72:
		p.note("429")
		return p.write(conn, rendered(429, vendor, envelope("RATE_LIMIT_EXCEEDED")))
	case kind < 74:
		p.note("400")
		return p.write(conn, rendered(400, vendor, envelope("VALIDATION_ERROR")))
	case kind < 76:
		p.note("408 or 425")
		return p.write(conn, rendered([]int{408, 425}[dice.IntN(2)], vendor, envelope("TRY_LATER")))
	}
	// What is left of the store's answer settles it, if the id is.
	switch kind := dice.IntN(100); {
	case kind < 8:
		p.note("cut short")
		whole := forwarded()
		_ = p.write(conn, whole[:dice.IntN(len(whole))])
		return false
	case kind < 16:
		p.note("truncated JSON")
		header, body := parsed(forwarded())
		return p.write(conn, rendered(201, header, body[:dice.IntN(len(body))]))
	case kind < 24:
		p.note("misspelled 201")
		header, body := parsed(forwarded())
		return p.write(conn, rendered(201, header, []string{
			strings.Replace(body, `"data"`, `"Data"`, 1), strings.Replace(body, `"id"`, `"ID"`, 1),
			strings.Replace(body, `{`, `{"error":{},`, 1), body + "\x00",
		}[dice.IntN(4)]))
	}
	// From here on no answer settles anything, whether the store has seen the request or not.
	if forward {
		forwarded()
		p.note("forwarded for nothing")
	}
	switch dice.IntN(11) {
	case 0:
		p.note("101")
		_ = p.write(conn, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: storm\r\n\r\n"))
		pause(conn, time.Minute)
		return false
	case 1:
		p.note("endless 103")
		for p.write(conn, []byte("HTTP/1.1 103 Early Hints\r\n\r\n")) {
			pause(conn, 10*time.Millisecond)
		}
		return false
	case 2:
		p.note("compressed, not decoded")
		return p.write(conn, zipped(rendered(201, vendor, created), "br"))
	case 3:
		p.note("4xx page")
		return p.write(conn, rendered([]int{408, 425, 499}[dice.IntN(3)], page, "<h1>Timeout</h1>"))
	case 4:
		p.note("reset after reading")
		reset(conn)
		return false
	case 5:
		p.note("closed after reading")
		return false
	case 6:
		p.note("502")
		return p.write(conn, rendered(502, page, "<h1>Bad Gateway</h1>"))
	case 7:
		p.note("503 page")
		return p.write(conn, rendered(503, page, "<h1>Sorry</h1>"))
	case 8:
		p.note("page")
		return p.write(conn, rendered([]int{200, 201, 307, 403, 404, 429}[dice.IntN(6)], page, "<h1>Welcome</h1>"))
	case 9:
		p.note("500")
		return p.write(conn, rendered(500, vendor, envelope("SERVICE_UNAVAILABLE")))
	default:
		p.note("silence")
		pause(conn, time.Minute)
		return false
	}
}

func (p *stormProxy) write(conn net.Conn, b []byte) bool {
	_, err := conn.Write(b)
	return err == nil
}

// pause waits, or until the other side has gone.
func pause(conn *net.TCPConn, d time.Duration) {
	_ = conn.SetReadDeadline(time.Now().Add(d))
	_, _ = conn.Read(make([]byte, 1)) // the client sends nothing before it has its answer
	_ = conn.SetReadDeadline(time.Time{})
}

func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

var (
	vendor = http.Header{"Content-Type": {"application/json"}, "RateLimit-Limit": {"100"}, "RateLimit-Remaining": {"9"},
		"RateLimit-Reset": {"0"}}
	page = http.Header{"Content-Type": {"text/html"}, "Location": {"/elsewhere"}}
)

func rendered(status int, header http.Header, body string) []byte {
	resp := http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header,
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
	var b bytes.Buffer
	_ = resp.Write(&b)
	return b.Bytes()
}

// parsed reads an answer of the store back.
func parsed(answer []byte) (http.Header, string) {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	if err != nil {
		return nil, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.Header, string(body)
}

// zipped is an answer of the store with its body in gzip, under this name.
func zipped(answer []byte, coding string) []byte {
	header, body := parsed(answer)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	header = header.Clone()
	header.Set("Content-Encoding", coding)
	return rendered(201, header, b.String())
}

// odd is an answer of the store in which the id alone can be read.
func odd(answer []byte, dice *rand.Rand) []byte {
	header, body := parsed(answer)
	with := []string{`{"data":{"phoneNumber":5,`, `{"data":{"lastName":{},`, `{"data":{"imageUrl":["x"],`}[dice.IntN(3)]
	return rendered(201, header, strings.Replace(body, `{"data":{`, with, 1))
}
