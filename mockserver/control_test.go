package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	controlspec "github.com/bitbybit-go/bitbybit-go/mockserver/internal/control/spec"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

var controlJudge = sync.OnceValue(func() *judge.Judge {
	document, err := controlspec.GetSpec()
	if err != nil {
		panic(err)
	}
	j, err := judge.New(document)
	if err != nil {
		panic(err)
	}
	return j
})

// controlClient is the generated client of control.yaml. What it sends and what it gets is judged.
func controlClient(t testing.TB, mock *mockserver.Running) *control.ClientWithResponses {
	t.Helper()
	client, err := control.NewClientWithResponses(root(t, mock).String()+"/_mock",
		control.WithHTTPClient(&http.Client{Transport: judgedControl{t}}))
	require.NoError(t, err)
	return client
}

type judgedControl struct{ testing.TB }

func (t judgedControl) RoundTrip(request *http.Request) (*http.Response, error) {
	var sent []byte
	if request.Body != nil {
		var err error
		sent, err = io.ReadAll(request.Body)
		require.NoError(t, err)
		request.Body = io.NopCloser(bytes.NewReader(sent))
	}
	operation, miss := controlJudge().Route(request.Method, request.URL.EscapedPath())
	require.Nil(t, miss, "%s %s is an operation", request.Method, request.URL)
	_, violations := operation.Request(request.Header, sent)
	assert.Empty(t, violations.String(), "the request keeps control.yaml")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	judgeControl(t, operation, answer{response.StatusCode, response.Header, string(got)})
	response.Body = io.NopCloser(bytes.NewReader(got))
	return response, nil
}

// judgeControl says whether an answer keeps control.yaml. A body that is not JSON is not looked into.
func judgeControl(t testing.TB, operation *judge.Operation, got answer) {
	t.Helper()
	if got.header.Get("Content-Type") == "application/yaml" {
		return
	}
	assert.Empty(
		t,
		operation.Response(got.status, got.header, []byte(got.body)).String(),
		"the answer keeps control.yaml",
	)
}

// callControl sends a request that may be wrong, and judges the answer.
func callControl(t testing.TB, mock *mockserver.Running, method, target, body string, header ...string) answer {
	t.Helper()
	got := call(t, method, root(t, mock).String()+target, body, header...)
	path, _, _ := strings.Cut(target, "?")
	if operation, _ := controlJudge().Route(method, path); operation != nil {
		judgeControl(t, operation, got)
	}
	return got
}

func controlMessage(t testing.TB, got answer) (control.ControlErrorCode, string) {
	t.Helper()
	var envelope control.ControlErrorResponse
	require.NoError(t, json.Unmarshal([]byte(got.body), &envelope), got.body)
	return envelope.Error.Code, envelope.Error.Message
}

func TestControlIndexListsEveryOperation(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	index, err := controlClient(t, mock).GetIndexWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, index.JSON200)
	assert.Equal(t, mock.URL, index.JSON200.BaseURL)
	assert.Len(t, index.JSON200.Operations, len(controlJudge().Operations()))
	var addFault control.Offer
	for _, offer := range index.JSON200.Operations {
		if offer.Method == http.MethodPost && offer.Path == "/_mock/faults" {
			addFault = offer
		}
	}
	for name, want := range map[string]map[string]any{
		"tooManyRequests":  {"status": 429.0, "times": 3.0},
		"slow":             {"delay": map[string]any{"medianMilliseconds": 200.0, "sigma": 0.5}},
		"noAnswer":         {"connection": "NO_RESPONSE", "times": 1.0},
		"createdThenReset": {"connection": "CONNECTION_RESET_BY_PEER", "store": true, "times": 1.0},
	} {
		assert.Equal(t, want, addFault.Examples[name])
	}
	assert.Contains(t, index.JSON200.Operations, control.Offer{
		Method: "POST", Path: "/_mock/faults", URL: root(t, mock).String() + "/_mock/faults", Summary: "Tell the mock to fail",
		Parameters: []control.OfferParameter{{Name: "key", In: "query", Example: "bbb_test_1",
			Description: "The API key whose data is meant, or its id in `GET /_mock/keys`; without it, all keys are meant."}},
		Body: map[string]any{"status": 429.0, "times": 3.0}, Examples: addFault.Examples,
	})
	assert.Contains(t, string(index.Body), "\n  \"operations\": [\n    {\n", "people read it")
}

