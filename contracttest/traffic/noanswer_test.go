package traffic_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestNoAnswer has a server that answers one request, and then does not, or not in a way that can be judged.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	panics := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, tc := range []struct {
		name     string
		then     http.HandlerFunc // nil is a server that has gone
		want     string
		severity result.Severity
		handled  bool // such a handler can be judged, too
	}{
		// A connection that was idle for too long ends the same way.
		{"the connection ends", panics, "expected an answer, got none: ", result.Warning, false},
		{"the handler panics", panics, "expected an answer, got none: the handler panicked", result.Error, true},
		{"the answer breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"firstName":"Wilhelmina"`))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "expected an answer, got none: the answer broke off: ", result.Error, false},
		{"the body is too large", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("Wilhelmina ", 5<<20/11))
		}, "expected a body of at most 4194304 bytes, got more", result.Error, true},
		{"it has too many values", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "["+strings.Repeat("1,", 20_001)+"1]")
		}, "expected a body of at most 20000 JSON values, got more", result.Error, true},
		{"the server has gone", nil, "connection refused", result.Error, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, way := range []string{"transport", "proxy", "proxy, enforced", "handler"} {
				if way == "handler" != tc.handled && (way == "handler" || strings.Contains(tc.name, "panics")) {
					continue
				}
				answered := false
				var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if answered {
						tc.then(w, r)
					}
					answered = true
				})
				var o *traffic.Observer
				if way == "handler" {
					judging := traffic.Handler(handler)
					handler, o = judging, &judging.Observer
				}
				server := httptest.NewUnstartedServer(handler)
				server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
				server.Start()
				t.Cleanup(server.Close)
				c, url, wait := client(t), server.URL, func() {}
				switch {
				case way == "transport":
					judging := traffic.Transport(c.Transport)
					c.Transport, o = judging, &judging.Observer
				case way != "handler":
					var judging *traffic.JudgingProxy
					judging, url = serveProxy(t, server.URL, func(p *traffic.JudgingProxy) { p.Enforce = way == "proxy, enforced" })
					o, wait = &judging.Observer, judging.Wait
				}
				send(t, c, http.MethodPost, url+gen.BasePath+"/customers", fullBody, nil)
				requests := 1
				if tc.then == nil {
					server.Close()
					requests++ // the first goes to a connection that was open
				}
				for range requests {
					r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+gen.BasePath+"/customers", strings.NewReader(fullBody))
					require.NoError(t, err)
					if answer, err := c.Do(r); err == nil {
						_, _ = io.Copy(io.Discard, answer.Body)
						_ = answer.Body.Close()
					}
				}
				var found []result.Finding
				require.Eventually(t, func() bool {
					wait()
					found = o.Findings()
					return o.Report("").Traffic.Passed == 1+requests
				}, testTimeout, testTick)
				last := found[len(found)-1]
				assert.Equal(t, result.NotServerError, last.Check, way)
				assert.Contains(t, last.Message, tc.want, way)
				assert.Equal(t, tc.severity, last.Severity, "%s: %s", way, last.Message)
				assert.NotContains(t, last.Message+last.Curl, "Wilhelmina", way)
			}
		})
	}
}

// TestTheCallerBreaksOff is not the server's doing.
func TestTheCallerBreaksOff(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	proxy, behind := serveProxy(t, server.URL, nil)
	transport := traffic.Transport(nil)
	for _, url := range []string{server.URL, behind} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-arrived
			cancel()
		}()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+gen.BasePath+"/customers", nil)
		require.NoError(t, err)
		_, err = (&http.Client{Transport: transport}).Do(r)
		require.Error(t, err)
	}
	assert.Empty(t, transport.Findings())
	assert.Equal(t, 0, transport.Judged())
	require.Eventually(t, func() bool { return len(proxy.Report("").Traffic.LeftOut) == 1 }, testTimeout, testTick)
	assert.Empty(t, proxy.Findings())
}
