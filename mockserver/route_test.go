package mockserver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// wire sends bytes as they are, and reads one answer.
func wire(t testing.TB, mock *mockserver.Running, method, raw string) answer {
	t.Helper()
	connection, err := net.Dial("tcp", root(t, mock).Host)
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, raw)
	require.NoError(t, err)
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if response.Close {
		response.Header.Set("Connection", "close") // where ReadResponse took it from
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}
}

func TestPathsThatDoNotExist(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, path := range []string{
		"/", "/customers", "/customer/open/v1", "/customer/open/v1/", "/customer/open/v1//customers",
		"//customer/open/v1/customers",
		"/customer/open/v1/customers/", "/customer/open/v1/customers//", "/customer/open/v1%2Fcustomers",
		"/customer/open/v1/customers%2F",
		"/customer/open/v1/%2563ustomers", "/customer/open/v1/./customers", "/customer/open/v1/x/../customers",
		"/customer/open/v1/Customers",
		"/customer/open/v1/customers/cust_1/x", "/customer/open/v2/customers", "/customer/open/v1/customers;x=1",
		"/favicon.ico", "/%00", "/%ff", "/a%20b",
		"/" + strings.Repeat("long", 10_000), "*",
	} {
		got := wire(t, mock, http.MethodPost,
			"POST "+path+" HTTP/1.1\r\nHost: x\r\n"+keyHeader+": "+goodKey+"\r\nContent-Length: 0\r\n\r\n")
		assert.Equal(t, http.StatusNotFound, got.status, "%.100s", path)
		assert.Equal(t, gen.CodeNotFound, got.code(), "%.100s", path)
		assert.Less(t, len(got.body), 1_000, "%.100s", path)
		assert.Empty(t, got.header.Get("Location"), "%.100s", path)
		assert.Equal(t, "100", got.header.Get("RateLimit-Remaining"), "%.100s", path)
		assert.Contains(t, got.message(), "here; there is ", "%.100s", path)
		assert.Contains(t, got.message(), "POST "+gen.BasePath+"/customers", "%.100s", path)
	}
}

// RFC 3986 section 6.2.2.2: a letter is the same letter percent-encoded.
func TestAPathIsTheSameHoweverItIsEncoded(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := wire(t, mock, http.MethodPost, strings.Replace(postHead, "customers", "%63ustomers", 1)+
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(vendorsBody), vendorsBody))
	assert.Equal(t, http.StatusCreated, got.status)
}

// net/http would answer it with an empty 200.
func TestOptionsOfTheServerItselfAreNotFound(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := wire(t, mock, http.MethodOptions, "OPTIONS * HTTP/1.1\r\nHost: x\r\n"+keyHeader+": "+goodKey+"\r\n\r\n")
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, gen.CodeNotFound, got.code())
	assert.Len(t, mock.Requests(journal.Filter{}), 1)
}

func TestAQueryDoesNotMatter(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	assert.Equal(t, http.StatusCreated, call(t, http.MethodPost, mock.URL+"/customers?a=%2F;b&c", vendorsBody).status)
}

func TestOtherMethodsAreNotAllowed(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	path := strings.TrimPrefix(mock.URL, root(t, mock).String()) + "/customers"
	for _, method := range []string{
		"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "post", "Post", "BREW", "PROPFIND",
		"M-SEARCH", "!#$%&'*+-.^_`|~", strings.Repeat("LONG", 1_000),
	} {
		got := wire(t, mock, method, method+" "+path+" HTTP/1.1\r\nHost: x\r\n"+keyHeader+": "+goodKey+"\r\n\r\n")
		assert.Equal(t, http.StatusMethodNotAllowed, got.status, "%.100s", method)
		assert.Equal(t, "POST", got.header.Get("Allow"), "%.100s", method)
		assert.Equal(t, "application/json", got.header.Get("Content-Type"), "%.100s", method)
		if method == "HEAD" {
			assert.Empty(t, got.body)
			continue
		}
		assert.Equal(t, gen.CodeNotFound, got.code(), "%.100s", method)
		assert.Contains(t, got.message(), "allowed: POST", "%.100s", method)
		assert.Less(t, len(got.body), 1_000, "%.100s", method)
	}
	assert.Empty(t, mock.Customers(""))
}

func TestConnectToAnAuthority(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := wire(t, mock, http.MethodConnect, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, gen.CodeNotFound, got.code())
}

func TestAbsoluteFormIsTheSamePath(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := wire(t, mock, http.MethodPost, "POST http://example.com/customer/open/v1/customers HTTP/1.1\r\nHost: example.com\r\n"+keyHeader+": "+goodKey+
		"\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"phoneNumber\":\"1\"}")
	assert.Equal(t, http.StatusCreated, got.status, got.body)
}