// Whoever does as the index says is understood: each operation is called with each of its examples.
func TestTheExamplesOfTheControlIndexWork(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	receiver := listen(t)
	index, err := controlClient(t, mock).GetIndexWithResponse(t.Context())
	require.NoError(t, err)
	for _, offer := range index.JSON200.Operations {
		target, query := offer.Path, url.Values{}
		var header []string
		method := offer.Method
		if offer.Path == "/_mock/requests/events" {
			method = http.MethodHead // the events have no end
		}
		for _, parameter := range offer.Parameters {
			switch {
			case parameter.In == "path":
				target = strings.ReplaceAll(target, "{"+parameter.Name+"}", parameter.Example)
			case parameter.In == "header":
				header = append(header, parameter.Name, parameter.Example)
			case parameter.Example != "<nil>" && parameter.Example != "":
				query.Set(parameter.Name, parameter.Example)
			default:
				assert.Fail(t, "a parameter without an example", "%s of %s", parameter.Name, offer.Path)
			}
		}
		bodies := slices.Collect(maps.Values(offer.Examples))
		for _, body := range append(bodies, offer.Body) {
			text := ""
			if body != nil {
				encoded, err := json.Marshal(body)
				require.NoError(t, err)
				text = strings.ReplaceAll(string(encoded), "http://127.0.0.1:8080/webhooks", receiver.url) // where something else may listen
			}
			got := callControl(t, mock, method, target+"?"+query.Encode(), text, header...)
			// Of ids that are examples, and where what is there stands in the way.
			if got.status != http.StatusNotFound && got.status != http.StatusConflict {
				assert.Less(t, got.status, 300, "%s %s: %s", offer.Method, target, got.body)
			}
		}
	}
}

func TestControlHealth(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return start }))
	mock.Advance(90 * time.Second)
	health, err := controlClient(t, mock).GetHealthWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, health.JSON200)
	assert.Equal(
		t,
		control.Health{
			Status: "ok", Server: "bitbybit-mock", Version: mockserver.Version(), StartedAt: start, UptimeSeconds: 90,
		},
		*health.JSON200,
	)

	head := callControl(t, mock, http.MethodHead, "/_mock/health", "")
	assert.Equal(t, http.StatusOK, head.status, "as load balancers ask")
	assert.Empty(t, head.body)
}

func TestControlServesTheContract(t *testing.T) {
	t.Parallel()
	client := controlClient(t, mockserver.Start(t))
	written, err := client.GetContractYAMLWithResponse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "application/yaml", written.HTTPResponse.Header.Get("Content-Type"))
	assert.Equal(t, string(spec.YAML()), string(written.Body), "byte for byte")

	asJSON, err := client.GetContractJSONWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, asJSON.JSON200)
	var document any
	require.NoError(t, yaml.Unmarshal(spec.YAML(), &document))
	same, err := json.Marshal(document)
	require.NoError(t, err)
	assert.JSONEq(t, string(same), string(asJSON.Body))
}

func TestControlServesItsOwnDocument(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	written, err := client.GetControlYAMLWithResponse(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "application/yaml", written.HTTPResponse.Header.Get("Content-Type"))
	asJSON, err := client.GetControlJSONWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, asJSON.JSON200)

	// Both are read as a tool reads them: references are looked up where the document was found.
	for _, name := range []string{"control.yaml", "control.json"} {
		loader := openapi3.NewLoader()
		loader.IsExternalRefsAllowed = name == "control.yaml"
		document, err := loader.LoadFromURI(root(t, mock).JoinPath("_mock", name))
		require.NoError(t, err, name)
		require.NoError(t, document.Validate(t.Context(), openapi3.EnableExamplesValidation()), name)
		assert.Equal(t, controlJudge().Document().Paths.Len(), document.Paths.Len())
		assert.NotNil(t, document.Paths.Find("/customers/{id}").Get.Responses.Status(200).Value.Content["application/json"].
			Schema.Value.Properties["data"].Value.Properties["email"], name)
	}
}

