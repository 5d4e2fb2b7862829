package mockserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// overHTTP2 is a client that begins with HTTP/2, without TLS. It has one connection, and counts those that it opened.
func overHTTP2(t *testing.T, mock *mockserver.Running) (post func(ctx context.Context, body string) (*http.Response, error), connections *int) {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	connections = new(int)
	return func(ctx context.Context, body string) (*http.Response, error) {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{ConnectStart: func(string, string) { *connections++ }})
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, mock.URL+"/customers", strings.NewReader(body))
		require.NoError(t, err)
		request.Header = http.Header{keyHeader: {mock.Key}, "Content-Type": {"application/json"}}
		return transport.RoundTrip(request)
	}, connections
}

func TestHTTP2WithoutTLS(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	post, connections := overHTTP2(t, mock)
	for _, test := range []struct {
		body   string
		status int
	}{{valid, 201}, {`{}`, 400}, {strings.Repeat("x", 4<<20), 400}, {valid, 201}} {
		response, err := post(t.Context(), test.body)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		assert.Equal(t, 2, response.ProtoMajor)
		assert.Equal(t, test.status, response.StatusCode, "%s", body)
		assert.Empty(t, response.Header.Get("Connection"), "RFC 9113 section 8.2.2")
	}
	assert.Equal(t, 1, *connections, "a body that is refused ends its stream alone")
	assert.Equal(t, http.StatusCreated, create(t, mock, valid).status, "HTTP/1.1 on the same port")
	assert.NotEmpty(t, mock.Requests()[0].Host)
}

// A fault that breaks a connection resets one stream, and the others of the connection go on.
func TestConnectionFaultsOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, broken := range fault.Connections() {
		for _, store := range []bool{false, true} {
			mock := mockserver.Start(t)
			post, connections := overHTTP2(t, mock)
			warm, err := post(t.Context(), valid)
			require.NoError(t, err)
			require.NoError(t, warm.Body.Close())
			add(t, mock, fault.Fault{Connection: broken, Store: store, Times: 1})
			ctx, cancel := context.WithCancel(t.Context())
			if broken == fault.NoResponse {
				go func() { // no answer will come: the client gives up once the fault is played
					for ctx.Err() == nil && (len(mock.Faults("")) > 0 || store && len(mock.Customers(mock.Key)) < 2) {
						runtime.Gosched()
					}
					cancel()
				}()
			}
			response, err := post(ctx, valid)
			if broken == fault.ResetInBody {
				require.NoError(t, err)
				half, err := io.ReadAll(response.Body)
				assert.ErrorContains(t, err, "INTERNAL_ERROR", broken)
				assert.Equal(t, http.StatusCreated, response.StatusCode)
				assert.True(t, strings.HasPrefix(string(half), `{"data":{`), "%s", half)
				assert.False(t, strings.HasSuffix(string(half), "}\n"), "%s", half)
			} else if !assert.Error(t, err, broken) {
				response.Body.Close()
			}
			cancel()
			assert.Len(t, mock.Customers(mock.Key), map[bool]int{false: 1, true: 2}[store], broken)
			next, err := post(t.Context(), valid)
			require.NoError(t, err, broken)
			require.NoError(t, next.Body.Close())
			assert.Equal(t, http.StatusCreated, next.StatusCode)
			assert.Equal(t, 1, *connections, broken)
		}
	}
}

func TestDelayAndDripOverHTTP2(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	post, _ := overHTTP2(t, mock)
	add(t, mock, fault.Fault{Delay: fault.Delay{Fixed: time.Millisecond}, Times: 1,
		Drip: fault.Drip{Chunks: 5, Over: 5 * time.Millisecond}})
	response, err := post(t.Context(), valid)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Contains(t, string(body), `"data"`)
	add(t, mock, fault.Fault{Status: 503, Times: 1})
	response, err = post(t.Context(), valid)
	require.NoError(t, err)
	body, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Contains(t, string(body), string(gen.CodeServiceUnavailable))
}
