package mockserver_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// overTCP posts a customer over a TCP connection of its own, and gives every byte that came back and how the connection
// ended.
func overTCP(t *testing.T, mock *mockserver.Running) (received string, ended error) {
	t.Helper()
	conn, err := net.Dial("tcp", root(t, mock).Host)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /customer/open/v1/customers HTTP/1.1\r\nHost: mock\r\n"+keyHeader+": %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		mock.Key, len(valid), valid)
	require.NoError(t, err)
	all, err := io.ReadAll(conn)
	return string(all), err
}

// isReset reports whether a connection ended by a reset. Windows has a number of its own for that, WSAECONNRESET.
func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || runtime.GOOS == "windows" && errors.Is(err, syscall.Errno(10054))
}

func TestConnectionFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		connection fault.Connection
		begins     string
		reset      bool
		status     int // in the journal
	}{
		{fault.Reset, "", true, 0},
		{fault.ResetInBody, "HTTP/1.1 201 Created\r\n", true, 201},
		{fault.EmptyResponse, "", false, 0},
		{fault.MalformedChunk, "HTTP/1.1 201 Created\r\n", false, 201},
		{fault.RandomData, "", false, 0},
	} {
		for _, store := range []bool{false, true} {
			t.Run(fmt.Sprint(test.connection, store), func(t *testing.T) {
				t.Parallel()
				mock := mockserver.Start(t)
				add(t, mock, fault.Fault{Connection: test.connection, Store: store, Times: 1})
				received, ended := overTCP(t, mock)
				assert.Equal(t, test.reset, isReset(ended), "%v", ended)
				assert.True(t, test.reset || ended == nil, "%v", ended)
				assert.True(t, strings.HasPrefix(received, test.begins), "%q", received)
				if test.connection == fault.MalformedChunk {
					assert.NotContains(t, received, "Content-Length", "that would end the body instead of the chunks")
				}
				_, err := http.ReadResponse(bufio.NewReader(strings.NewReader(received)), nil)
				assert.Equal(t, test.begins != "", err == nil, "%v", err)
				assert.Equal(t, test.begins != "" || test.connection == fault.RandomData, received != "", "%q", received)

				stored := mock.Customers(mock.Key)
				entry := mock.Requests()[0]
				assert.Equal(t, test.status, entry.Status)
				assert.Equal(t, test.connection, entry.Fault.Connection)
				if store {
					require.Len(t, stored, 1)
					assert.Equal(t, stored[0].ID, entry.Customer)
				} else {
					assert.Empty(t, stored)
				}
				assert.Equal(t, http.StatusCreated, tried(t, mock, valid).status, "the next call is answered")
			})
		}
	}
}

func TestResetInBodySendsHalfOfIt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Connection: fault.ResetInBody, Store: true})
	received, _ := overTCP(t, mock)
	head, body, _ := strings.Cut(received, "\r\n\r\n")
	whole := mock.Requests()[0].ResponseBody
	assert.Contains(t, head, fmt.Sprintf("Content-Length: %d", len(whole)))
	assert.Contains(t, head, "Ratelimit-Remaining: 99")
	assert.Equal(t, string(whole[:len(whole)/2]), body)
}

func TestNothingFollowsAnEmptyResponseToABodyThatIsTooLong(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithMaxBody(10))
	add(t, mock, fault.Fault{Connection: fault.EmptyResponse})
	received, _ := overTCP(t, mock)
	assert.Empty(t, received)
}

func TestConnectionFaultBreaksTheAnswerOfAStatus(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Connection: fault.MalformedChunk, Status: 503})
	got, err := try(t, mock, valid)
	require.Error(t, err)
	assert.Equal(t, 503, got.status)
	assert.Empty(t, mock.Customers(""))
}

func TestGarbageRepeats(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	garbage := func(seed uint64) string {
		mock.ClearFaults("")
		add(t, mock, fault.Fault{Connection: fault.RandomData, Seed: seed})
		received, _ := overTCP(t, mock)
		return received
	}
	first := garbage(1)
	assert.Equal(t, first, garbage(1))
	assert.NotEqual(t, first, garbage(2))
}

func TestNoResponseWaitsForTheCallerToLeave(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Connection: fault.NoResponse, Store: true})
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, mock.URL+"/customers", strings.NewReader(valid))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, mock.Key)
	failed := make(chan error)
	go func() {
		_, err := http.DefaultTransport.RoundTrip(request)
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(mock.Requests()) == 1 }, time.Minute, time.Millisecond)
	assert.Len(t, mock.Customers(""), 1)
	leave()
	assert.ErrorIs(t, <-failed, context.Canceled)
}

func TestConnectionFaultsEndARequestOverTLSAndHTTP2(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		for _, connection := range fault.Connections() {
			t.Run(fmt.Sprint(connection, http2), func(t *testing.T) {
				t.Parallel()
				mock, err := mockserver.New()
				require.NoError(t, err)
				listening := httptest.NewUnstartedServer(mock)
				listening.EnableHTTP2 = http2
				listening.StartTLS()
				defer listening.Close()
				defer mock.Close()
				client := listening.Client()
				client.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS13
				_, err = mock.AddFault(fault.Fault{Connection: connection, Times: 1})
				require.NoError(t, err)
				if connection == fault.NoResponse {
					mock.Close() // instead of the hour
				}
				response, err := client.Post(listening.URL+"/customer/open/v1/customers", "application/json", strings.NewReader(valid))
				if err == nil {
					defer response.Body.Close()
					_, err = io.ReadAll(response.Body)
				}
				require.Error(t, err)
				if connection == fault.Reset && !http2 {
					assert.True(t, isReset(err), "the reset is TCP's, not a farewell of TLS: %v", err)
				}
				response, err = client.Post(listening.URL+"/customer/open/v1/customers", "application/json", strings.NewReader(valid))
				require.NoError(t, err, "the next call is answered")
				defer response.Body.Close()
				assert.Equal(t, http2, response.ProtoMajor == 2)
			})
		}
	}
}

func TestConnectionFaultWithoutAConnectionAborts(t *testing.T) {
	t.Parallel()
	for _, connection := range fault.Connections() {
		mock := server(t, fault.Fault{Connection: connection})
		mock.Close()
		assert.False(t, serve(t.Context(), mock, httptest.NewRecorder()), connection)
	}
}

func TestAWaitOutlastsTheTimeoutsOfTheServer(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	require.NoError(t, err)
	listening := httptest.NewUnstartedServer(mock)
	listening.Config.ReadTimeout = 500 * time.Millisecond
	listening.Config.WriteTimeout = 500 * time.Millisecond
	listening.Start()
	defer listening.Close()
	for _, fault := range []fault.Fault{
		{Status: 503, Delay: fault.Delay{Fixed: 700 * time.Millisecond}, Times: 1},
		{Delay: fault.Delay{Fixed: 700 * time.Millisecond}, Times: 1},
		{Status: 503, Drip: fault.Drip{Chunks: 2, Over: 700 * time.Millisecond}, Times: 1},
	} {
		_, err = mock.AddFault(fault)
		require.NoError(t, err)
		response, err := listening.Client().Post(listening.URL+"/customer/open/v1/customers", "application/json", strings.NewReader(valid))
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		response.Body.Close()
		assert.Contains(t, string(body), `"code"`)
	}
}
