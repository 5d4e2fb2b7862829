package mockserver

import (
	"bytes"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// ConnectionFault is a way in which a connection breaks instead of answering. The names are WireMock's where it has
// one.
type ConnectionFault string

// The connection faults. Where the answer begins, it is the one that the rest of the fault says: that of the status, or
// of the request that was carried out, or else the contract's example of a success. Behind HTTP/2, and where the
// connection cannot be had, each of them ends the request without an answer.
const (
	// ConnectionReset is a TCP reset before the answer.
	ConnectionReset ConnectionFault = "CONNECTION_RESET_BY_PEER"
	// ResetInBody is a TCP reset after half of the body. WireMock has none.
	ResetInBody ConnectionFault = "RESET_IN_RESPONSE_BODY"
	// EmptyResponse closes the connection without a byte.
	EmptyResponse ConnectionFault = "EMPTY_RESPONSE"
	// MalformedChunk sends status and headers, then garbage in place of a chunk, and closes.
	MalformedChunk ConnectionFault = "MALFORMED_RESPONSE_CHUNK"
	// RandomData sends garbage in place of an HTTP answer, and closes.
	RandomData ConnectionFault = "RANDOM_DATA_THEN_CLOSE"
	// NoResponse sends nothing for as long as the caller waits, at most an hour. WireMock has none.
	NoResponse ConnectionFault = "NO_RESPONSE"
)

// ConnectionFaults lists every connection fault that there is.
func ConnectionFaults() []ConnectionFault {
	return []ConnectionFault{ConnectionReset, ResetInBody, EmptyResponse, MalformedChunk, RandomData, NoResponse}
}

// answersInPart reports whether some of the answer leaves.
func (c ConnectionFault) answersInPart() bool { return c == ResetInBody || c == MalformedChunk }

// abort ends a request without an answer: net/http closes the connection, or resets the stream of HTTP/2. It would
// first wait for a body that has not been read.
func abort(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
	panic(http.ErrAbortHandler)
}

// breakConnection plays a connection fault.
func (s *Server) breakConnection(w http.ResponseWriter, x *exchange, h hit) {
	switch h.fault.Connection {
	case EmptyResponse:
		abort(w)
	case NoResponse:
		extendDeadlines(w, longestWait)
		s.pause(x.request.Context(), longestWait, 0)
		abort(w)
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		abort(w)
	}
	defer conn.Close()
	// A caller who reads nothing does not hold the server up.
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	switch h.fault.Connection {
	case ConnectionReset:
		reset(conn)
	case ResetInBody:
		whole := head(x, "Content-Length", strconv.Itoa(len(x.answer)))
		_, _ = conn.Write(append(whole, x.answer[:len(x.answer)/2]...))
		// Some systems throw away what was received when a reset arrives; the caller gets time to read the half.
		s.pause(x.request.Context(), 50*time.Millisecond, 0)
		reset(conn)
	case MalformedChunk:
		_, _ = conn.Write(slices.Concat(head(x, "Transfer-Encoding", "chunked"), garbage(h.garbage)))
	case RandomData:
		_, _ = conn.Write(garbage(h.garbage))
	}
	abort(w) // there is no connection left on which to send or read anything
}

// reset closes a TCP connection with RST instead of FIN.
func reset(conn net.Conn) {
	for {
		switch c := conn.(type) {
		case *net.TCPConn:
			_ = c.SetLinger(0)
			_ = c.Close()
			return
		case interface{ NetConn() net.Conn }: // TLS: its own Close would take its leave first
			conn = c.NetConn()
		default:
			_ = c.Close()
			return
		}
	}
}

// head is the beginning of an answer as HTTP/1.1, with one header beside those of the answer.
func head(x *exchange, name, value string) []byte {
	header := x.header.Clone()
	header.Del("Content-Length")
	header.Set(name, value)
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(x.status) + " " + http.StatusText(x.status) + "\r\n")
	_ = header.Write(&b)
	b.WriteString("\r\n")
	return b.Bytes()
}

// garbage is bytes that are neither an HTTP answer nor the size of a chunk: none of them is ASCII.
func garbage(seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 0))
	b := make([]byte, 128)
	for i := range b {
		b[i] = 0x80 | byte(random.Uint32())
	}
	return b
}
