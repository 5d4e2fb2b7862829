package traffic_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// What nobody but the two sides may see: nothing of it is found in a report. Its words are none of the contract's.
const (
	testKey  = gen.KeyPrefixTest + "Zq7Wv9Kp3Lx5Tn1R"
	fullBody = `{"email":"Wilhelmina.Zweig@Quarzwerk.example","phoneNumber":"+6281298765432","firstName":"Wilhelmina","lastName":"Zweig-Żółć",` +
		`"tags":["Stammgast","Kegelclub"],"imageUrl":"https://cdn.quarzwerk.example/wz.png","addresses":[{"address1":"Jalan Kenanga 77","city":"Bukittinggi","mainAddress":true}]}`
)

// personal are the words of fullBody that say something of somebody, in small letters.
var personal = []string{
	"wilhelmina", "zweig", "quarzwerk", "98765432", "żółć", "stammgast", "kegelclub", "wz.png", "kenanga", "bukittinggi", "zq7wv9kp", "zq7w", "tn1r",
}

// brokenAnswer is a server that breaks the contract.
type brokenAnswer struct {
	name string
	want result.Check
	body string // of the request; that of fullBody where it is empty
	edit func(status *int, header http.Header, body map[string]any) (raw string)
}

// inData edits the customer of an answer.
func inData(edit func(customer map[string]any)) func(*int, http.Header, map[string]any) string {
	return func(_ *int, _ http.Header, body map[string]any) string {
		if customer, ok := body["data"].(map[string]any); ok {
			edit(customer)
		}
		return ""
	}
}

var brokenAnswers = []brokenAnswer{
	{"a required header is missing", result.RequiredHeaders, "", func(_ *int, h http.Header, _ map[string]any) string {
		h.Del("RateLimit-Reset")
		return ""
	}},
	{"a header is no number", result.HeaderSchema, "", func(_ *int, h http.Header, _ map[string]any) string {
		h.Set("RateLimit-Remaining", "many")
		return ""
	}},
	{"a status that is not documented", result.DocumentedStatus, "", func(status *int, _ http.Header, _ map[string]any) string {
		*status = http.StatusAccepted
		return ""
	}},
	{"another media type", result.ContentType, "", func(_ *int, h http.Header, _ map[string]any) string {
		h.Set("Content-Type", "text/html")
		return ""
	}},
	{"no JSON", result.SingleJSONValue, "", func(*int, http.Header, map[string]any) string { return "<p>Wilhelmina Zweig was created</p>" }},
	{"a required property is missing", result.ResponseSchema, "", inData(func(customer map[string]any) { delete(customer, "id") })},
	{"a wrong type", result.ResponseSchema, "", inData(func(customer map[string]any) { customer["tags"] = "Stammgast,Kegelclub" })},
	{"a format is not kept", result.ResponseFormat, "", inData(func(customer map[string]any) { customer["createdAt"] = "Montag, Kenanga 77" })},
	{"a value is changed", result.Echo, "", inData(func(customer map[string]any) { customer["lastName"] = "ZWEIG" })},
	{"a property is lost", result.Echo, "", inData(func(customer map[string]any) { delete(customer, "addresses") })},
	{"an error without the envelope", result.ErrorEnvelope, `{"firstName":"Wilhelmina"}`, func(_ *int, _ http.Header, body map[string]any) string {
		if body["error"] != nil {
			body["message"] = "Wilhelmina has no email"
			delete(body, "error")
		}
		return ""
	}},
	{"what is invalid is created", result.NegativeRejected, `{"firstName":"Wilhelmina"}`, nil},
}

// inFrontOf edits the answers of a server.
func (b brokenAnswer) inFrontOf(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		sent, _ := io.ReadAll(r.Body)
		if r.Body = io.NopCloser(bytes.NewReader(sent)); b.edit == nil && r.Method == http.MethodPost {
			r.Body = io.NopCloser(strings.NewReader(`{"firstName":"Wilhelmina","email":"a@b.example"}`))
		}
		next.ServeHTTP(recorder, r)
		status, header, text := recorder.Code, recorder.Header(), recorder.Body.String()
		var body map[string]any
		if b.edit != nil && json.Unmarshal([]byte(text), &body) == nil {
			raw := b.edit(&status, header, body)
			edited, _ := json.Marshal(body)
			if text = string(edited); raw != "" {
				text = raw
			}
		}
		header.Del("Content-Length")
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	})
}

// newMock is a server that keeps the contract.
func newMock(t *testing.T) http.Handler {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	t.Cleanup(mock.Close)
	return mock
}

// create posts a customer, with a header of each kind that has something of somebody.
func create(t *testing.T, c *http.Client, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+gen.BasePath+"/customers", strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(gen.KeyHeader, testKey)
	r.Header.Set("User-Agent", "Quarzwerk-Shop/77")
	r.Header.Set("Cookie", "session=Wilhelmina")
	r.Header.Set("X-Customer", "Wilhelmina Zweig")
	answer, err := c.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(read)
}

// watchers are the ways in which exchanges with a server are judged: each calls it, and returns the report.
var watchers = map[string]func(t *testing.T, server http.Handler, set func(*traffic.Observer), call func(c *http.Client, url string)) result.Report{
	"transport": func(t *testing.T, server http.Handler, set func(*traffic.Observer), call func(c *http.Client, url string)) result.Report {
		t.Helper()
		target := httptest.NewServer(server)
		defer target.Close()
		transport := traffic.Transport(nil)
		set(&transport.Observer)
		call(&http.Client{Transport: transport}, target.URL)
		return transport.Report("api.test")
	},
	"handler": func(t *testing.T, server http.Handler, set func(*traffic.Observer), call func(c *http.Client, url string)) result.Report {
		t.Helper()
		handler := traffic.Handler(server)
		set(&handler.Observer)
		target := httptest.NewServer(handler)
		call(client(t), target.URL)
		target.Close()
		return handler.Report("api.test")
	},
	"proxy": func(t *testing.T, server http.Handler, set func(*traffic.Observer), call func(c *http.Client, url string)) result.Report {
		t.Helper()
		target := httptest.NewServer(server)
		defer target.Close()
		proxy, err := traffic.Proxy(target.URL)
		require.NoError(t, err)
		set(&proxy.Observer)
		between := httptest.NewServer(proxy)
		call(client(t), between.URL)
		between.Close()
		proxy.Close()
		return proxy.Report("api.test")
	},
}

