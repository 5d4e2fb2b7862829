package mockserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const getEvents = "GET /_mock/requests/events HTTP/1.1\r\nHost: localhost\r\n\r\n"

// watchOverPipe watches over a connection in a bubble of synctest.
func watchOverPipe(t *testing.T, client net.Conn) *stream {
	t.Helper()
	_, err := io.WriteString(client, getEvents)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(client), &http.Request{Method: http.MethodGet})
	require.NoError(t, err)
	assert.True(t, response.Close, "its deadlines are no other answer's")
	s := &stream{reader: bufio.NewReader(response.Body)}
	_, err = s.block()
	require.NoError(t, err)
	return s
}

// A stream outlasts the timeouts of http.Server, and its own, while nothing happens.
func TestAWatcherMayWaitForLong(t *testing.T) {
	t.Parallel()
	check := func(t *testing.T, mock *mockserver.Server, s *stream) {
		begin := time.Now()
		for range 20 {
			lines, err := s.block()
			require.NoError(t, err)
			require.Equal(t, []string{":"}, lines)
		}
		assert.Equal(t, 5*time.Minute, time.Since(begin), "a sign of life each 15 seconds")
		direct(t, mock, goodKey, valid)
		assert.Equal(t, "req_1", s.next(t).ID)
		assert.Equal(t, 5*time.Minute+150*time.Millisecond, time.Since(begin), "events are gathered")
	}
	t.Run("HTTP/1.1", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			_, dial := overPipes(t, mock)
			check(t, mock, watchOverPipe(t, dial()))
		})
	})
	t.Run("HTTP/2", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			_, dial := overPipes(t, mock)
			transport := &http.Transport{Protocols: new(http.Protocols),
				DialContext: func(context.Context, string, string) (net.Conn, error) { return dial(), nil }}
			transport.Protocols.SetUnencryptedHTTP2(true)
			t.Cleanup(transport.CloseIdleConnections)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/_mock/requests/events", nil)
			require.NoError(t, err)
			response, err := transport.RoundTrip(request)
			require.NoError(t, err)
			defer response.Body.Close()
			assert.Equal(t, 2, response.ProtoMajor)
			s := &stream{reader: bufio.NewReader(response.Body)}
			_, err = s.block()
			require.NoError(t, err)
			check(t, mock, s)
		})
	})
}

func TestAServerThatClosesEndsItsWatchers(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(mock *mockserver.Server, server *http.Server) error{
		"Close":       func(mock *mockserver.Server, _ *http.Server) error { mock.Close(); return nil },
		"CloseWithin": func(mock *mockserver.Server, _ *http.Server) error { mock.CloseWithin(time.Hour); return nil },
		"Shutdown":    func(_ *mockserver.Server, server *http.Server) error { return server.Shutdown(context.Background()) },
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			server, dial := overPipes(t, mock)
			server.RegisterOnShutdown(func() { mock.CloseWithin(7 * time.Second) })
			s := watchOverPipe(t, dial())
			<-time.After(20 * time.Second) // time of the bubble: its beginning is long sent
			ended := make(chan error)
			go func() { ended <- end(mock, server) }()
			begin := time.Now()
			_, err = s.block()
			for err == nil { // signs of life
				_, err = s.block()
			}
			assert.ErrorIs(t, err, io.EOF, "%s: the answer ends as it should", name)
			assert.Zero(t, time.Since(begin), name)
			assert.NoError(t, <-ended, name)
			assert.Less(t, time.Since(begin), time.Second, name)

			if name != "Shutdown" {
				s = watchOverPipe(t, dial()) // one that comes later ends as well
				_, err = s.block()
				assert.ErrorIs(t, err, io.EOF, name)
			}
		})
	}
}

// watched is a connection that says when it was closed.
type watched struct {
	net.Conn
	closed chan time.Time
}

func (w watched) Close() error {
	select {
	case w.closed <- time.Now():
	default:
	}
	return w.Conn.Close()
}

