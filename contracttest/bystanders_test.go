package contracttest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// upgraded takes over the connection of a create, and says hello on it instead of an answer.
func upgraded(t *testing.T, hijack func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, both, err := hijack(w)
		if !assert.NoError(t, err) {
			return
		}
		defer conn.Close()
		_, _ = both.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello\n")
		_ = both.Flush()
		_, _ = both.ReadByte() // until the caller hangs up
	})
}

func TestAHijackedConnectionIsNotJudged(t *testing.T) {
	t.Parallel()
	for name, hijack := range map[string]func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error){
		"http.ResponseController": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			return http.NewResponseController(w).Hijack()
		},
		"http.Hijacker": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			return w.(http.Hijacker).Hijack()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := traffic.Handler(upgraded(t, hijack))
			done := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				handler.ServeHTTP(w, r)
				close(done)
			}))
			t.Cleanup(server.Close)
			transport := traffic.Transport(nil)
			r, err := http.NewRequestWithContext(
				t.Context(), http.MethodPost, server.URL+gen.BasePath+"/customers", http.NoBody,
			)
			require.NoError(t, err)
			r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"x"}}
			answer, err := (&http.Client{Transport: transport}).Do(r)
			require.NoError(t, err)
			line, err := bufio.NewReader(answer.Body).ReadString('\n')
			require.NoError(t, err)
			assert.Equal(t, "hello\n", line, "the connection is the caller's")
			require.NoError(t, answer.Body.Close())
			<-done
			assert.Zero(t, handler.Judged())
			assert.Zero(t, transport.Judged())
			assert.Empty(t, handler.Findings())
		})
	}
}

func TestHandlerSaysWhereNothingCanBeHijacked(t *testing.T) {
	t.Parallel()
	handler := traffic.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _, err := w.(http.Hijacker).Hijack()
		assert.ErrorIs(t, err, http.ErrNotSupported)
		newRightServer().ServeHTTP(w, r)
	}))
	r := httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", strings.NewReader(`{"email":"a@example.com"}`))
	r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {testKey}}
	handler.ServeHTTP(httptest.NewRecorder(), r)
	assert.Equal(t, 1, handler.Judged())
	assert.NoError(t, handler.Err())
}

// TestTrafficIsBounded has callers and a server that make up methods, paths, keys, names, statuses and bodies.
func TestTrafficIsBounded(t *testing.T) {
	t.Parallel()
	turn := 0
	handler := traffic.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		turn++
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Padding", strings.Repeat("x", 20_000))
		w.WriteHeader(http.StatusOK + turn)
		_, _ = fmt.Fprintf(w, `{"made%d-%s":{},"data":{"made%d":1}}`, turn, strings.Repeat("up", 3000), turn)
	}))
	const exchanges = 300
	for i := range exchanges {
		body := fmt.Sprintf(`{"email":"a@example.com","more%d":"%s"}`, i, strings.Repeat("x", 10_000))
		r := httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", strings.NewReader(body))
		if i%2 == 0 {
			r.Method = fmt.Sprintf("MADE%d", i)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {fmt.Sprintf("bbb_test_made_up_%d", i)}}
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	require.Equal(t, exchanges/2, handler.Judged(), "other methods are left out")
	findings := handler.Findings()
	byCheck := map[result.Check]int{}
	for _, f := range findings {
		byCheck[f.Check]++
		assert.LessOrEqual(t, len(f.Curl), 8<<10)
		assert.LessOrEqual(t, len([]rune(f.Message)), 4<<10+200)
		assert.LessOrEqual(t, len(f.Case), 300)
		assert.Less(t, len(f.Answer.Header.Get("X-Padding")), 8<<10)
	}
	for check, n := range byCheck {
		assert.LessOrEqual(t, n, 101, check)
	}
	covered := handler.Coverage()
	for _, list := range [][]result.Covered{covered.Operations, covered.Statuses, covered.Properties, covered.Keywords} {
		assert.Less(t, len(list), 350)
	}
}

