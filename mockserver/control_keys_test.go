package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

func listedKeys(t *testing.T, mock *mockserver.Running, parameters *control.ListKeysParams) []control.KeyEntry {
	t.Helper()
	listed, err := controlClient(t, mock).ListKeysWithResponse(t.Context(), parameters)
	require.NoError(t, err)
	require.NotNil(t, listed.JSON200, string(listed.Body))
	return listed.JSON200.Data
}

func TestControlListsTheKeysThatCalled(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithRateLimit(3), mockserver.WithClock(func() time.Time { return now }),
		mockserver.WithSeed([]byte(`[{"email":"seed@example.com"}]`)))
	assert.Empty(t, listedKeys(t, mock, nil))
	assert.Contains(t, callControl(t, mock, http.MethodGet, "/_mock/keys", "").body, `{"data":[]}`)
	const first, second = "bbb_test_0123456789abcdef", "bbb_live_other"
	create(t, mock, valid, keyHeader, first)
	create(t, mock, `{}`, keyHeader, second)
	create(t, mock, valid, keyHeader, "not a key")
	create(t, mock, valid, keyHeader, "")
	mock.Advance(20 * time.Second)
	create(t, mock, valid, keyHeader, first)
	assert.Equal(t, []control.KeyEntry{
		{ID: "key_1", Key: "bbb_test_…cdef", Customers: 3, Limit: 3, Remaining: 1, ResetSeconds: 40},
		{ID: "key_2", Key: "bbb_live_…", Customers: 1, Limit: 3, Remaining: 2, ResetSeconds: 40},
	}, listedKeys(t, mock, nil), "the one that called last first")
	callControl(t, mock, http.MethodGet, "/_mock/customers?key=key_2", "")
	assert.Equal(t, "key_1", listedKeys(t, mock, new(control.ListKeysParams{Limit: new(1)}))[0].ID, "who looks at a key does not use it")
	assert.Len(t, listedKeys(t, mock, new(control.ListKeysParams{Limit: new(1)})), 1)

	create(t, mock, valid, keyHeader, second)
	assert.Equal(t, "key_2", listedKeys(t, mock, nil)[0].ID)
	mock.Advance(41 * time.Second)
	entry := listedKeys(t, mock, nil)[1]
	assert.Equal(t, []int{3, 60}, []int{entry.Remaining, entry.ResetSeconds}, "the window is over")
	callControl(t, mock, http.MethodPost, "/_mock/reset", "")
	assert.Equal(t, []control.KeyEntry{
		{ID: "key_2", Key: "bbb_live_…", Customers: 1, Limit: 3, Remaining: 3, ResetSeconds: 60},
		{ID: "key_1", Key: "bbb_test_…cdef", Customers: 1, Limit: 3, Remaining: 3, ResetSeconds: 60},
	}, listedKeys(t, mock, nil), "their ids stay through a reset")
	callControl(t, mock, http.MethodDelete, "/_mock/customers?key=key_1", "")
	assert.Zero(t, listedKeys(t, mock, nil)[1].Customers)
	callControl(t, mock, http.MethodDelete, "/_mock/customers", "")
	assert.Zero(t, listedKeys(t, mock, nil)[0].Customers)

	for _, limit := range []string{"0", "1001", "x"} {
		assert.Equal(t, http.StatusBadRequest, callControl(t, mock, http.MethodGet, "/_mock/keys?limit="+limit, "").status, limit)
	}
}

func TestControlListsNamedKeysFromTheStart(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithKeys("bbb_test_0123456789abcdef", "bbb_test_ro=customers:read@127.0.0.1"),
		mockserver.WithKeys("bbb_test_fedcba9876543210@10.0.0.0/9+::1"))
	want := []control.KeyEntry{
		{ID: "key_3", Key: "bbb_test_…3210", ResetSeconds: 60},
		{ID: "key_2", Key: "bbb_test_…", ResetSeconds: 60},
		{ID: "key_1", Key: "bbb_test_…cdef", ResetSeconds: 60},
	}
	assert.Equal(t, want, listedKeys(t, mock, nil), "without a limit, nothing is left of it")
	create(t, mock, valid, keyHeader, "bbb_test_none")
	assert.Equal(t, want, listedKeys(t, mock, nil), "a key that is refused is none")
	create(t, mock, valid, keyHeader, "bbb_test_ro")
	assert.Equal(t, "key_2", listedKeys(t, mock, nil)[0].ID)
	assert.Equal(t, "key_2", mock.Requests()[1].KeyID, "also where the request was refused")
	assert.Empty(t, mock.Requests()[0].KeyID)
}

