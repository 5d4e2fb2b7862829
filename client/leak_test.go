package client_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// parrot answers each request with these bytes and closes.
func parrot(t *testing.T, answer string) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				req, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				_, _ = io.WriteString(conn, answer)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// Whatever a server or a transport says, neither the error nor the log quotes it: it may repeat the key or the
// customer.
func TestNothingIsQuoted(t *testing.T) {
	t.Parallel()
	const private = "jane.doe@private.example"
	fails := func(err error) http.RoundTripper {
		return roundTripper(func(*http.Request) (*http.Response, error) { return nil, err })
	}
	proxy := "http://me:hunter2 secret@h:x/"
	badProxy := client.NewTransport()
	badProxy.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
	for name, tc := range map[string]struct {
		answer    string
		transport http.RoundTripper
		status    int
		say       string
	}{
		"no HTTP": {answer: created, say: "malformed HTTP"},
		"bad header line": {
			answer: "HTTP/1.1 201 Created\r\n" + gen.KeyHeader + " " + testKey + "\r\n\r\n", say: "malformed MIME header",
		},
		"bad status":   {answer: "HTTP/1.1 " + private + "\r\n\r\n", say: "malformed HTTP"},
		"bad length":   {answer: "HTTP/1.1 201 C\r\nContent-Length: " + private + "\r\n\r\n", say: "bad Content-Length"},
		"bad encoding": {answer: "HTTP/1.1 201 C\r\nTransfer-Encoding: " + private + "\r\n\r\n", say: "no answer: "},
		"media type": {
			answer: "HTTP/1.1 502 B\r\nContent-Type: jane/doe\r\n\r\n<>", status: 502, say: "another media type",
		},
		"bad location of 301": {answer: redirect("301", private), status: 301, say: "a redirect"},
		"bad location of 307": {answer: redirect("307", private), status: 307, say: "a redirect"},
		"bad trailer": {
			answer: "HTTP/1.1 201 C\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + private + "\r\n\r\n",
			status: 201, say: "broke off after",
		},
		"proxy that does not parse": {transport: badProxy, say: "not sent: proxyconnect: "},
		"a transport's own error":   {transport: fails(errors.New("for " + private)), say: "*errors.errorString"},
		"a network error": {
			transport: fails(&net.OpError{Op: "jane", Err: errors.New(testKey)}),
			say:       "no answer: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := "http://mock.test"
			if tc.answer != "" {
				transport := client.NewTransport()
				t.Cleanup(transport.CloseIdleConnections)
				base, tc.transport = parrot(t, tc.answer), transport
			}
			var out bytes.Buffer
			c, err := client.New(testKey, client.WithBaseURL(base), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
				client.WithHTTPClient(&http.Client{Transport: tc.transport}),
				client.WithLogger(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			require.NoError(t, err)
			_, err = c.CreateCustomer(t.Context(), jane())
			require.ErrorContains(t, err, tc.say)
			e, _ := errors.AsType[*client.Error](err)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.Contains(t, out.String(), tc.say)
			for _, word := range []string{"jane", "private", "secret", "hunter2"} {
				assert.NotContains(t, strings.ToLower(err.Error()), word)
				assert.NotContains(t, strings.ToLower(out.String()), word)
			}
		})
	}
}

// redirect has a Location that is no URL.
func redirect(status, private string) string {
	return "HTTP/1.1 " + status + " X\r\nLocation: http://h/%zz?email=" + private + "\r\nContent-Length: 0\r\n\r\n"
}

// However a program prints an error, or the value it points to, the vendor's message does not show.
func TestErrorIsPrintedWithoutPersonalData(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, envelope("VALIDATION_ERROR")) })
	_, err := c.CreateCustomer(t.Context(), jane())
	e, ok := errors.AsType[*client.Error](err)
	require.True(t, ok)
	require.Contains(t, e.Message, "jane")
	assertPrintedWithout(t, e, "jane", "VALIDATION_ERROR")
}

// A code that the vendor does not document is what a server wrote, and may be about a person.
func TestUndocumentedCodeIsNotPrinted(t *testing.T) {
	t.Parallel()
	for _, body := range []string{envelope("jane.doe@private.example"), envelope("DUPLICATE_JANE")} {
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 409, body) })
		_, err := c.CreateCustomer(t.Context(), jane())
		e, ok := errors.AsType[*client.Error](err)
		require.True(t, ok)
		require.Contains(t, strings.ToLower(string(e.Code)), "jane")
		assertPrintedWithout(t, e, "jane", "an undocumented code")
		assertPrintedWithout(t, e, "JANE", "an undocumented code")
	}
}

// What encoding/json writes of an error: what is safe to log, under the names of the fields.
func TestErrorAsJSON(t *testing.T) {
	t.Parallel()
	for code, want := range map[gen.ErrorCode]string{
		gen.CodeNotFound: "NOT_FOUND", "jane": "an undocumented code", "": "",
	} {
		e := client.Error{StatusCode: 404, Code: code, Message: "jane", CustomerID: "jane", Attempts: 2, Body: []byte("jane")}
		got, err := json.Marshal(map[string]any{"value": e, "pointer": &e})
		require.NoError(t, err)
		one := `{"StatusCode":404,"Code":"` + want + `","RateLimit":null,"Attempts":2}`
		assert.JSONEq(t, `{"value":`+one+`,"pointer":`+one+`}`, string(got))
		assert.Equal(t, code, e.Code)
	}
}

func assertPrintedWithout(t *testing.T, e *client.Error, private, public string) {
	t.Helper()
	for _, v := range []any{e, *e} {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		require.NoError(t, json.NewEncoder(&out).Encode(v))
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", slog.Any("err", v))
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", slog.Any("err", v))
		assert.NotContains(t, out.String(), private)
		assert.Contains(t, out.String(), public)
	}
}
