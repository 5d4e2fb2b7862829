package mockserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// A client that asks before it sends the body is not asked for a body that makes no difference, RFC 9110 section 10.1.1.
func TestExpectContinueIsRefusedWithoutTheBody(t *testing.T) {
	t.Parallel()
	now := time.Now()
	mock := mockserver.Start(t, mockserver.WithRateLimit(1), mockserver.WithClock(func() time.Time { return now }),
		mockserver.WithKeys("bbb_test_all", "bbb_test_used", "bbb_test_ro=customers:read", "bbb_test_far@203.0.113.7"))
	require.Equal(t, http.StatusCreated, create(t, mock, valid, keyHeader, "bbb_test_used").status)
	const jsonType = "Content-Type: application/json\r\n"
	for name, test := range map[string]struct {
		line, header string
		status       int
		message      string
	}{
		"no key":      {"POST /customer/open/v1/customers", jsonType, 401, "header is missing"},
		"a wrong key": {"POST /customer/open/v1/customers", jsonType + keyHeader + ": bbb_test_other\r\n", 401, "none of the keys"},
		"no key at all": {"POST /customer/open/v1/customers", jsonType + keyHeader + ": secret\r\n", 401,
			"must start with bbb_live_ or bbb_test_"},
		"another media type": {"POST /customer/open/v1/customers", "Content-Type: text/plain\r\n" + keyHeader + ": bbb_test_all\r\n", 400,
			`header Content-Type: must be application/json, got "text/plain"`},
		"another scope":   {"POST /customer/open/v1/customers", jsonType + keyHeader + ": bbb_test_ro\r\n", 403, "scope"},
		"another address": {"POST /customer/open/v1/customers", jsonType + keyHeader + ": bbb_test_far\r\n", 403, "allowlist"},
		"no requests left": {"POST /customer/open/v1/customers", jsonType + keyHeader + ": bbb_test_used\r\n", 429,
			"Too many requests"},
		"another path":   {"POST /customers", jsonType + keyHeader + ": bbb_test_all\r\n", 404, "There is no"},
		"another method": {"PUT /customer/open/v1/customers", jsonType + keyHeader + ": bbb_test_all\r\n", 405, "not offered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", root(t, mock).Host)
			require.NoError(t, err)
			defer connection.Close()
			_, err = fmt.Fprintf(connection, "%s HTTP/1.1\r\nHost: mock\r\n%sExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
				test.line, test.header, len(valid))
			require.NoError(t, err)
			reader := bufio.NewReader(connection)
			response, err := http.ReadResponse(reader, nil)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, test.status, response.StatusCode, "and no 100 before it")
			assert.Contains(t, string(body), strings.ReplaceAll(test.message, `"`, `\"`))
			assert.True(t, response.Close, "nothing says whether the body follows")

			// A client that sends the body all the same is read to its end, and what comes then is no request any more.
			_, err = io.WriteString(connection, valid+"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
			require.NoError(t, err)
			require.NoError(t, connection.(*net.TCPConn).CloseWrite())
			rest, err := io.ReadAll(reader)
			assert.NoError(t, err, "no reset")
			assert.Empty(t, string(rest))
		})
	}
}

func TestExpectContinueOfAClientThatDoesNotWait(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	const size = 8 << 20
	refused := wire(t, mock, http.MethodPost, fmt.Sprintf("POST /customer/open/v1/customers HTTP/1.1\r\nHost: mock\r\n"+
		"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n%s", size, strings.Repeat("x", size)))
	assert.Equal(t, http.StatusUnauthorized, refused.status, "the answer arrives although the body was not asked for")
	entry := mock.Requests()[0]
	assert.Equal(t, "100-continue", entry.Header.Get("Expect"))
	assert.Zero(t, entry.BodySize)
}

// The connection of a body that was asked for goes on.
func TestExpectContinueKeepsTheConnection(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	connection, err := net.Dial("tcp", root(t, mock).Host)
	require.NoError(t, err)
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for _, body := range []string{valid, `{"email":1}`, valid} {
		_, err = io.WriteString(connection, postHead+fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body)))
		require.NoError(t, err)
		for _, status := range []int{http.StatusContinue, map[bool]int{true: 201, false: 400}[body == valid]} {
			response, err := http.ReadResponse(reader, nil)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, response.Body)
			require.NoError(t, err)
			require.Equal(t, status, response.StatusCode)
			if status == http.StatusContinue {
				_, err = io.WriteString(connection, body)
				require.NoError(t, err)
			} else {
				assert.False(t, response.Close)
			}
		}
	}
}

// The connection ends at once, though net/http waits for a body that was not read.
func TestExpectContinueWithAFaultThatBreaksTheConnection(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Connection: fault.EmptyResponse, Store: true, Times: 1})
	add(t, mock, fault.Fault{Connection: fault.RandomData, Store: true, Times: 1})
	for range 2 {
		connection, err := net.Dial("tcp", root(t, mock).Host)
		require.NoError(t, err)
		defer connection.Close()
		_, err = io.WriteString(connection, "POST /customer/open/v1/customers HTTP/1.1\r\nHost: mock\r\n"+
			"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
		require.NoError(t, err)
		received, err := io.ReadAll(connection)
		require.NoError(t, err)
		assert.NotContains(t, string(received), "HTTP/1.1", "neither 100 nor 401")
	}
}
