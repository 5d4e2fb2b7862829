package traffic_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
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
		{"the server has gone", nil, refused(), result.Error, false},
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

// TestAServerThatNeverAnswers is no server that closes idle connections.
func TestAServerThatNeverAnswers(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "HTTP/1.1 201 Created\r\nContent-Le", "HTTP/1.1 100 Continue\r\n\r\n"} {
		target := rawServer(t, answer)
		proxy, behind := serveProxy(t, target, nil)
		transport := traffic.Transport(nil)
		for _, url := range []string{target, behind} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+gen.BasePath+"/customers", strings.NewReader(fullBody))
			require.NoError(t, err)
			_, err = (&http.Client{Transport: transport}).Do(r)
			require.Error(t, err)
		}
		proxy.Wait()
		for _, o := range []*traffic.Observer{&transport.Observer, &proxy.Observer} {
			found := o.Findings()
			require.NotEmpty(t, found, answer)
			assert.Equal(t, result.Error, found[0].Severity, found[0].Message)
		}
	}
}

// TestWhatIsNotTheServersDoing has requests fail for what the caller does.
func TestWhatIsNotTheServersDoing(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	transport := traffic.Transport(nil)
	for name, edit := range map[string]func(*http.Request){
		"a header that is none": func(r *http.Request) { r.Header.Set("X", "a\nb") },
		"another length":        func(r *http.Request) { r.ContentLength++ },
		"another scheme":        func(r *http.Request) { r.URL.Scheme = "ftp" },
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+gen.BasePath+"/customers", strings.NewReader(fullBody))
		require.NoError(t, err)
		edit(r)
		_, err = transport.RoundTrip(r)
		require.Error(t, err, name)
	}
	assert.Empty(t, transport.Findings())
	assert.Equal(t, 3, transport.Report("").Traffic.LeftOut[0].Count)

	proxy, url := serveProxy(t, server.URL, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	_, err = io.WriteString(conn, "POST "+gen.BasePath+"/customers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, conn)
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { return proxy.Report("").Traffic.Passed == 1 }, testTimeout, testTick)
	proxy.Wait()
	assert.Empty(t, proxy.Findings())
}

// TestAnEarlyAnswer leaves the connection of the caller as it is without the proxy, and is judged when the rest of the request has come.
func TestAnEarlyAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusAccepted)
		_ = http.NewResponseController(w).Flush()
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	t.Cleanup(server.Close)
	for _, enforce := range []bool{false, true} {
		proxy, url := serveProxy(t, server.URL, func(p *traffic.JudgingProxy) { p.Enforce = enforce })
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		reader := bufio.NewReader(conn)
		for range 3 {
			head := "POST " + gen.BasePath + "/customers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(fullBody)) + "\r\n\r\n"
			_, err = io.WriteString(conn, head+fullBody[:10])
			require.NoError(t, err)
			if !enforce {
				answer, err := http.ReadResponse(reader, nil)
				require.NoError(t, err)
				assert.Equal(t, http.StatusAccepted, answer.StatusCode)
			}
			_, err = io.WriteString(conn, fullBody[10:])
			require.NoError(t, err)
			if enforce {
				answer, err := http.ReadResponse(reader, nil)
				require.NoError(t, err)
				assert.Equal(t, http.StatusBadGateway, answer.StatusCode)
				_, _ = io.Copy(io.Discard, answer.Body)
			}
		}
		require.Eventually(t, func() bool { proxy.Wait(); return proxy.Judged() == 3 }, testTimeout, testTick)
		assert.NotEmpty(t, proxy.Findings())
	}
}

// TestWhoHasTheAnswerFindsItJudged waits for what has passed, at once.
func TestWhoHasTheAnswerFindsItJudged(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "2")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	proxy, url := serveProxy(t, server.URL, nil)
	for n := range 500 {
		send(t, client(t), http.MethodPost, url+gen.BasePath+"/customers", fullBody, nil)
		proxy.Wait()
		require.Equal(t, n+1, proxy.Judged())
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
	require.Eventually(t, func() bool { return proxy.Report("").Traffic.Passed == 1 }, testTimeout, testTick)
	assert.Zero(t, proxy.Report("").Count(result.Error))
}