func TestControlServesTheSameDocumentTwice(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	var asYAML, asJSON any
	require.NoError(t, yaml.Unmarshal([]byte(callControl(t, mock, http.MethodGet, "/_mock/control.yaml", "").body), &asYAML))
	require.NoError(t, json.Unmarshal([]byte(callControl(t, mock, http.MethodGet, "/_mock/control.json", "").body), &asJSON))
	normal, err := json.Marshal(asYAML)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(normal, &asYAML))

	// What is referred to in the one is in its place in the other.
	places := 0
	var put func(inYAML, inJSON any) any
	put = func(inYAML, inJSON any) any {
		switch y := inYAML.(type) {
		case map[string]any:
			if reference, _ := y["$ref"].(string); strings.HasPrefix(reference, "openapi.yaml#") {
				places++
				assert.Contains(t, inJSON, "properties", reference)
				assert.NotContains(t, fmt.Sprint(inJSON), "$ref", reference)
				return inJSON
			}
			j, _ := inJSON.(map[string]any)
			for name := range y {
				y[name] = put(y[name], j[name])
			}
		case []any:
			for i, j := range inJSON.([]any) {
				y[i] = put(y[i], j)
			}
		}
		return inYAML
	}
	assert.Equal(t, put(asYAML, asJSON), asJSON)
	assert.Positive(t, places)
	assert.Equal(t, []any{}, asJSON.(map[string]any)["security"], "no operation asks for a key")
}

func TestControlResetPutsEverythingBack(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(
		t,
		mockserver.WithRateLimit(2),
		mockserver.WithSeed([]byte(`[{"email":"seed@example.com"}]`)),
	)
	client := controlClient(t, mock)
	key, other := "bbb_test_reset", "bbb_test_kept"
	for _, k := range []string{key, other} {
		require.Equal(t, http.StatusCreated, create(t, mock, `{"email":"a@example.com"}`, keyHeader, k).status)
		require.Equal(t, http.StatusCreated, create(t, mock, `{"email":"b@example.com"}`, keyHeader, k).status)
		require.Equal(
			t,
			http.StatusTooManyRequests,
			create(t, mock, `{"email":"c@example.com"}`, keyHeader, k).status,
		)
		_, err := mock.AddFault(fault.Fault{Key: k, Status: 503, Times: 1})
		require.NoError(t, err)
	}

	reset, err := client.ResetWithResponse(t.Context(), &control.ResetParams{Key: &key})
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, reset.StatusCode())
	assert.Len(t, mock.Customers(key), 1, "the seed")
	assert.Empty(t, mock.Requests(journal.Filter{Key: key}))
	assert.Empty(t, mock.Faults(key))
	assert.Equal(
		t,
		http.StatusCreated,
		create(t, mock, `{"email":"d@example.com"}`, keyHeader, key).status,
		"a fresh rate limit",
	)
	assert.Len(t, mock.Customers(other), 3, "another key is left alone")
	assert.Len(t, mock.Requests(journal.Filter{Key: other}), 3)
	assert.Len(t, mock.Faults(other), 1)

	_, err = client.ResetWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, mock.Customers(other), 1)
	assert.Empty(t, mock.Requests())
	assert.Empty(t, mock.Faults(""))
}

func TestControlResetsTheRateLimitAlone(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(1), mockserver.WithIDSeed(1))
	client := controlClient(t, mock)
	key, other := "bbb_test_limited", "bbb_test_waits"
	for _, k := range []string{key, other} {
		require.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, keyHeader, k).status)
		require.Equal(t, http.StatusTooManyRequests, create(t, mock, vendorsBody, keyHeader, k).status)
	}
	_, err := mock.AddFault(fault.Fault{Key: other, Status: 503, Times: 1})
	require.NoError(t, err)

	reset, err := client.ResetRateLimitWithResponse(t.Context(), &control.ResetRateLimitParams{Key: &key})
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, reset.StatusCode())
	again := create(t, mock, vendorsBody, keyHeader, key)
	assert.Equal(t, http.StatusCreated, again.status, "a new window")
	assert.NotEqual(t, mock.Customers(key)[0].ID, again.customer().ID, "ids go on")
	assert.Len(t, mock.Customers(key), 2, "customers stay")
	assert.Len(t, mock.Requests(journal.Filter{Key: key}), 3, "requests stay")

	_, err = client.ResetRateLimitWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, mock.Faults(other), 1, "faults stay")
	mock.ClearFaults(other)
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, keyHeader, other).status, "all keys")
}
