package contracttest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"sync"
	"testing"
	"time"
)

// Each run of the suite leaves some megabytes behind; collecting them less often takes a third off these tests.
func init() { debug.SetGCPercent(400) }

// few reports whether a small sample of mutants, servers and seeds is enough: with -short, and under the race detector,
// which is looking for something else and takes ten times as long.
func few() bool { return testing.Short() || underRace }

// full reports whether every mutant and every curl is tried, and not some of them: CI sets BITBYBIT_FULL=1.
func full() bool { return os.Getenv("BITBYBIT_FULL") == "1" }

// inProcess is a transport that calls a handler, without a network between: thousands of servers are tried in these
// tests, each for a few milliseconds.
type inProcess struct{ server http.Handler }

// client is an HTTP client whose every request goes to a handler.
func client(server http.Handler) *http.Client { return &http.Client{Transport: inProcess{server}} }

// RoundTrip hands the request to the handler as net/http would. A handler that aborts is a connection that ends.
func (t inProcess) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			err = io.EOF
		default:
			panic(p)
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	request := r.Clone(r.Context())
	request.RequestURI = r.URL.RequestURI()
	request.RemoteAddr = "192.0.2.1:1234"
	if request.Host == "" {
		request.Host = r.URL.Host
	}
	if request.Body == nil {
		request.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	t.server.ServeHTTP(answer, request)
	if r.Method == http.MethodHead {
		answer.Body = new(bytes.Buffer)
	}
	response = answer.Result()
	if response.Header.Get("Date") == "" {
		response.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	response.Request = r
	return response, nil
}

// locked serves one request at a time, for handlers that count.
func locked(next http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		next.ServeHTTP(w, r)
	})
}
