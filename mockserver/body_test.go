package mockserver_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

var postHead = "POST /customer/open/v1/customers HTTP/1.1\r\nHost: x\r\n" + keyHeader + ": " + goodKey +
	"\r\nContent-Type: application/json\r\n"

func TestTheAnswerToABodyThatIsTooLongReachesTheClient(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	const size = 10 << 20
	body := bytes.Repeat([]byte("x"), size)
	var chunked bytes.Buffer
	for chunk := range slices.Chunk(body, 32<<10) {
		fmt.Fprintf(&chunked, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	chunked.WriteString("0\r\n\r\n")
	for name, raw := range map[string]string{
		"with Content-Length": postHead + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", size, body),
		"in chunks":           postHead + "Transfer-Encoding: chunked\r\n\r\n" + chunked.String(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// wire writes all of it before it looks for an answer, as many clients do.
			got := wire(t, mock, http.MethodPost, raw)
			assert.Equal(t, http.StatusBadRequest, got.status)
			assert.Equal(t, gen.CodeValidationError, got.code())
			assert.Equal(t, "body: must be at most 1048576 bytes", got.message())
			assert.Equal(t, "close", got.header.Get("Connection"))
		})
	}
	t.Run("Go's client", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, http.StatusBadRequest, create(t, mock, string(body)).status)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers",
			io.NopCloser(bytes.NewReader(body)))
		require.NoError(t, err)
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
		assert.Equal(t, http.StatusBadRequest, do(t, request).status)
	})
}

// counted is a body that does not end, and counts what is read of it.
type counted struct{ n int }

func (c *counted) Read(b []byte) (int, error) {
	clear(b)
	c.n += len(b)
	return len(b), nil
}

func TestABodyIsReadNoFurtherThanNeeded(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1_000, 100_000} {
		server, err := mockserver.New(mockserver.WithMaxBody(limit))
		require.NoError(t, err)
		for length, most := range map[int64]int64{-1: limit + 1, limit + 1: 0, 1 << 40: 0, 0: limit + 1} {
			var body counted
			request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers", &body)
			request.ContentLength = length
			request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
			w := httptest.NewRecorder()
			server.ServeHTTP(w, request)
			assert.Equal(t, http.StatusBadRequest, w.Code)
			assert.Contains(t, w.Body.String(), fmt.Sprintf("body: must be at most %d bytes", limit))
			assert.LessOrEqual(t, int64(body.n), most, "announced: %d", length)
		}
	}
}

func TestTheLimitIsExact(t *testing.T) {
	t.Parallel()
	body := `{"phoneNumber":"1"}`
	for _, tc := range []struct {
		limit  int64
		status int
	}{{int64(len(body)), 201}, {int64(len(body)) - 1, 400}} {
		mock := mockserver.Start(t, mockserver.WithMaxBody(tc.limit))
		assert.Equal(t, tc.status, create(t, mock, body).status)
		inChunks := fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
		assert.Equal(t, tc.status, wire(t, mock, http.MethodPost, postHead+inChunks).status)
	}
}

func TestABodyThatBreaksOffIsAnswered(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for name, raw := range map[string]string{
		"shorter than announced":  "Content-Length: 100\r\n\r\n{\"phoneNumber\":\"1\"}",
		"chunks without an end":   "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"pho",
		"a chunk without a size":  "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
		"a chunk that is shorter": "Transfer-Encoding: chunked\r\n\r\nff\r\n{}\r\n0\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", root(t, mock).Host)
			require.NoError(t, err)
			defer connection.Close()
			_, err = io.WriteString(connection, postHead+raw)
			require.NoError(t, err)
			require.NoError(t, connection.(*net.TCPConn).CloseWrite())
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			require.NoError(t, err)
			defer response.Body.Close()
			got, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			assert.Equal(t, http.StatusBadRequest, response.StatusCode)
			assert.Contains(t, string(got), "body: must arrive whole")
			assert.NotContains(t, string(got), "127.0.0.1")
		})
	}
}

func TestExpectContinue(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	body := `{"phoneNumber":"1"}`
	connection, err := net.Dial("tcp", root(t, mock).Host)
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection,
		postHead+fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body)))
	require.NoError(t, err)
	reader := bufio.NewReader(connection)
	interim, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	require.NoError(t, interim.Body.Close())
	require.Equal(t, http.StatusContinue, interim.StatusCode)
	_, err = io.WriteString(connection, body)
	require.NoError(t, err)
	response, err := http.ReadResponse(reader, nil)
	require.NoError(t, err)
	assert.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusCreated, response.StatusCode)

	// A client that asks before it sends too much is told so, and need not send it.
	refused := wire(t, mock, http.MethodPost, postHead+"Expect: 100-continue\r\nContent-Length: 10485760\r\n\r\n")
	assert.Equal(t, http.StatusBadRequest, refused.status)
	assert.Equal(t, "body: must be at most 1048576 bytes", refused.message())
}

func TestConnectionsThatHangDoNotStopOthers(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for i := range 200 {
		connection, err := net.Dial("tcp", root(t, mock).Host)
		require.NoError(t, err)
		t.Cleanup(func() { connection.Close() })
		_, err = io.WriteString(connection, [...]string{
			"",
			"POST /customer/open/v1/cust",
			postHead,
			postHead + "Content-Length: 1000000\r\n\r\n{",
			postHead + "Transfer-Encoding: chunked\r\n\r\n5\r\n{",
		}[i%5])
		require.NoError(t, err)
		if i%10 == 0 {
			require.NoError(t, connection.(*net.TCPConn).CloseWrite())
		}
	}
	for range 100 {
		require.Equal(t, http.StatusCreated, create(t, mock, vendorsBody).status)
	}
	assert.Len(t, mock.Customers(goodKey), 100)
}

func TestALongBodyThatIsAnnouncedCostsNothingYet(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.WithMaxBody(1 << 40))
	require.NoError(t, err)
	request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers",
		strings.NewReader(`{"phoneNumber":"1"}`))
	request.ContentLength = 1 << 39
	request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, request)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Contains(t, w.Body.String(), "must arrive whole")
}
