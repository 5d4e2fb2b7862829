package fault

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// Connection is a way in which a connection breaks instead of answering. The names are WireMock's where it has
// one.
type Connection string

// The connection faults. Where the answer begins, it is the one that the rest of the fault says: that of the status, or
// of the request that was carried out, or else the contract's example of a success. Over HTTP/2, whose connection other
// requests share, each of them resets the stream of its own request, and nothing is sent before but by ResetInBody.
const (
	// Reset is a TCP reset before the answer.
	Reset Connection = "CONNECTION_RESET_BY_PEER"
	// ResetInBody is a TCP reset after half of the body. WireMock has none.
	ResetInBody Connection = "RESET_IN_RESPONSE_BODY"
	// EmptyResponse closes the connection without a byte.
	EmptyResponse Connection = "EMPTY_RESPONSE"
	// MalformedChunk sends status and headers, then garbage in place of a chunk, and closes.
	MalformedChunk Connection = "MALFORMED_RESPONSE_CHUNK"
	// RandomData sends garbage in place of an HTTP answer, and closes.
	RandomData Connection = "RANDOM_DATA_THEN_CLOSE"
	// NoResponse sends nothing for as long as the caller waits, at most an hour. WireMock has none.
	NoResponse Connection = "NO_RESPONSE"
)

// Connections lists every connection fault that there is.
func Connections() []Connection {
	return []Connection{Reset, ResetInBody, EmptyResponse, MalformedChunk, RandomData, NoResponse}
}

// AnswersInPart reports whether some of the answer leaves.
func (c Connection) AnswersInPart() bool { return c == ResetInBody || c == MalformedChunk }

// breakConnection plays a connection fault. It does not return.
func (h Hit) breakConnection(ctx context.Context, w http.ResponseWriter, a Response, pause Pause) {
	switch h.Fault.Connection {
	case EmptyResponse:
		transfer.Abort(w)
	case NoResponse:
		transfer.ExtendDeadlines(w, longestWait)
		pause(ctx, longestWait, 0)
		transfer.Abort(w)
	}
	controller := http.NewResponseController(w)
	conn, _, err := controller.Hijack()
	if err != nil { // HTTP/2
		if h.Fault.Connection == ResetInBody {
			w.WriteHeader(a.Status)
			_, _ = w.Write(a.Body[:len(a.Body)/2])
			_ = controller.Flush()
		}
		transfer.Abort(w)
	}
	defer conn.Close()
	// A caller who reads nothing does not hold the server up.
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	switch h.Fault.Connection {
	case Reset:
		reset(conn)
	case ResetInBody:
		whole := head(a, "Content-Length", strconv.Itoa(len(a.Body)))
		_, _ = conn.Write(append(whole, a.Body[:len(a.Body)/2]...))
		// Some systems throw away what was received when a reset arrives; the caller gets time to read the half.
		pause(ctx, 50*time.Millisecond, 0)
		reset(conn)
	case MalformedChunk:
		_, _ = conn.Write(slices.Concat(head(a, "Transfer-Encoding", "chunked"), garbage(h.garbage)))
	case RandomData:
		_, _ = conn.Write(garbage(h.garbage))
	}
	transfer.Abort(w) // there is no connection left on which to send or read anything
}

// reset closes a TCP connection with RST instead of FIN.
func reset(conn net.Conn) {
	for {
		switch c := conn.(type) {
		case *net.TCPConn:
			_ = c.SetLinger(0)
			_ = c.Close()
			return
		case interface{ NetConn() net.Conn }: // TLS: its own Close would send an alert first
			conn = c.NetConn()
		default:
			_ = c.Close()
			return
		}
	}
}

// head is the beginning of an answer as HTTP/1.1, with one header beside those of the answer.
func head(a Response, name, value string) []byte {
	header := a.Header.Clone()
	header.Del("Content-Length")
	header.Set(name, value)
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(a.Status) + " " + http.StatusText(a.Status) + "\r\n")
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