func init() {
	watchers["har"] = func(t *testing.T, server http.Handler, set func(*traffic.Observer), call func(c *http.Client, url string)) result.Report {
		t.Helper()
		target := httptest.NewServer(server)
		defer target.Close()
		var file bytes.Buffer
		recorder := &recorder{writer: har.NewWriter(&file, "test", "1")}
		call(&http.Client{Transport: recorder}, target.URL)
		require.NoError(t, recorder.writer.Close())
		var o traffic.Observer
		set(&o)
		require.NoError(t, o.ReadHAR(&file))
		return o.Report("recording")
	}
}

// recorder is a transport that records what passes, as it is.
type recorder struct {
	mu     sync.Mutex
	writer *har.Writer
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	var sent []byte
	if request.Body != nil {
		sent, _ = io.ReadAll(request.Body)
		request.Body = io.NopCloser(bytes.NewReader(sent))
	}
	begun := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.writer.Write(har.Entry{
		Started: begun, Duration: time.Since(begun),
		Request:  har.Request{Method: request.Method, URL: request.URL.String(), Header: request.Header, Body: har.Body{Bytes: sent}},
		Response: har.Response{Status: answer.StatusCode, Header: answer.Header, Body: har.Body{Bytes: body}},
	})
	return answer, err
}

// formats writes a report in every format, as one text.
func formats(t *testing.T, r result.Report) string {
	t.Helper()
	var b strings.Builder
	for _, write := range []report.Writer{report.Text, report.VerboseText, report.JSON, report.JUnit, report.HTML, report.GitHub, report.Markdown} {
		require.NoError(t, write(&b, r))
	}
	return b.String()
}

// TestTwelveBrokenAnswers has each of them found in every way, with the finding that the suite has, and without anything personal in a report.
func TestTwelveBrokenAnswers(t *testing.T) {
	t.Parallel()
	require.Len(t, brokenAnswers, 12)
	for _, broken := range brokenAnswers {
		t.Run(broken.name, func(t *testing.T) {
			t.Parallel()
			body := broken.body
			if body == "" {
				body = fullBody
			}
			target := httptest.NewServer(broken.inFrontOf(newMock(t)))
			t.Cleanup(target.Close)
			suite, err := contracttest.Run(t.Context(), contracttest.Config{URL: target.URL, APIKey: testKey, MaxRequests: 60, Strict: new(false)})
			require.NoError(t, err)
			for name, watch := range watchers {
				r := watch(t, broken.inFrontOf(newMock(t)), func(*traffic.Observer) {}, func(c *http.Client, url string) { create(t, c, url, body) })
				require.True(t, r.Failed(), name)
				assert.True(t, slices.ContainsFunc(r.Open(result.Error), func(f result.Finding) bool {
					return f.Check == broken.want && slices.ContainsFunc(suite.Open(result.Error), func(own result.Finding) bool { return same(f, own) })
				}), "%s: as the suite has it, in %v", name, r.Findings)
				text := strings.ToLower(formats(t, r))
				for _, word := range personal {
					assert.NotContains(t, text, word, name)
				}
			}
		})
	}
}

// same reports whether two findings are of one check and one rule, and show at one place in one way.
func same(a, b result.Finding) bool {
	return a.Check == b.Check && a.Rule.ID == b.Rule.ID && slices.ContainsFunc(a.Variants, func(v result.Variant) bool {
		return slices.ContainsFunc(b.Variants, func(own result.Variant) bool { return own.Fingerprint == v.Fingerprint })
	})
}

func TestShowData(t *testing.T) {
	t.Parallel()
	for _, broken := range brokenAnswers {
		if broken.want != result.Echo {
			continue
		}
		for name, watch := range watchers {
			r := watch(t, broken.inFrontOf(newMock(t)), func(o *traffic.Observer) { o.ShowData = true }, func(c *http.Client, url string) { create(t, c, url, fullBody) })
			text := formats(t, r)
			assert.Contains(t, text, "Wilhelmina", name)
			assert.NotContains(t, text, testKey[len(gen.KeyPrefixTest):], name)
		}
	}
}

// TestRightExchanges has 2,000 exchanges of the suite's own making with a server that keeps the contract: none is found anything wrong with.
func TestRightExchanges(t *testing.T) {
	t.Parallel()
	for name, watch := range watchers {
		last := uint64(0)
		if name == "proxy" && !testing.Short() {
			last = 2
		}
		r := watch(t, newMock(t), func(*traffic.Observer) {}, func(c *http.Client, url string) {
			for seed := range last + 1 {
				outcome, err := contracttest.Run(t.Context(), contracttest.Config{URL: url, APIKey: testKey, MaxRequests: -1, Seed: seed, HTTPClient: c})
				require.NoError(t, err)
				require.Zero(t, outcome.Count(result.Error))
			}
		})
		assert.Empty(t, r.Open(result.Error), name)
		assert.Empty(t, r.Open(result.Warning), name)
		assert.Greater(t, r.Traffic.Judged, 600*(int(last)+1), name)
	}
}
