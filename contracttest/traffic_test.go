package contracttest_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// create posts a customer and returns the answer's status and body.
func create(t *testing.T, c *http.Client, url, key, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(
		t.Context(), http.MethodPost, url+gen.BasePath+"/customers", strings.NewReader(body),
	)
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set(gen.KeyHeader, key)
	}
	answer, err := c.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(read)
}

func TestTransportJudgesAClientsTraffic(t *testing.T) {
	t.Parallel()
	right := newRightServer()
	server := httptest.NewServer(right)
	t.Cleanup(server.Close)
	transport := traffic.Transport(nil)
	c := &http.Client{Transport: transport}

	status, body := create(t, c, server.URL, testKey, `{"email":"a@example.com"}`)
	assert.Equal(t, http.StatusCreated, status)
	assert.Contains(t, body, `"a@example.com"`, "the answer must pass unchanged")
	create(t, c, server.URL, testKey, `{}`)
	create(t, c, server.URL, "", `{"email":"a@example.com"}`)
	require.NoError(t, transport.Err())
	assert.Equal(t, 3, transport.Judged())
	answer, err := c.Get(server.URL + "/elsewhere")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, 3, transport.Judged(), "the contract has no such path")
	for _, one := range transport.Coverage().Operations {
		assert.Equal(t, 3, one.Valid, one.Name)
	}
}

func TestTransportSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		key    string
		body   string
		answer func(http.ResponseWriter, *http.Request)
		want   result.Check
	}{
		{"a header is lost", testKey, `{"email":"a@example.com"}`, func(w http.ResponseWriter, r *http.Request) {
			newRightServer().ServeHTTP(headerless{w}, r)
		}, result.RequiredHeaders},
		{"what is invalid is created", testKey, `{}`, createdAnyway(`{"email":"a@example.com"}`), result.NegativeRejected},
		{"no key is needed", "", `{"email":"a@example.com"}`, createdAnyway(`{"email":"a@example.com"}`), result.MissingKey},
		{"another customer comes back", testKey, `{"email":"a@example.com"}`, createdAnyway(`{"email":"b@example.com"}`), result.Echo},
		{"what is valid is refused", testKey, `{"email":"a@example.com"}`, createdAnyway(`{}`), result.PositiveAccepted},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var found []result.Finding
			transport := traffic.Transport(inProcess{http.HandlerFunc(tc.answer)})
			transport.OnFinding = func(f result.Finding) { found = append(found, f) }
			create(t, &http.Client{Transport: transport}, "http://api.test", tc.key, tc.body)
			require.ErrorContains(t, transport.Err(), string(tc.want))
			require.NotEmpty(t, found)
			assert.Equal(t, transport.Findings(), found)
			assert.NotContains(t, found[0].Curl, testKey)
		})
	}
}

// createdAnyway treats each request as if it had another body, and a key.
func createdAnyway(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(body))
		r.Header.Set(gen.KeyHeader, testKey)
		newRightServer().ServeHTTP(w, r)
	}
}

func TestHandlerJudgesAServersTraffic(t *testing.T) {
	t.Parallel()
	right := newRightServer()
	handler := traffic.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Break") != "" {
			w = headerless{w}
		}
		right.ServeHTTP(w, r)
	}))
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)

	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			status, body := create(t, server.Client(), server.URL, testKey, `{"email":"a@example.com"}`)
			assert.Equal(t, http.StatusCreated, status)
			assert.Contains(t, body, "a@example.com")
		})
	}
	group.Wait()
	require.NoError(t, handler.Err())

	r := httptest.NewRequest(
		http.MethodPost, gen.BasePath+"/customers", bytes.NewReader([]byte(`{"email":"a@example.com"}`)),
	)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(gen.KeyHeader, testKey)
	r.Header.Set("X-Break", "yes")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	require.ErrorContains(t, handler.Err(), "required_headers")
}

func TestTrafficLeavesOtherPathsAlone(t *testing.T) {
	t.Parallel()
	handler := traffic.Handler(http.NotFoundHandler())
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/favicon.ico", nil))
	assert.Empty(t, handler.Findings())
}

func TestTrafficDoesNotJudgeWhatOnlyTheServerKnows(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]string{
		http.StatusUnauthorized: "INVALID_API_KEY", http.StatusForbidden: "INSUFFICIENT_SCOPE", http.StatusNotFound: "NOT_FOUND",
		http.StatusBadRequest: "MISSING_COMPANY_ID", http.StatusTooManyRequests: "RATE_LIMIT_EXCEEDED", http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
	} {
		transport := traffic.Transport(inProcess{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for _, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
				w.Header().Set(name, "1")
			}
			newRightServer().fail(w, status, code, "m")
		})})
		create(t, &http.Client{Transport: transport}, "http://api.test", testKey, `{"email":"a@example.com"}`)
		assert.NoError(t, transport.Err(), code)
	}
}
