package mockserver_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Many clients send all of it before they look for an answer, however long it is.
func TestTheAnswerToAnEndlessBodyReachesTheClient(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	const size = "41943040"
	body := strings.Repeat("x", 40<<20)
	got := wire(t, mock, http.MethodPost, postHead+"Content-Length: "+size+"\r\n\r\n"+body)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, "body: must be at most 1048576 bytes", got.message())

	got = wire(t, mock, http.MethodPost, "POST /_mock/faults HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/json\r\nContent-Length: "+size+"\r\n\r\n"+body)
	assert.Equal(t, http.StatusBadRequest, got.status)
	_, message := controlMessage(t, got)
	assert.Equal(t, "body: must be at most 65536 bytes", message, "a fault needs no more")
	assert.Empty(t, mock.Faults(""))
}

// To a client that never sends the rest, the time to read ends together with the time to write.
func TestABodyThatStallsIsAnswered(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New()
	require.NoError(t, err)
	listening := httptest.NewUnstartedServer(server)
	listening.Config.ReadTimeout = 50 * time.Millisecond
	listening.Config.WriteTimeout = 50 * time.Millisecond
	listening.Start()
	t.Cleanup(listening.Close)
	for name, head := range map[string]string{
		"API":     postHead,
		"control": "POST /_mock/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", listening.Listener.Addr().String())
			require.NoError(t, err)
			defer connection.Close()
			_, err = io.WriteString(connection, head+"Content-Length: 50\r\n\r\n{\"email\":")
			require.NoError(t, err)
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			require.NoError(t, err)
			defer response.Body.Close()
			var body bytes.Buffer
			_, err = body.ReadFrom(response.Body)
			require.NoError(t, err)
			assert.Equal(t, http.StatusBadRequest, response.StatusCode)
			assert.True(t, response.Close)
			assert.Contains(t, body.String(), "body: must arrive whole")
			if name == "API" {
				assert.Contains(t, body.String(), string(gen.CodeValidationError))
			}
		})
	}
}

// patient is a connection that can be read with a deadline.
type patient struct{ *httptest.ResponseRecorder }

func (patient) SetReadDeadline(time.Time) error { return nil }

// Clients as curl 7.88 lose an answer over HTTP/2 whose stream is reset behind it while they still send.
func TestABodyThatIsTooLongIsDroppedInPartOverHTTP2(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	require.NoError(t, err)
	for announced, most := range map[int64]int{2 << 20: 8 << 20, -1: 9<<20 + 1} {
		var body counted
		request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers", &body)
		request.ContentLength, request.ProtoMajor = announced, 2
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
		w := patient{httptest.NewRecorder()}
		mock.ServeHTTP(w, request)
		assert.Equal(t, http.StatusBadRequest, w.Code)
		assert.True(t, w.Flushed)
		assert.Empty(t, w.Header().Get("Connection"), "RFC 9113 section 8.2.2")
		assert.Equal(t, most, body.n, "announced: %d", announced)
	}
}