// Each operation that takes a key takes its id, and none other.
func TestControlTakesTheIDOfAKey(t *testing.T) {
	t.Parallel()
	taking := 0
	for _, operation := range controlJudge().Operations() {
		takes := false
		for _, parameter := range operation.Spec.Parameters {
			takes = takes || parameter.Value.In == "query" && parameter.Value.Name == "key"
		}
		if !takes {
			continue
		}
		taking++
		mock := mockserver.Start(t)
		addWebhook(t, mock, webhook.Endpoint{Key: goodKey, URL: "http://127.0.0.1:9/"})
		addWebhookFault(t, mock, webhook.Fault{Key: goodKey, Kind: webhook.Never})
		created := create(t, mock, valid)
		create(t, mock, valid, keyHeader, "bbb_test_second")
		add(t, mock, fault.Fault{Key: goodKey, Status: 503})
		body := ""
		switch {
		case operation.Path == "/webhooks/endpoints":
			body = `{"url":"http://127.0.0.1:9/"}`
		case operation.Path == "/webhooks/faults":
			body = `{"kind":"NEVER"}`
		case operation.Path == "/faults" && operation.Method == http.MethodPost:
			body = `{"status":429}`
		case operation.Method == http.MethodPost && operation.Path != "/reset":
			body = `{}`
		}
		target := func(key string) string {
			path, id := operation.Path, ""
			switch strings.Split(path, "/")[1] {
			case "customers":
				id = created.customer().ID
			case "requests":
				id = "req_1"
			case "faults":
				id = "fault_1"
			case "webhooks":
				id = map[string]string{"endpoints": "endpoint_1", "deliveries": "delivery_1", "faults": "fault_1"}[strings.Split(path+"/", "/")[2]]
			}
			return "/_mock" + strings.ReplaceAll(path, "{id}", id) + "?key=" + key
		}
		name := operation.Method + " " + operation.Path
		for _, unknown := range []string{"key_3", "key_0", "key_01", "key_", "key_x", "key_bbb_test_0123456789abcdef", "KEY_1", "key_1%00"} {
			got := callControl(t, mock, operation.Method, target(unknown), body)
			assert.Equal(t, http.StatusBadRequest, got.status, "%s %s", name, unknown)
			assert.Contains(t, got.body, "query key: ", name)
			assert.NotContains(t, got.body, "0123456789abcdef", name)
		}
		assert.Len(t, mock.Requests(), 2, name)
		assert.Len(t, mock.Faults(""), 1, name)
		byOther := callControl(t, mock, operation.Method, target("key_2"), body)
		if strings.Contains(operation.Path, "{id}") {
			assert.Equal(t, http.StatusNotFound, byOther.status, "%s: it is another key's", name)
		} else {
			assert.Less(t, byOther.status, 300, "%s: %s", name, byOther.body)
		}
		assert.Len(t, mock.Requests(journal.Filter{Key: goodKey}), 1, name)
		assert.Len(t, mock.Faults(goodKey), 1, name)
		assert.Len(t, mock.Customers(goodKey), 1, name)
		assert.Len(t, mock.Webhooks(goodKey), 1, name)
		assert.Len(t, mock.Deliveries(webhook.Filter{Key: goodKey}), 1, name)
		assert.Len(t, mock.WebhookFaults(goodKey), 1, name)
		byID := callControl(t, mock, operation.Method, target("key_1"), body)
		assert.Less(t, byID.status, 300, "%s: %s", name, byID.body)
	}
	assert.GreaterOrEqual(t, taking, 10)
}

func TestControlClearsOneFault(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for range 3 {
		add(t, mock, fault.Fault{Status: 503, Key: goodKey})
	}
	add(t, mock, fault.Fault{Status: 429})
	remove := func(id string) int {
		return callControl(t, mock, http.MethodDelete, "/_mock/faults/"+id, "").status
	}
	assert.Equal(t, http.StatusNoContent, remove("fault_2"))
	assert.Equal(t, http.StatusNotFound, remove("fault_2"))
	assert.Equal(t, http.StatusNotFound, remove("fault_9"))
	assert.Equal(t, http.StatusNotFound, remove("x"))
	assert.Equal(t, http.StatusNotFound, remove("fault_1?key=bbb_test_other"))
	assert.Equal(t, http.StatusNotFound, remove("fault_4?key="+goodKey), "it is for every key")
	assert.Equal(t, http.StatusNoContent, remove("fault_1?key="+goodKey))
	assert.Equal(t, http.StatusServiceUnavailable, create(t, mock, valid).status, "that of fault_3")
	assert.Equal(t, http.StatusNoContent, remove("fault_3"))
	assert.Equal(t, http.StatusTooManyRequests, create(t, mock, valid).status)
	assert.Equal(t, http.StatusNoContent, remove("fault_4"))
	assert.Equal(t, http.StatusCreated, create(t, mock, valid).status)
	_, message := controlMessage(t, callControl(t, mock, http.MethodDelete, "/_mock/faults/bbb_test_0123456789abcdef", ""))
	assert.Contains(t, message, `There is no fault "bbb_test_…" here`)
}