func TestTrafficLeavesLargeBodiesAlone(t *testing.T) {
	t.Parallel()
	large := []string{`{"tags":[` + strings.Repeat("1,", 20_000) + `1]}`, `{"a":"` + strings.Repeat("x", 5<<20) + `"}`}
	for _, body := range large {
		for _, exchange := range [][2]string{{body, `{}`}, {`{}`, body}, {`{}`, `{}`}} {
			handler := traffic.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.True(t, exchange[0] == string(arrived), "the request passes unchanged")
				_, _ = io.WriteString(w, exchange[1])
			}))
			r := httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", strings.NewReader(exchange[0]))
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, r)
			assert.True(t, exchange[1] == answer.Body.String(), "the answer passes unchanged")
			assert.Equal(t, len(exchange[0]) == 2, handler.Judged() == 1, "a large request is left out")
			assert.Equal(t, exchange[0] == `{}`, len(handler.Findings()) > 0, "an answer that is too large to be judged is a finding")
		}
	}
}

func TestTheCallersHTTPClientIsLeftAsItWas(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newRightServer())
	t.Cleanup(server.Close)
	own := &http.Transport{}
	t.Cleanup(own.CloseIdleConnections)
	c := &http.Client{Transport: own}
	reused := func() (reused bool) {
		trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused }}
		r, err := http.NewRequestWithContext(
			httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, server.URL, http.NoBody,
		)
		require.NoError(t, err)
		answer, err := c.Do(r)
		require.NoError(t, err)
		_, _ = io.Copy(io.Discard, answer.Body)
		require.NoError(t, answer.Body.Close())
		return reused
	}
	reused()
	_, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: server.URL, APIKey: testKey, MaxRequests: 5, HTTPClient: c,
	})
	require.NoError(t, err)
	assert.True(t, reused(), "its idle connections are not closed")
	assert.Zero(t, own.MaxResponseHeaderBytes)
}

func TestTestPrintsAFindingOnce(t *testing.T) {
	t.Parallel()
	right := newRightServer()
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { right.ServeHTTP(headerless{w}, r) })
	fake := &fakeT{t: t, failed: map[string]bool{}}
	contracttest.Test(fake, contracttest.Config{
		URL: testURL, APIKey: testKey, MaxRequests: 20, HTTPClient: client(server),
		Checks: []result.Check{result.RequiredHeaders},
	})
	require.NotEmpty(t, fake.told)
	full, named := map[string]int{}, 0
	for _, text := range fake.told {
		if !strings.Contains(text, "curl ") {
			named++
			assert.Regexp(t, `^required_headers: .* \(the finding is shown in \S+/required_headers\)$`, text)
			continue
		}
		full[text[:strings.IndexByte(text, '\n')]]++
	}
	assert.Positive(t, named)
	for finding, n := range full {
		assert.Equal(t, 1, n, finding)
	}
}

func TestOnlyAURLWithoutAnyPathGetsThatOfTheContract(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"http://api.test":      "http://api.test" + gen.BasePath + "/customers'",
		"http://api.test/":     "http://api.test/customers'",
		"http://api.test/a":    "http://api.test/a/customers'",
		"http://api.test/a/b/": "http://api.test/a/b/customers'",
	} {
		planned, err := contracttest.Plan(contracttest.Config{URL: url, APIKey: testKey})
		require.NoError(t, err)
		assert.Contains(t, planned[0].Curl, want, url)
	}
}

func TestARateThatEndsNoRunIsRefused(t *testing.T) {
	t.Parallel()
	for rate, want := range map[float64]bool{0: true, 0.001: true, 50: true, 1e-12: false, 0.0009: false, -1: false} {
		_, err := contracttest.Plan(contracttest.Config{URL: testURL, APIKey: testKey, Rate: rate})
		assert.Equal(t, want, err == nil, "%v: %v", rate, err)
	}
}
