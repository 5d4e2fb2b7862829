package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestControlSaysWhatIsWrongWithARequest(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for name, test := range map[string]struct {
		method, target, body string
		contentType          string
		want                 []string // parts of the message
	}{
		"bound": {"GET", "/_mock/customers?limit=5000", "", "",
			[]string{`query limit: must be a whole number from 1 to 1000, got "5000"`}},
		"type": {"GET", "/_mock/requests?status=ok", "", "",
			[]string{`query status: must be a whole number from 0 to 599, got "ok"`}},
		"huge": {"GET", "/_mock/requests?limit=99999999999999999999", "", "",
			[]string{"query limit: must be a whole number"}},
		"time": {"GET", "/_mock/requests?since=yesterday", "", "",
			[]string{"query since: must be a time like", `got "yesterday"`}},
		"switch": {"GET", "/_mock/requests?violating=yes", "", "",
			[]string{`query violating: must be true or false, got "yes"`}},
		"empty": {"GET", "/_mock/requests?path=", "", "",
			[]string{"query path: must have from 1 to 1000 characters"}},
		"not an id": {"GET", "/_mock/customers?after=1", "", "",
			[]string{"query after: must be the id of a customer"}},
		"misspelt": {"DELETE", "/_mock/customers?kye=bbb_test_1", "", "",
			[]string{`query "kye": is not a parameter here; there is: key; did you mean key?`}},
		"no parameters": {"GET", "/_mock/health?key=bbb_test_1", "", "",
			[]string{`query "key": is not a parameter here; there is: none`}},
		"twice": {"DELETE", "/_mock/faults?key=bbb_test_1&key=bbb_test_2", "", "",
			[]string{"query key: must be given once, got 2"}},
		"not a key":    {"POST", "/_mock/reset?key=hunter2", "", "", []string{"query key: must be an API key"}},
		"empty key":    {"DELETE", "/_mock/requests?key=", "", "", []string{"query key: must be an API key"}},
		"broken query": {"GET", "/_mock/requests?key=%zz", "", "", []string{"query: must be name=value pairs"}},
		"several": {"GET", "/_mock/requests?limit=0&status=600&x=1", "", "",
			[]string{"query limit:", "query status:", `query "x":`}},
		"no body":  {"POST", "/_mock/faults", "", "", []string{"body: is required"}},
		"not JSON": {"POST", "/_mock/faults", "{status:429}", "", []string{"body: must be one JSON value"}},
		"two documents": {"POST", "/_mock/faults", `{"status":429}{}`, "",
			[]string{"body: must be one JSON value"}},
		"named twice": {"POST", "/_mock/faults", `{"status":429,"status":503}`, "",
			[]string{"status: must be named once"}},
		"media type": {"POST", "/_mock/faults", `{"status":429}`, "text/plain",
			[]string{"header Content-Type: must be application/json"}},
		"unknown property": {"POST", "/_mock/faults", `{"status":429,"delayMs":3}`, "",
			[]string{"delayMs: is not allowed; allowed: connection, delay, drip, example, probability, seed, status, store, times"}},
		"another case": {"POST", "/_mock/faults", `{"Status":429}`, "",
			[]string{"Status: is not allowed; allowed: connection,", "; did you mean status?"}},
		"a unit too much":    {"POST", "/_mock/faults", `{"status":429,"delayMs":3}`, "", []string{"; did you mean delay?"}},
		"half a name":        {"POST", "/_mock/faults", `{"status":429,"prob":0.5}`, "", []string{"; did you mean probability?"}},
		"two letters turned": {"POST", "/_mock/faults", `{"status":429,"tiems":3}`, "", []string{"; did you mean times?"}},
		"misspelt within": {"POST", "/_mock/faults", `{"delay":{"miliseconds":3}}`, "",
			[]string{"delay.miliseconds: is not allowed;", "; did you mean milliseconds?"}},
		"called otherwise elsewhere":        {"POST", "/_mock/faults", `{"status":503,"count":3}`, "", []string{"; did you mean times?"}},
		"called otherwise elsewhere, wrong": {"POST", "/_mock/faults", `{"delay":{"fixd":5}}`, "", []string{"; did you mean milliseconds?"}},
		"a duration for a delay": {"POST", "/_mock/faults", `{"delay":"5s"}`, "",
			[]string{`delay: must be an object, as in {"milliseconds":5000}, got`}},
		"nothing near":       {"POST", "/_mock/faults", `{"status":429,"wxyz":3}`, "", []string{"wxyz: is not allowed;", "store, times"}},
		"a parameter inside": {"POST", "/_mock/faults", `{"status":429,"key":"bbb_test_hunter2"}`, "", []string{"key: is not allowed;", "; give it as ?key="}},
		"a member outside": {"POST", "/_mock/faults?status=503", `{}`, "",
			[]string{`query "status": is not a parameter here; there is: key; give it in the body`}},
		"a parameter in another case": {"GET", "/_mock/requests?Violating=true", "", "", []string{"; did you mean violating?"}},
		"wrong type":                  {"POST", "/_mock/faults", `{"status":"429"}`, "", []string{"status: must be an integer"}},
		"fraction":                    {"POST", "/_mock/faults", `{"status":429.5}`, "", []string{"status: must be an integer"}},
		"null":                        {"POST", "/_mock/faults", `{"status":null}`, "", []string{"status:"}},
		"array":                       {"POST", "/_mock/faults", `[]`, "", []string{"body: must be an object"}},
		"probability":                 {"POST", "/_mock/faults", `{"status":503,"probability":0}`, "", []string{"probability:"}},
		"seed": {"POST", "/_mock/faults", `{"status":503,"seed":18446744073709551616}`, "",
			[]string{"seed:"}},
		"connection": {"POST", "/_mock/faults", `{"connection":"RESET"}`, "",
			[]string{"connection:", "CONNECTION_RESET_BY_PEER"}},
		"in the delay": {"POST", "/_mock/faults", `{"delay":{"milliseconds":-1,"sigma":11}}`, "",
			[]string{"delay.milliseconds: must be at least 0, got the number -1;", "delay.sigma: must be at most 10"}},
		"nothing": {"POST", "/_mock/faults", `{}`, "",
			[]string{"must have a status, a delay, a drip or a connection fault"}},
		"not a fault": {"POST", "/_mock/faults", `{"store":true}`, "",
			[]string{"must have a status, a delay, a drip or a connection fault"}},
		"not documented": {"POST", "/_mock/faults", `{"status":418}`, "",
			[]string{"the contract has no status 418", "429 (rateLimitExceeded)"}},
		"not an example": {"POST", "/_mock/faults", `{"status":429,"example":"x"}`, "",
			[]string{`no example "x" for status 429`}},
		"mixed delays": {"POST", "/_mock/faults", `{"delay":{"milliseconds":1,"medianMilliseconds":1}}`, "",
			[]string{"delay must be fixed, uniform or lognormal"}},
		"a key as a value":  {"POST", "/_mock/faults", `{"connection":"bbb_test_hunter2"}`, "", []string{`got "bbb_test_…"`}},
		"a key as a name":   {"POST", "/_mock/faults", `{"bbb_test_hunter2":1}`, "", []string{"bbb_test_…"}},
		"both in the query": {"POST", "/_mock/faults?key=x", `{"status":1}`, "", []string{"query key:", "status:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType := "application/json"
			if test.contentType != "" {
				contentType = test.contentType
			}
			got := callControl(t, mock, test.method, test.target, test.body, "Content-Type", contentType)
			require.Equal(t, http.StatusBadRequest, got.status, got.body)
			code, message := controlMessage(t, got)
			assert.Equal(t, control.CodeInvalidRequest, code)
			for _, part := range test.want {
				assert.Contains(t, message, part)
			}
			assert.NotContains(t, message, "hunter2", "what should be a key may be a secret")
		})
	}
	assert.Empty(t, mock.Faults(""))
}

