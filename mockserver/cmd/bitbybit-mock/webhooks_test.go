package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// delivered is what a receiver got: the signature, and what it is one of.
type delivered struct{ signature, timestamp, body string }

func (d delivered) isSignedWith(secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, d.timestamp+"."+d.body)
	return d.signature == "t="+d.timestamp+",v1="+hex.EncodeToString(mac.Sum(nil))
}

// receive starts a receiver, which answers with a status.
func receive(t *testing.T, status int) (url string, got <-chan delivered) {
	t.Helper()
	all := make(chan delivered, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		all <- delivered{r.Header.Get(gen.WebhookSignatureHeader), r.Header.Get(gen.WebhookTimestampHeader), string(body)}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/webhooks", all
}

func nextDelivery(t *testing.T, got <-chan delivered) delivered {
	t.Helper()
	select {
	case d := <-got:
		return d
	case <-time.After(patience):
		require.Fail(t, "no webhook came")
		return delivered{}
	}
}

// A secret that nobody named is printed once, in the banner, and is the one that webhooks are signed with.
func TestTheBannerSaysWhereWebhooksGo(t *testing.T) {
	t.Parallel()
	one, gotOne := receive(t, http.StatusOK)
	two, gotTwo := receive(t, http.StatusOK)
	p := start(t, "", "--addr", "127.0.0.1:0", "--webhook", one, "--webhook", two, "--log-level", "debug")
	origin := p.line(t)
	banner := p.banner(t)
	_, rest, found := strings.Cut(banner, "\n  Webhooks go to          "+one+"\n                          "+two+"\n  and are signed with     ")
	require.True(t, found, banner)
	secret, _, _ := strings.Cut(rest, "\n")
	create(t, origin, `{"email":"a@example.com"}`)
	assert.True(t, nextDelivery(t, gotOne).isSignedWith(secret))
	assert.True(t, nextDelivery(t, gotTwo).isSignedWith(secret))
	require.NoError(t, p.Process.Kill())
	p.exitCode(t)
	assert.NotContains(t, p.log.String(), secret)
	assert.NotContains(t, p.log.String(), "a@example.com")
}

// Secrets belong to the URLs in their order; one is for all. A secret that was named is not printed.
func TestFlagsOfWebhooks(t *testing.T) {
	t.Parallel()
	one, gotOne := receive(t, http.StatusOK)
	two, gotTwo := receive(t, http.StatusOK)
	for _, secrets := range [][]string{{"whsec_one", "whsec_two"}, {"whsec_all"}} {
		origin, stop := serve(t, []string{
			"BITBYBIT_MOCK_WEBHOOKS=" + one + "," + two, "BITBYBIT_MOCK_WEBHOOK_SECRETS=" + strings.Join(secrets, ","), "BITBYBIT_MOCK_WEBHOOK_ALLOWS=192.0.2.0/24",
		})
		create(t, origin, `{"email":"a@example.com"}`)
		assert.True(t, nextDelivery(t, gotOne).isSignedWith(secrets[0]))
		assert.True(t, nextDelivery(t, gotTwo).isSignedWith(secrets[len(secrets)-1]))
		stop()
	}
	s := newSettings()
	s.webhooks.urls, s.webhooks.secrets = []string{one}, []string{"whsec_named"}
	_, err := s.webhooks.options()
	require.NoError(t, err)
	assert.NotContains(t, s.webhooks.banner(), "whsec_named")
}

// At this speed the vendor's four retries, which take more than two and a half hours, are there at once.
func TestWebhookSpeed(t *testing.T) {
	t.Parallel()
	url, got := receive(t, http.StatusServiceUnavailable)
	origin, stop := serve(t, nil, "--webhook", url, "--webhook-speed", "1000000", "--log-format", "json")
	create(t, origin, `{"email":"a@example.com"}`)
	for range 1 + len(gen.WebhookRetries()) {
		nextDelivery(t, got)
	}
	require.Eventually(t, func() bool {
		response, err := http.Get(origin + "/_mock/webhooks/deliveries?state=FAILED")
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return strings.Contains(string(body), `"customer"`)
	}, patience, time.Millisecond)
	_, log := stop()
	assert.Contains(t, log, `"level":"WARN","msg":"webhook given up"`)
}

func TestExecHandsTheSecretOfWebhooksOver(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := execute(t, "secret", "", "--webhook", "http://127.0.0.1:9/", "--webhook-secret", "whsec_1")
	assert.Equal(t, 0, code, stderr)
	assert.Equal(t, "whsec_1\n", stdout)
	_, stdout, _ = execute(t, "secret", "", "--webhook", "http://127.0.0.1:9/")
	assert.Regexp(t, "^whsec_.{20,}\n$", stdout)
	_, stdout, _ = execute(t, "secret", "")
	assert.Equal(t, "\n", stdout)
}

func TestTheBannerShowsNoKeyInAURL(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef0123"
	w := webhooks{urls: []string{"http://127.0.0.1:8080/hook?key=" + key}}
	assert.Equal(t, "\n  Webhooks go to          http://127.0.0.1:8080/hook?key=bbb_test_…", w.banner())
	w = webhooks{urls: []string{"http://127.0.0.1:1/\u009b31mX\u202e"}}
	assert.Equal(t, "\n  Webhooks go to          http://127.0.0.1:1/%C2%9B31mX%E2%80%AE", w.banner())
}

// What a receiver sends unasked is nowhere in the log, which net/http would write it into.
func TestNothingUnaskedIsLogged(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 204 x\r\n\r\nHTTP/1.1 500 unasked\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn) // until the mock closes it
		}
	}()
	p := start(t, "", "--addr", "127.0.0.1:0", "--webhook", "http://"+listener.Addr().String(), "--log-level", "debug")
	create(t, p.line(t), `{"email":"a@example.com"}`)
	<-ended
	stop := os.Interrupt
	if runtime.GOOS == "windows" { // which cannot send it
		stop = os.Kill
	}
	require.NoError(t, p.Process.Signal(stop))
	p.exitCode(t)
	assert.NotContains(t, p.log.String(), "unasked")
}