// Each answer that is listed is one that a fault can be set to give, and gives.
func TestEachListedAnswerCanBeGiven(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	listed, err := client.ListAnswersWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, listed.JSON200, string(listed.Body))
	last, seen := 0, map[string]bool{}
	for _, a := range listed.JSON200.Data {
		name := fmt.Sprintf("%d %s", a.Status, a.Example)
		assert.False(t, seen[name], "%s is there once", name)
		seen[name] = true
		assert.GreaterOrEqual(t, a.Status, last, "in order")
		last = a.Status
		assert.NotEmpty(t, a.Summary, name)
		set, err := client.AddFaultWithResponse(t.Context(), nil, control.FaultInput{Status: a.Status, Example: a.Example, Times: 1})
		require.NoError(t, err)
		require.NotNil(t, set.JSON201, "%s: %s", name, set.Body)
		got := tried(t, mock, valid)
		if len(mock.Faults("")) > 0 {
			mock.ClearFaults("") // an answer of another operation
			continue
		}
		assert.Equal(t, a.Status, got.status, name)
		assert.Equal(t, a.Code, string(got.code()), name)
	}
	for _, status := range append(fault.ProxyStatuses(), http.StatusCreated, http.StatusTooManyRequests) {
		assert.Contains(t, fmt.Sprint(seen), fmt.Sprintf("%d ", status))
	}
	statuses := fault.ProxyStatuses()
	statuses[0] = 0
	assert.NotEqual(t, statuses, fault.ProxyStatuses(), "the list is the caller's own")
}

// A whole key is in no answer, whatever it was sent in.
func TestNoAnswerOfTheControlAPIHasAWholeKey(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef"
	const key = "bbb_test_" + secret
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithRateLimit(0), mockserver.WithKeys(key, "bbb_test_other"))
	add(t, mock, fault.Fault{Key: key, Status: 429, Times: 1})
	add(t, mock, fault.Fault{Key: key, Status: 503})
	base := root(t, mock).String()
	create(t, mock, `{"email":"`+key+`@example.com","firstName":"`+key+`"}`, keyHeader, key)
	mock.ClearFaults("")
	add(t, mock, fault.Fault{Key: key, Status: 503, Probability: 1e-9})
	create(t, mock, `{"email":"a@example.com","firstName":"`+key+`","lastName":"\u0062bb_test_`+secret+`"}`, keyHeader, key)
	create(t, mock, `{"email":"`+key+`","addresses":[{"`+key+`":1}]}`, keyHeader, key, "Cookie", key, "Prefer", "example="+key, "X-Note", key)
	create(t, mock, `{"`+key+`": x}`, keyHeader, key)
	call(t, http.MethodPost, base+"/"+key+"?key="+key+"&k=bbb%5ftest_"+secret, key, "Origin", "https://"+key)
	call(t, http.MethodPost, base+gen.BasePath+"/customers", valid, keyHeader, key+" "+key)

	for i := range 6 {
		id := fmt.Sprintf("req_%d", i+1)
		for _, call := range []struct{ method, target, body string }{
			{http.MethodGet, "/_mock/requests/" + id, ""},
			{http.MethodGet, "/_mock/requests/" + id + "?key=" + key, ""},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"key":"` + key + `"}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"key":"key_1","headers":{"Prefer":["code=` + key + `"],"X":["` + key + `"]},"target":"/` + key + `"}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"without":["/` + key + `"]}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"without":["/firstName"]}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"headers":{"` + key + ` ":["x"]}}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"` + key + `":1}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"headers":{"Host":["` + key + ` x"]}}`},
			{http.MethodPost, "/_mock/requests/" + id + "/resend", `{"method":"` + key + `","body":"` + key + `"}`},
			{http.MethodPost, "/_mock/requests/" + key + "/resend", `{}`},
		} {
			got := callControl(t, mock, call.method, call.target, call.body)
			assert.NotContains(t, got.body, secret, "%s %s %s", call.method, call.target, call.body)
		}
	}
	for _, target := range []string{
		"/keys", "/requests?limit=1000", "/requests?text=" + key, "/requests?text=" + secret[:8], "/requests?before=" + key, "/requests?key=" + key,
		"/requests?key=key_" + key, "/requests?" + key + "=1", "/faults", "/faults?key=key_1", "/answers", "/customers/" + key, "/keys?limit=" + key, "/" + key,
	} {
		assert.NotContains(t, callControl(t, mock, http.MethodGet, "/_mock"+target, "").body, secret, target)
	}
	assert.NotContains(t, callControl(t, mock, http.MethodDelete, "/_mock/faults/"+key+"?key=key_"+key, "").body, secret)
	assert.Empty(t, log.with(secret), "nor is one in the log")
	assert.GreaterOrEqual(t, len(mock.Requests(journal.Filter{Key: key})), 3, "they came whole")
}
