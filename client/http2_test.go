package client_test

import (
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
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
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway = 0, 1, 3, 4, 7

	endStream, endHeaders = 1, 4

	protocolError, refusedStream = 1, 7
)

// frames is a store that speaks HTTP/2 in single frames. It keeps each customer that it is sent, and answers the first
// as fault says, all others with 201.
type frames struct {
	mu     sync.Mutex
	emails []string
	fault  func(stream uint32) []byte
}

func (s *frames) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go s.serveConn(conn)
	}
}

func (s *frames) serveConn(conn net.Conn) {
	defer conn.Close()
	preface := make([]byte, 24)
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	_, _ = conn.Write(frame(frameSettings, 0, 0, nil))
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
		stream := binary.BigEndian.Uint32(head[5:])
		bodies[stream] = append(bodies[stream], payload...)
		if head[4]&endStream == 0 {
			continue
		}
		var in client.CustomerInput
		_ = json.Unmarshal(bodies[stream], &in)
		_, _ = conn.Write(s.create(stream, *in.Email))
	}
}

func (s *frames) create(stream uint32, email string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.emails = append(s.emails, email); len(s.emails) == 1 {
		return s.fault(stream)
	}
	status := []byte{0x08, 3, '2', '0', '1'} // a literal :status (RFC 7541, 6.2.2)
	return append(frame(frameHeaders, endHeaders, stream, status), frame(frameData, endStream, stream, []byte(created))...)
}

// net/http sends a POST again by itself where an HTTP/2 server resets its stream in certain ways, whatever the server
// has done with it. Here it has created the customer.
func TestHTTP2SendsNothingTwice(t *testing.T) {
	t.Parallel()
	code := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	for name, fault := range map[string]func(stream uint32) []byte{
		"RST_STREAM PROTOCOL_ERROR": func(stream uint32) []byte { return frame(frameReset, 0, stream, code(protocolError)) },
		"RST_STREAM REFUSED_STREAM": func(stream uint32) []byte { return frame(frameReset, 0, stream, code(refusedStream)) },
		"GOAWAY":                    func(uint32) []byte { return frame(frameGoAway, 0, 0, make([]byte, 8)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			certificates := httptest.NewUnstartedServer(nil)
			certificates.StartTLS()
			t.Cleanup(certificates.Close)
			l, err := tls.Listen("tcp", "127.0.0.1:0",
				&tls.Config{Certificates: certificates.TLS.Certificates, NextProtos: []string{"h2"}})
			require.NoError(t, err)
			t.Cleanup(func() { _ = l.Close() })
			store := &frames{fault: fault}
			go store.serve(l)
			transport := client.NewTransport()
			transport.TLSClientConfig = trusting(certificates)
			t.Cleanup(transport.CloseIdleConnections)
			c, err := client.New(testKey, client.WithBaseURL("https://"+l.Addr().String()),
				client.WithHTTPClient(&http.Client{Transport: transport}))
			require.NoError(t, err)

			_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("first@example.com")})
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			e, _ := errors.AsType[*client.Error](err)
			assert.Equal(t, 1, e.Attempts)
			_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("second@example.com")})
			require.NoError(t, err)
			store.mu.Lock()
			defer store.mu.Unlock()
			assert.Equal(t, []string{"first@example.com", "second@example.com"}, store.emails)
		})
	}
}
