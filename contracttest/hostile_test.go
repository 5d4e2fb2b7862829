package contracttest_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wire is a client whose connections are pipes with a function at their other end: what comes over them are the bytes
// of HTTP, and in a bubble of synctest the timeouts pass at once.
func wire(serve func(net.Conn)) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				defer there.Close()
				serve(there)
			}()
			return here, nil
		},
	}}
}

// rightBut answers as a right server does, but for every request after the first ones, each of which it hands to a
// function that writes what it likes.
func rightBut(right int, wrong func(w io.Writer, gone <-chan struct{})) func(net.Conn) {
	server := newRightServer()
	var turn atomic.Int64 // connections may overlap
	return func(conn net.Conn) {
		in := bufio.NewReader(conn)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if int(turn.Add(1)) > right && r.URL.Path != "/_mock/health" {
				gone := make(chan struct{})
				go func() {
					_, _ = in.ReadByte()
					close(gone)
				}()
				wrong(conn, gone)
				return
			}
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, r)
			outcome := answer.Result()
			outcome.ContentLength = int64(answer.Body.Len())
			if outcome.Write(conn) != nil {
				return
			}
		}
	}
}

// created is the beginning of a 201.
const created = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nRateLimit-Limit: 100000\r\n" +
	"RateLimit-Remaining: 50000\r\nRateLimit-Reset: 60\r\n"

// endlessly writes a text until the connection is gone.
func endlessly(w io.Writer, text string) {
	for {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// drip writes a text once a second until the connection is gone.
func drip(w io.Writer, gone <-chan struct{}, text string) {
	for {
		select {
		case <-gone:
			return
		case <-time.After(time.Second):
			_, _ = io.WriteString(w, text)
		}
	}
}

func TestHostileServersEndInAReport(t *testing.T) {
	t.Parallel()
	const late = "3 answers did not come within 15s each"
	for _, tc := range []struct {
		name     string
		wrong    func(w io.Writer, gone <-chan struct{})
		takes    time.Duration // of a clock that only waits move
		finding  string
		leftOut  string
		requests int
	}{
		{
			"101 and silence",
			func(w io.Writer, gone <-chan struct{}) {
				_, _ = io.WriteString(w, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
				<-gone
			},
			0, "got 101", "the budget of 12 requests was used up", 12,
		},
		{
			"silence", func(_ io.Writer, gone <-chan struct{}) { <-gone },
			45 * time.Second, "expected an answer, got none", late, 9,
		},
		{
			"headers that drip",
			func(w io.Writer, gone <-chan struct{}) {
				_, _ = io.WriteString(w, created)
				drip(w, gone, "X-More: a\r\n")
			},
			45 * time.Second, "expected an answer, got none", late, 9,
		},
		{
			"a body that drips",
			func(w io.Writer, gone <-chan struct{}) {
				_, _ = io.WriteString(w, created+"Transfer-Encoding: chunked\r\n\r\n")
				drip(w, gone, "1\r\n \r\n")
			},
			45 * time.Second, "expected an answer, got none", late, 9,
		},
		{
			"an endless body",
			func(w io.Writer, _ <-chan struct{}) {
				_, _ = io.WriteString(w, created+"Transfer-Encoding: chunked\r\n\r\n")
				endlessly(w, "10000\r\n"+strings.Repeat(" ", 0x10000)+"\r\n")
			},
			0, "expected a body of at most 4194304 bytes, got more", "the budget of 12 requests was used up", 12,
		},
		{
			"an endless header",
			func(w io.Writer, _ <-chan struct{}) {
				_, _ = io.WriteString(w, created+"X-More: ")
				endlessly(w, strings.Repeat("a", 1<<12))
			},
			0, "server response headers exceeded 65536 bytes", "the budget of 12 requests was used up", 12,
		},
		{
			"endless 1xx",
			func(w io.Writer, _ <-chan struct{}) { endlessly(w, "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n") },
			0, "expected an answer, got none", "the budget of 12 requests was used up", 12,
		},
		{
			"200,000 names",
			func(w io.Writer, _ <-chan struct{}) {
				var body strings.Builder
				body.WriteString(`{"data":{"id":"cust_1"`)
				for i := range 200_000 {
					fmt.Fprintf(&body, `,"n%d":1`, i)
				}
				body.WriteString(`}}`)
				_, _ = fmt.Fprintf(w, "%sConnection: close\r\nContent-Length: %d\r\n\r\n%s", created, body.Len(), body.String())
			},
			0, "expected a body of at most 20000 JSON values, got more", "the budget of 12 requests was used up", 12,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				report, err := contracttest.Run(t.Context(), contracttest.Config{
					URL: testURL, APIKey: testKey, MaxRequests: 12, HTTPClient: wire(rightBut(7, tc.wrong)),
				})
				require.NoError(t, err)
				assert.Equal(t, tc.takes, time.Since(started))
				assert.Equal(t, tc.requests, report.Requests)
				require.Len(t, report.LeftOut, 1)
				assert.Equal(t, tc.leftOut, report.LeftOut[0].Reason)
				messages := ""
				for _, f := range report.Open(result.Error) {
					messages += f.Message + "\n"
				}
				assert.Contains(t, messages, tc.finding)
			})
		})
	}
}

// TestAServerThatHangsNowAndThenIsNotWaitedForAllDay hangs on every second request, so that no three answers in a row
// are late.
func TestAServerThatHangsNowAndThenIsNotWaitedForAllDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		right, turn := newRightServer(), 0
		server := hanging{right, func(r *http.Request) bool {
			turn++
			return turn > 7 && turn%2 == 0
		}}
		report, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: testURL, APIKey: testKey, HTTPClient: &http.Client{Transport: server},
		})
		require.NoError(t, err)
		assert.Equal(t, 150*time.Second, report.Duration)
		require.Len(t, report.LeftOut, 1)
		assert.Equal(t, "10 answers did not come within 15s each", report.LeftOut[0].Reason)
	})
}

// hanging is a transport that does not answer some requests.
type hanging struct {
	right http.Handler
	hangs func(*http.Request) bool
}

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/_mock/health" && h.hangs(r) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return inProcess{h.right}.RoundTrip(r)
}

// TestManyDifferencesAreBounded has a server that makes up names, as many as an answer may have.
func TestManyDifferencesAreBounded(t *testing.T) {
	t.Parallel()
	right, turn := newRightServer(), 0
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		right.ServeHTTP(answer, r)
		var more strings.Builder
		for range 500 {
			turn++
			fmt.Fprintf(&more, `"made-up-%d":1,`, turn)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.Replace(answer.Body.String(), `"id":`, more.String()+`"id":`, 1))
	})
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, MaxRequests: 40, HTTPClient: client(server),
	})
	require.NoError(t, err)
	assert.Empty(t, report.Open(result.Error))
	assert.Less(t, len(report.Findings), 200)
	assert.Less(t, len(report.Coverage.Properties), 300)
	for _, f := range report.Findings {
		if f.Check == result.UndocumentedProperty {
			assert.Len(t, f.Variants, 100, "places beyond that are counted only")
			assert.Greater(t, f.Count, 10)
			return
		}
	}
	assert.Fail(t, "no finding")
}
