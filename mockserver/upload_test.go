package mockserver_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// pipes is a listener whose connections need no network, so that they work in a bubble of synctest.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4010} }

// An upload that stalls does not keep the server from stopping; one that goes on is answered, its delay included.
func TestStoppingDoesNotWaitForABodyThatStalls(t *testing.T) {
	t.Parallel()
	const length = "Content-Length: 25\r\n\r\n"
	for name, test := range map[string]struct {
		sent, later string // at first, and a second after the server began to stop
		status      int
		answered    time.Duration // after the server began to stop
	}{
		"stalls":           {postHead + length + "{", "", 400, 2 * time.Second},
		"stalls before it": {postHead + length, "", 400, 2 * time.Second},
		"chunked":          {postHead + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n5\r\n", "", 400, 2 * time.Second},
		"asked for":        {postHead + "Expect: 100-continue\r\n" + length, "", 100, 0},
		"arrives":          {postHead + length + "{", `"email":"a@example.com"}`, 201, 5 * time.Second},
		"to the control API": {"POST /_mock/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + length, "",
			400, 2 * time.Second},
		"too long, is dropped": {postHead + "Transfer-Encoding: chunked\r\n\r\n200000\r\n" + strings.Repeat("x", 1<<20+1), "", 400, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			_, err = mock.AddFault(fault.Fault{Delay: fault.Delay{Fixed: 4 * time.Second}, Store: true})
			require.NoError(t, err)
			if test.status != http.StatusCreated {
				mock.ClearFaults("")
			}
			listener := pipes{make(chan net.Conn), make(chan struct{})}
			server := &http.Server{Handler: mock, ReadHeaderTimeout: time.Minute}
			server.RegisterOnShutdown(func() { mock.CloseWithin(7 * time.Second) })
			go func() { _ = server.Serve(listener) }()
			client, connection := net.Pipe()
			listener.connections <- connection
			_, err = io.WriteString(client, test.sent)
			require.NoError(t, err)
			synctest.Wait()

			begin := time.Now()
			type answer struct {
				status   int
				answered time.Duration
			}
			first := make(chan answer, 1)
			go func() {
				response, err := http.ReadResponse(bufio.NewReader(client), &http.Request{Method: http.MethodPost})
				if assert.NoError(t, err, name) {
					first <- answer{response.StatusCode, time.Since(begin)}
				}
				_, _ = io.Copy(io.Discard, client) // the client leaves the connection open
			}()
			time.AfterFunc(time.Second, func() { _, _ = io.WriteString(client, test.later) })
			assert.NoError(t, server.Shutdown(t.Context()), name)
			assert.Less(t, time.Since(begin), 6*time.Second, "%s: time of the bubble", name)
			assert.Equal(t, answer{test.status, test.answered}, <-first, name)
			require.NoError(t, client.Close())
		})
	}
}
