package mockserver_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// keyHeader is the header of the API key in the form that http.Header has it.
var keyHeader = apikey.Header

// goodKey is a key that a server without WithKeys knows.
const goodKey = "bbb_test_good"

// answer is what a call got.
type answer struct {
	status int
	header http.Header
	body   string
}

// code is the error code of the envelope.
func (a answer) code() gen.ErrorCode { return a.envelope().Code }

// message is the error message of the envelope.
func (a answer) message() string { return a.envelope().Message }

func (a answer) envelope() gen.Error {
	var envelope gen.ErrorResponse
	_ = json.Unmarshal([]byte(a.body), &envelope)
	return envelope.Error
}

// customer is what was created.
func (a answer) customer() gen.Customer {
	var envelope gen.CustomerResponse
	_ = json.Unmarshal([]byte(a.body), &envelope)
	return envelope.Data
}

// call sends one request over real HTTP, and judges the answer: whatever was sent, the answer keeps the contract. The
// header is a list of names and values; an empty value takes a header away.
func call(t testing.TB, method, target, body string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, goodKey)
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			request.Header.Del(header[i])
			continue
		}
		request.Header.Add(header[i], header[i+1])
		if header[i] == keyHeader || header[i] == "Content-Type" {
			request.Header.Set(header[i], header[i+1])
		}
	}
	return do(t, request)
}

// do sends a request and judges the answer. Redirects are not followed: there must be none.
func do(t testing.TB, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err, "every request gets an answer")
	return read(t, request, response)
}

func read(t testing.TB, request *http.Request, response *http.Response) answer {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	got := answer{status: response.StatusCode, header: response.Header, body: string(body)}
	if op, _ := judge.Contract().Route(request.Method, request.URL.EscapedPath()); op != nil {
		assert.Empty(t, op.Response(got.status, got.header, body).String(), "the answer keeps the contract")
	}
	return got
}

// create posts a body to a running mock.
func create(t testing.TB, mock *mockserver.Running, body string, header ...string) answer {
	t.Helper()
	return call(t, http.MethodPost, mock.URL+"/customers", body, header...)
}

// root is the URL of the server, without the contract's base path.
func root(t testing.TB, mock *mockserver.Running) *url.URL {
	t.Helper()
	u, err := url.Parse(mock.URL)
	require.NoError(t, err)
	return &url.URL{Scheme: u.Scheme, Host: u.Host}
}
