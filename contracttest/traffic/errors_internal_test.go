package traffic

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhatAnErrorSays is the same in each run, and nothing of the other side's.
func TestWhatAnErrorSays(t *testing.T) {
	t.Parallel()
	for came, want := range map[string]string{
		"read tcp 127.0.0.1:54321->127.0.0.1:8080: read: connection reset by peer":                       "read tcp …->127.0.0.1:8080: read: connection reset by peer",
		"write tcp [fe80::1%eth0]:5->[::1]:80: write: broken pipe":                                       "write tcp …->[::1]:80: write: broken pipe",
		"dial tcp [::1]:1: connect: connection refused":                                                  "dial tcp [::1]:1: connect: connection refused",
		"x509: certificate has expired: current time 2026-11-28T10:00:00Z is after 2025-01-01T00:00:00Z": "x509: certificate has expired: current time … is after 2025-01-01T00:00:00Z",
		`http2: server sent GOAWAY; LastStreamID=17, ErrCode=NO_ERROR, debug="Wilhelmina"`:               `http2: server sent GOAWAY; LastStreamID=…, ErrCode=NO_ERROR, debug="…"`,
		"stream error: stream ID 5; INTERNAL_ERROR; received from peer":                                  "stream error: stream ID …; INTERNAL_ERROR; received from peer",
		"unexpected EOF": "unexpected EOF",
	} {
		assert.Equal(t, want, failure(errors.New(came)).Error())
	}
}

// TestAProxyThatRefusesToConnect is told by its status: its reason phrase can be anything.
func TestAProxyThatRefusesToConnect(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			_, _ = conn.Write([]byte("HTTP/1.1 407 Wilhelmina\r\nContent-Length: 0\r\n\r\n"))
			_ = conn.Close()
		}
	}))
	t.Cleanup(refusing.Close)
	address, err := url.Parse(refusing.URL)
	require.NoError(t, err)
	p, err := Proxy("https://api.test")
	require.NoError(t, err)
	t.Cleanup(p.Close)
	p.proxy.Transport.(*http.Transport).Proxy = http.ProxyURL(address)
	var log strings.Builder
	p.Logger = slog.New(slog.NewTextHandler(&log, nil))
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		p.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://here/", nil))
	})
	assert.Contains(t, log.String(), "answered CONNECT with 407")
	assert.NotContains(t, log.String(), "Wilhelmina")
}
