package mockserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Whatever is sent to the control API, the answer keeps control.yaml, and an error says what is wrong.
func FuzzControl(f *testing.F) {
	for _, seed := range []struct{ method, path, query, body string }{
		{"GET", "/", "", ""},
		{"GET", "/health", "", ""},
		{"GET", "/customers", "key=bbb_test_1&limit=1&after=cust_01m83rdet09f3pwxtr3vtghvqc", ""},
		{"GET", "/customers/cust_01m83rdet09f3pwxtr3vtghvqc", "key=bbb_test_1", ""},
		{"DELETE", "/customers", "", ""},
		{"GET", "/requests", "method=POST&path=/x&status=400&since=2026-11-23T08:30:00%2B07:00&limit=3", ""},
		{"GET", "/requests", "violating=true&duplicates=false", ""},
		{"GET", "/requests/req_1", "key=bbb_test_1", ""},
		{"POST", "/faults", "key=bbb_test_1", `{"status":429,"example":"rateLimitExceeded","times":3,"store":true}`},
		{"POST", "/faults", "key=bbb_test_1", `{"status":503,"probability":0.5,"seed":7}`},
		{"POST", "/faults", "", `{"connection":"NO_RESPONSE","delay":{"lowerMilliseconds":1,"upperMilliseconds":2}}`},
		{"POST", "/faults", "", `{"drip":{"chunks":3,"milliseconds":10},"delay":{"medianMilliseconds":5,"sigma":1e1}}`},
		{"POST", "/reset", "key=%zz", ""},
		{"DELETE", "/rate-limit", "key=bbb_test_1", ""},
		{"GET", "/requests", "a;b", ""},
		{"GET", "/requests", "text=a&refused=true&before=req_9&short=true&key=key_1", ""},
		{"POST", "/requests/req_1/resend", "", `{"without":["/email"],"headers":{"Prefer":["code=429"]}}`},
		{"DELETE", "/faults/fault_1", "", ""},
		{"GET", "/keys", "limit=1", ""},
		{"GET", "/answers", "", ""},
		{"GET", "/webhooks", "key=bbb_test_1", ""},
		{"GET", "/webhooks/endpoints", "", ""},
		{"POST", "/webhooks/endpoints", "key=bbb_test_1", `{"url":"http://127.0.0.1:9/hook","secret":"whsec_1"}`},
		{"POST", "/webhooks/endpoints", "", `{"url":"https://user:pass@[::ffff:10.0.0.1]:99999/#x"}`},
		{"GET", "/webhooks/endpoints/endpoint_1", "", ""},
		{"DELETE", "/webhooks/endpoints/endpoint_2", "", ""},
		{"POST", "/webhooks/endpoints/endpoint_1/suspend", "", ""},
		{"POST", "/webhooks/endpoints/endpoint_1/reactivate", "key=bbb_test_1", ""},
		{"POST", "/webhooks/endpoints/endpoint_1/test", "", ""},
		{"GET", "/webhooks/deliveries", "endpoint=endpoint_1&event=evt_1&customer=cust_1&state=PENDING&before=delivery_9&short=true&limit=1", ""},
		{"GET", "/webhooks/deliveries/delivery_1", "", ""},
		{"POST", "/webhooks/deliveries/delivery_1/redeliver", "", ""},
		{"GET", "/webhooks/faults", "", ""},
		{"POST", "/webhooks/faults", "key=bbb_test_1", `{"kind":"LATE","delayMilliseconds":1,"times":2,"probability":0.5,"seed":7,"endpoint":"endpoint_1"}`},
		{"DELETE", "/webhooks/faults/fault_1", "", ""},
		{"GET", "/customers/..", "", ""},
		{"POST", "/webhooks/endpoints/./test", "", ""},
		{"GET", "/requests/%2F", "", ""},
	} {
		f.Add(seed.method, seed.path, seed.query, []byte(seed.body))
	}
	// It sends to addresses of this machine alone, where the port 9 takes nothing.
	mock, err := mockserver.New(mockserver.WithSeed([]byte(`[{"email":"seed@example.com"}]`)), mockserver.WithWebhook("http://127.0.0.1:9/", "whsec_1"))
	require.NoError(f, err)
	f.Cleanup(mock.Close)
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte) {
		target, err := url.ParseRequestURI("/_mock" + path)
		if err != nil || strings.ContainsAny(path, "?#") {
			t.Skip("not a path that net/http lets through")
		}
		if strings.HasSuffix(target.Path, "/requests/events") {
			t.Skip("an answer without an end")
		}
		target.RawQuery = query
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(string(body)))
		request.Method, request.URL, request.Host = method, target, "localhost"
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, request)
		if !strings.HasPrefix(target.Path, "/_mock/") {
			return
		}
		got := answer{recorder.Code, recorder.Header(), recorder.Body.String()}
		assert.Less(t, got.status, 500)
		if got.status >= 400 {
			var envelope control.ControlErrorResponse
			require.NoError(t, json.Unmarshal([]byte(got.body), &envelope), got.body)
			assert.NotEmpty(t, envelope.Error.Message)
		}
		if operation, _ := controlJudge().Route(method, target.EscapedPath()); operation != nil {
			judgeControl(t, operation, got)
		}
		mock.Reset("") // no endpoint that was added is there when something is sent
	})
}
