package mockserver_test

import (
	"bufio"
	"fmt"
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
)

// overPipes serves a mock in a bubble of synctest; dial opens a connection.
func overPipes(t *testing.T, mock *mockserver.Server) (server *http.Server, dial func() net.Conn) {
	t.Helper()
	listener := pipes{make(chan net.Conn), make(chan struct{})}
	server = &http.Server{Handler: mock, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-time.After(time.Minute) // until net/http has closed the last connection
	})
	return server, func() net.Conn {
		client, connection := net.Pipe()
		t.Cleanup(func() { _ = client.Close() })
		listener.connections <- connection
		return client
	}
}

// customerOf is a request whose body has a size in bytes.
func customerOf(size int) string {
	return postHead + fmt.Sprintf("Content-Length: %d\r\n\r\n", size) +
		largeHead + strings.Repeat("x", size-len(largeHead)-len(largeTail)) + largeTail
}

func answerOf(t *testing.T, connection net.Conn) int {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: http.MethodPost})
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

func TestUploadsThatStallKeepNoOtherWaiting(t *testing.T) {
	t.Parallel()
	for _, stalled := range []int{8, 33, 300} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.WithRateLimit(0))
			require.NoError(t, err)
			_, dial := overPipes(t, mock)
			stall := customerOf(1 << 20)[:70<<10]
			var first net.Conn
			for range stalled {
				client := dial()
				if first == nil {
					first = client
				}
				go func() { _, _ = io.WriteString(client, stall) }()
				synctest.Wait()
			}
			for range 3 {
				begin := time.Now()
				client := dial()
				go func() { _, _ = io.WriteString(client, customerOf(100<<10)) }()
				assert.Equal(t, http.StatusCreated, answerOf(t, client), stalled)
				assert.LessOrEqual(t, time.Since(begin), 3*time.Second, "%d: time of the bubble", stalled)
			}
			assert.Equal(t, http.StatusBadRequest, answerOf(t, first), "it is told that its body did not arrive")
		})
	}
}

// A body that nobody waits behind may take its time, and one that arrives in time is answered though others wait.
func TestAnUploadThatIsHurriedAndArrivesIsAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, err := mockserver.New(mockserver.WithRateLimit(0), mockserver.WithLatency(5*time.Second))
		require.NoError(t, err)
		_, dial := overPipes(t, mock)
		whole := customerOf(1 << 20)
		var clients []net.Conn
		for range 8 {
			client := dial()
			go func() { _, _ = io.WriteString(client, whole[:70<<10]) }()
			clients = append(clients, client)
		}
		<-time.After(20 * time.Second) // time of the bubble
		other := dial()
		go func() { _, _ = io.WriteString(other, customerOf(100<<10)) }()
		<-time.After(2 * time.Second)
		begin := time.Now()
		for _, client := range clients {
			go func() { _, _ = io.WriteString(client, whole[70<<10:]) }()
		}
		assert.Equal(t, http.StatusCreated, answerOf(t, clients[7]))
		assert.Equal(t, 5*time.Second, time.Since(begin), "the latency is kept: nothing ends the request's context")
		assert.Equal(t, http.StatusCreated, answerOf(t, other))
	})
}