func TestControlBodyOverTheLimit(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithMaxBody(100))
	got := callControl(t, mock, http.MethodPost, "/_mock/faults", `{"status":429`+strings.Repeat(" ", 200)+`}`)
	assert.Equal(t, http.StatusBadRequest, got.status)
	_, message := controlMessage(t, got)
	assert.Contains(t, message, "body: must be at most 100 bytes")
}

func TestControlPathsThatDoNotExist(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, target := range []string{
		"/_mock/nowhere", "/_mock//requests", "/_mock/requests/", "/_mock/../_mock/health", "/_mock%2Fhealth", "/_mock/%2568ealth",
		"/_mock/customers/a/b",
	} {
		got := callControl(t, mock, http.MethodGet, target, "")
		assert.Equal(t, http.StatusNotFound, got.status, target)
		code, message := controlMessage(t, got)
		assert.Equal(t, control.CodeNotFound, code)
		assert.Contains(t, message, "GET /_mock/ lists what there is", target)
	}
	for _, method := range []string{http.MethodPut, http.MethodOptions, "BREW"} {
		got := callControl(t, mock, method, "/_mock/faults", "")
		assert.Equal(t, http.StatusMethodNotAllowed, got.status, method)
		assert.Equal(t, "DELETE, GET, POST", got.header.Get("Allow"))
		code, _ := controlMessage(t, got)
		assert.Equal(t, control.CodeMethodNotAllowed, code)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, callControl(t, mock, http.MethodHead, "/_mock/reset", "").status)
}

func TestControlNamesTheNearestPath(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for path, want := range map[string]string{
		"/_mock/request":     "did you mean /_mock/requests?",
		"/_mock/requets":     "did you mean /_mock/requests?",
		"/_mock/fault":       "did you mean /_mock/faults?",
		"/_mock/Health":      "did you mean /_mock/health?",
		"/_mock/openapi.yml": "did you mean /_mock/openapi.yaml?",
		"/_mock/faults/":     "did you mean /_mock/faults?",
		"/_mock/nowhere":     `There is no "/_mock/nowhere" here; GET`,
		"/_mock//":           `There is no "/_mock//" here; GET`,
	} {
		_, message := controlMessage(t, callControl(t, mock, http.MethodGet, path, ""))
		assert.Contains(t, message, want)
	}
}

func TestControlWithoutItsSlashRedirects(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, root(t, mock).String()+"/_mock", nil)
	require.NoError(t, err)
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, http.StatusPermanentRedirect, response.StatusCode)
	assert.Equal(t, "/_mock/", response.Header.Get("Location"))
}
