package traffic_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// send sends a request with the key of the tests, its header edited, and reads the answer to its end.
func send(t *testing.T, c *http.Client, method, url, body string, edit func(http.Header)) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {testKey}}
	if edit != nil {
		edit(r.Header)
	}
	answer, err := c.Do(r)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
}

// encodes answers what another handler does in a Content-Encoding.
func encodes(encoding string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		w.Header().Set("Content-Encoding", encoding)
		w.WriteHeader(recorder.Code)
		switch encoding {
		case "gzip", "x-gzip":
			zip := gzip.NewWriter(w)
			_, _ = zip.Write(recorder.Body.Bytes())
			_ = zip.Close()
		case "deflate":
			zip := zlib.NewWriter(w)
			_, _ = zip.Write(recorder.Body.Bytes())
			_ = zip.Close()
		default:
			_, _ = w.Write(recorder.Body.Bytes())
		}
	})
}

// TestAnEncodingThatWasAskedFor is between the two sides; what it encodes is judged.
func TestAnEncodingThatWasAskedFor(t *testing.T) {
	t.Parallel()
	lost := brokenAnswers[9].inFrontOf(newMock(t))
	for _, tc := range []struct {
		encoding, accept string
		server           http.Handler
		errors           int
		bodiless         int
	}{
		{"gzip", "gzip, deflate, br", newMock(t), 0, 0},
		{"deflate", "deflate;q=0.5", newMock(t), 0, 0},
		{"br", "br", newMock(t), 0, 1},
		{"gzip", "*", lost, 1, 0},
		{"gzip", "identity", newMock(t), 1, 0},
		{"gzip", "gzip;q=0", newMock(t), 1, 0},
		{"gzip", "gzip;\tq=0.000, *", newMock(t), 1, 0},
		{"gzip", "*;q=0, x-gzip;q=0.001", newMock(t), 0, 0},
		{"x-gzip", "GZIP", newMock(t), 0, 0},
		{"gzip", "", newMock(t), 1, 0},
	} {
		for _, name := range []string{"handler", "proxy"} {
			r := watchers[name](t, encodes(tc.encoding, tc.server), func(*traffic.Observer) {}, func(c *http.Client, url string) {
				send(t, c, http.MethodPost, url+gen.BasePath+"/customers", fullBody, func(h http.Header) {
					if tc.accept != "" {
						h.Set("Accept-Encoding", tc.accept)
					}
				})
			})
			assert.Equal(t, tc.errors, r.Count(result.Error), "%s %v: %v", name, tc, r.Findings)
			assert.Equal(t, tc.bodiless, r.Traffic.WithoutBody, "%s %v", name, tc)
		}
	}
}

// TestWhatIsNoOperation is left out, and said: preflights, methods and paths that others have.
func TestWhatIsNoOperation(t *testing.T) {
	t.Parallel()
	others := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for _, tc := range []struct {
		method, path string
		keyless      bool
	}{
		{http.MethodOptions, gen.BasePath + "/customers", true},
		{http.MethodGet, gen.BasePath + "/customers", false},
		{http.MethodPost, "/customers", true},
		{http.MethodPost, "/admin/api/customers", true},
		{"ZWEIG", gen.BasePath + "/customers", false},
	} {
		for name, watch := range watchers {
			r := watch(t, others, func(*traffic.Observer) {}, func(c *http.Client, url string) {
				send(t, c, tc.method, url+tc.path, "", func(h http.Header) {
					if tc.keyless {
						h.Del(gen.KeyHeader)
					}
				})
			})
			assert.Empty(t, r.Findings, "%s %v", name, tc)
			assert.Equal(t, 1, r.Traffic.Passed, "%s %v", name, tc)
			require.Len(t, r.Traffic.LeftOut, 1, "%s %v", name, tc)
			assert.NotContains(t, formats(t, r), "ZWEIG")
		}
	}
}

// TestAPreferHeaderExcusesNothing but the error that it asks for.
func TestAPreferHeaderExcusesNothing(t *testing.T) {
	t.Parallel()
	for prefer, want := range map[string]int{"return=minimal": 1, "code=201": 0} {
		r := watchers["proxy"](t, brokenAnswers[11].inFrontOf(newMock(t)), func(*traffic.Observer) {}, func(c *http.Client, url string) {
			send(t, c, http.MethodPost, url+gen.BasePath+"/customers", brokenAnswers[11].body, func(h http.Header) { h.Set("Prefer", prefer) })
		})
		assert.Equal(t, want, r.Count(result.Error), prefer)
	}
}

// TestEnforce has each of the twelve refused, and what is right passed on.
func TestEnforce(t *testing.T) {
	t.Parallel()
	for _, broken := range brokenAnswers {
		body := broken.body
		if body == "" {
			body = fullBody
		}
		target := httptest.NewServer(broken.inFrontOf(newMock(t)))
		t.Cleanup(target.Close)
		proxy, url := serveProxy(t, target.URL, func(p *traffic.JudgingProxy) { p.Enforce = true })
		status, text := create(t, client(t), url, body)
		assert.Equal(t, http.StatusBadGateway, status, broken.name)
		assert.Contains(t, text, `"`+string(broken.want)+`"`, broken.name)
		for _, word := range personal {
			assert.NotContains(t, strings.ToLower(text), word, broken.name)
		}
		proxy.Close()
	}
	target := httptest.NewServer(newMock(t))
	t.Cleanup(target.Close)
	proxy, url := serveProxy(t, target.URL, func(p *traffic.JudgingProxy) { p.Enforce = true })
	status, text := create(t, client(t), url, fullBody)
	assert.Equal(t, http.StatusCreated, status)
	assert.Contains(t, text, "Wilhelmina")
	status, _ = create(t, client(t), url, `{}`)
	assert.Equal(t, http.StatusBadRequest, status, "a request that breaks the contract is answered as the server does")
	proxy.Close()
}

