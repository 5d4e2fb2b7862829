package client_test

import (
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// frame is one of HTTP/2 (RFC 9113, 4.1).
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	b := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return append(binary.BigEndian.AppendUint32(b, stream), payload...)
}

const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway, frameWindow = 0, 1, 3, 4, 7, 8

	endStream, endHeaders = 1, 4

	noError, protocolError, internalError, refusedStream, cancelled, calm = 0, 1, 2, 7, 8, 11
)

func number(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func headers(stream uint32, status string) []byte {
	// A literal :status without indexing (RFC 7541, 6.2.2).
	return frame(frameHeaders, endHeaders, stream, append([]byte{0x08, byte(len(status))}, status...))
}

func answered(stream uint32, status, body string) []byte {
	return append(headers(stream, status), frame(frameData, endStream, stream, []byte(body))...)
}

func resetStream(stream, code uint32) []byte { return frame(frameReset, 0, stream, number(code)) }

func goAway(last, code uint32, debug string) []byte {
	return frame(frameGoAway, 0, 0, append(append(number(last), number(code)...), debug...))
}

// http2Server speaks HTTP/2 in single frames.
type http2Server struct {
	// answer returns what to write when a request has arrived whole, and whether to hang up after it.
	answer func(conn *http2Conn, stream uint32, email string) (out []byte, hangUp bool)
}

// http2Conn is what the server knows of a connection, all of it for the goroutine that serves it.
type http2Conn struct {
	processed uint32 // the highest stream that was answered, or is going to be
	ended     bool   // GOAWAY was sent: streams above processed are ignored
}

func (s *http2Server) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go s.serveConn(conn)
	}
}

func (s *http2Server) serveConn(conn net.Conn) {
	defer conn.Close()
	preface := make([]byte, 24)
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	_, _ = conn.Write(frame(frameSettings, 0, 0, nil))
	state := &http2Conn{}
	bodies := map[uint32][]byte{}
	for {
		head := make([]byte, 9)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(conn, payload); err != nil {
			return
		}
		if head[3] != frameData {
			continue
		}
		if len(payload) > 0 {
			_, _ = conn.Write(frame(frameWindow, 0, 0, number(uint32(len(payload)))))
		}
		stream := binary.BigEndian.Uint32(head[5:])
		bodies[stream] = append(bodies[stream], payload...)
		if head[4]&endStream == 0 || state.ended && stream > state.processed {
			continue
		}
		var in client.CustomerInput
		_ = json.Unmarshal(bodies[stream], &in)
		delete(bodies, stream)
		out, hangUp := s.answer(state, stream, *in.Email)
		if _, err := conn.Write(out); err != nil || hangUp {
			return
		}
	}
}

// startHTTP2 serves over TLS and returns the URL and what to trust.
func startHTTP2(t *testing.T, s *http2Server) (url string, trust *tls.Config) {
	t.Helper()
	certificates := httptest.NewUnstartedServer(nil)
	certificates.StartTLS()
	t.Cleanup(certificates.Close)
	l, err := tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go s.serve(l)
	return "https://" + l.Addr().String(), trusting(certificates)
}