// A client that stops reading loses its connection, sooner where the server closes, and nobody waits for it.
func TestAWatcherThatStopsReadingIsCutOff(t *testing.T) {
	t.Parallel()
	const gather = 150 * time.Millisecond
	for name, test := range map[string]struct {
		closes time.Duration // when the server closes, after the event; 0 for never
		want   time.Duration // when the connection is closed
	}{
		"while it serves":     {0, gather + 10*time.Second},
		"while it closes":     {time.Second, 3 * time.Second},
		"just before its end": {9 * time.Second, 11 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.WithRateLimit(0))
			require.NoError(t, err)
			listener := pipes{make(chan net.Conn), make(chan struct{})}
			server := &http.Server{Handler: mock, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second}
			go func() { _ = server.Serve(listener) }()
			client, connection := net.Pipe()
			closed := make(chan time.Time, 1)
			listener.connections <- watched{connection, closed}
			watchOverPipe(t, client)
			synctest.Wait()
			begin := time.Now()
			for range 1_000 {
				direct(t, mock, goodKey, valid)
			}
			assert.Zero(t, time.Since(begin), "%s: the API does not wait", name)
			if test.closes > 0 {
				time.AfterFunc(test.closes, mock.Close)
			}
			assert.Equal(t, test.want, (<-closed).Sub(begin), name)
			require.NoError(t, client.Close())
			require.NoError(t, server.Close())
		})
	}
}

// pieces is an answer that is looked at as it is written.
type pieces struct {
	*httptest.ResponseRecorder
	wrote func(piece string)
}

func (p pieces) Write(b []byte) (int, error) { p.wrote(string(b)); return len(b), nil }

func eventsRequest(ctx context.Context) *http.Request {
	return httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/_mock/requests/events", http.NoBody)
}

// Where each event that is sent finds another one, a stream ends nevertheless.
func TestAWatcherEndsUnderLoad(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(mock *mockserver.Server, leave func()){
		"Close":       func(mock *mockserver.Server, _ func()) { mock.Close() },
		"CloseWithin": func(mock *mockserver.Server, _ func()) { mock.CloseWithin(time.Hour) },
		"it leaves":   func(_ *mockserver.Server, leave func()) { leave() },
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.WithRateLimit(0))
			require.NoError(t, err)
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			writes := 0
			mock.ServeHTTP(pieces{httptest.NewRecorder(), func(string) {
				require.Less(t, writes, 10, "%s: it goes on", name)
				for range 150 {
					direct(t, mock, goodKey, valid)
				}
				if writes++; writes == 5 {
					end(mock, leave)
				}
			}}, eventsRequest(ctx))
			assert.Less(t, writes, 7, name)
		})
	}
}

func TestEventsThatComeTogetherAreSentTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, err := mockserver.New(mockserver.WithRateLimit(0))
		require.NoError(t, err)
		ctx, leave := context.WithCancel(t.Context())
		type write struct {
			events int
			after  time.Duration
		}
		var writes []write
		begin := time.Now()
		over := make(chan struct{})
		go func() {
			defer close(over)
			mock.ServeHTTP(pieces{httptest.NewRecorder(), func(piece string) {
				if n := strings.Count(piece, "data: "); n > 0 {
					writes = append(writes, write{n, time.Since(begin)})
				}
			}}, eventsRequest(ctx))
		}()
		synctest.Wait()
		for i := range 2_500 {
			direct(t, mock, fmt.Sprint(goodKey, i%5), valid)
		}
		<-time.After(10 * time.Millisecond)
		direct(t, mock, goodKey, valid)
		<-time.After(time.Second)
		direct(t, mock, goodKey, valid)
		<-time.After(time.Second)
		leave()
		<-over
		const gather = 150 * time.Millisecond
		assert.Equal(t, []write{{1000, gather}, {1000, gather}, {501, gather}, {1, 1010*time.Millisecond + gather}}, writes)
	})
}