// TestPartsPassAsTheyCome holds an answer at its first bytes: they must be there before the rest is.
func TestPartsPassAsTheyCome(t *testing.T) {
	t.Parallel()
	for _, sized := range []bool{false, true} {
		more := make(chan struct{})
		target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if sized {
				w.Header().Set("Content-Length", strconv.Itoa(10))
			}
			_, _ = io.WriteString(w, "first")
			_ = http.NewResponseController(w).Flush()
			<-more
			_, _ = io.WriteString(w, "later")
		}))
		t.Cleanup(target.Close)
		_, url := serveProxy(t, target.URL, func(p *traffic.JudgingProxy) { p.Enforce = true }) // which holds what is judged alone
		answer, err := client(t).Get(url + "/events")
		require.NoError(t, err)
		first := make([]byte, 5)
		_, err = io.ReadFull(answer.Body, first)
		require.NoError(t, err)
		assert.Equal(t, "first", string(first))
		close(more)
		rest, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		assert.Equal(t, "later", string(rest))
		require.NoError(t, answer.Body.Close())
	}
}

// TestChecksThatWereMade has none of them listed as having had nothing to look at.
func TestChecksThatWereMade(t *testing.T) {
	t.Parallel()
	r := watchers["proxy"](t, newMock(t), func(*traffic.Observer) {}, func(c *http.Client, url string) {
		create(t, c, url, fullBody)
		create(t, c, url, fullBody)
	})
	assert.NotContains(t, r.NotMade, result.IDUnique)
	assert.Contains(t, r.Traffic.Checks, result.IDUnique)
	assert.Contains(t, r.NotMade, result.ErrorEnvelope)
}

// TestAClosedProxyPassesOn has an exchange after Close: it passes, and is not judged.
func TestAClosedProxyPassesOn(t *testing.T) {
	t.Parallel()
	target := httptest.NewServer(newMock(t))
	t.Cleanup(target.Close)
	for _, enforce := range []bool{false, true} {
		proxy, url := serveProxy(t, target.URL, func(p *traffic.JudgingProxy) { p.Enforce = enforce })
		proxy.Close()
		proxy.Close()
		proxy.Wait()
		status, _ := create(t, client(t), url, fullBody)
		assert.Equal(t, http.StatusCreated, status)
		assert.Zero(t, proxy.Judged())
	}
}

// TestTheMocksRecording judges what the mock recorded of a whole run of the suite, masked and not: as right as it was.
func TestTheMocksRecording(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newMock(t))
	t.Cleanup(server.Close)
	outcome, err := contracttest.Run(t.Context(), contracttest.Config{URL: server.URL, APIKey: testKey, MaxRequests: -1})
	require.NoError(t, err)
	require.Zero(t, outcome.Count(result.Error))
	for _, query := range []string{"", "&showData=true"} {
		answer, err := http.Get(server.URL + "/_mock/requests?format=har" + query)
		require.NoError(t, err)
		var o traffic.Observer
		require.NoError(t, o.ReadHAR(answer.Body))
		require.NoError(t, answer.Body.Close())
		r := o.Report("")
		assert.Empty(t, r.Open(result.Error), query)
		assert.Empty(t, r.Open(result.Warning), query)
		assert.Greater(t, r.Traffic.Judged, 600, query)
		for _, one := range r.Coverage.Statuses {
			assert.NotEqual(t, result.NeverObtained, one.Verdict, one.Name)
		}
	}
}

// TestARecordingThatIsGivenTwice makes no id come twice.
func TestARecordingThatIsGivenTwice(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newMock(t))
	t.Cleanup(server.Close)
	for range 2 {
		send(t, client(t), http.MethodPost, server.URL+gen.BasePath+"/customers", fullBody, nil)
	}
	timeless := func(file []byte) []byte { return bytes.ReplaceAll(file, []byte("startedDateTime"), []byte("_")) }
	same := func(file []byte) []byte { return file }
	for query, edit := range map[string]func([]byte) []byte{"": same, "&showData=true": same, "&showData=true&": timeless} {
		var o traffic.Observer
		for range 2 {
			answer, err := http.Get(server.URL + "/_mock/requests?format=har" + query)
			require.NoError(t, err)
			file, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.NoError(t, o.ReadHAR(bytes.NewReader(edit(file))))
		}
		r := o.Report("")
		assert.Empty(t, r.Findings, query)
		assert.Equal(t, 2, r.Traffic.Judged)
		assert.Equal(t, 2, r.Traffic.LeftOut[0].Count)
		assert.Contains(t, r.Traffic.LeftOut[0].Reason, "read before")
	}
}
