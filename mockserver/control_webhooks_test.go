package mockserver_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// What can be done in Go can be done by HTTP: each operation, by the generated client.
func TestControlOfWebhooks(t *testing.T) {
	t.Parallel()
	to := listen(t, 500)
	mock := mockserver.Start(t)
	client, ctx, key := controlClient(t, mock), t.Context(), goodKey
	added, err := client.AddWebhookEndpointWithResponse(ctx, &control.AddWebhookEndpointParams{Key: &key}, control.WebhookEndpointInput{URL: to.url})
	require.NoError(t, err)
	require.NotNil(t, added.JSON201, string(added.Body))
	id := added.JSON201.ID
	assert.Regexp(t, "^whsec_.{20}", added.JSON201.Secret)
	created := create(t, mock, valid, keyHeader, key).customer()
	to.next(t)
	require.Eventually(t, func() bool { return mock.Webhooks(key)[0].Retrying == 1 }, patience, time.Millisecond)

	endpoint, err := client.GetWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	assert.Equal(t, control.WebhookEndpoint{
		ID: id, URL: to.url, Secret: "…", Key: "bbb_test_…", KeyID: "key_1", State: control.ACTIVE, CreatedAt: endpoint.JSON200.CreatedAt,
		Deliveries: control.WebhookCounts{Pending: 1, Retrying: 1},
	}, *endpoint.JSON200)
	overview, err := client.GetWebhooksWithResponse(ctx, nil)
	require.NoError(t, err)
	assert.Equal(t, []control.WebhookEndpoint{*endpoint.JSON200}, overview.JSON200.Endpoints)
	assert.Equal(t, endpoint.JSON200.Deliveries, overview.JSON200.Deliveries)
	assert.Positive(t, overview.JSON200.PendingBytes)

	list, err := client.ListWebhookDeliveriesWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Len(t, list.JSON200.Data, 1)
	delivery := list.JSON200.Data[0]
	assert.Equal(t, created.ID, delivery.Customer)
	assert.Equal(t, control.PENDING, delivery.State)
	assert.False(t, delivery.NextAttemptAt.IsZero())
	require.Len(t, delivery.Attempts, 1)
	assert.Equal(t, http.StatusInternalServerError, delivery.Attempts[0].Status)
	assert.NotEmpty(t, delivery.Attempts[0].Error)
	assert.NotEmpty(t, delivery.Attempts[0].Headers[gen.WebhookSignatureHeader], "as it was sent")
	one, err := client.GetWebhookDeliveryWithResponse(ctx, delivery.ID, &control.GetWebhookDeliveryParams{Key: &key})
	require.NoError(t, err)
	assert.Equal(t, delivery, *one.JSON200)

	pending, err := client.RedeliverWebhookDeliveryWithResponse(ctx, delivery.ID, nil)
	require.NoError(t, err)
	require.NotNil(t, pending.JSON409, string(pending.Body))
	suspended, err := client.SuspendWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	assert.Equal(t, control.SUSPENDED, suspended.JSON200.State)
	refused, err := client.TestWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	require.NotNil(t, refused.JSON409)
	assert.Equal(t, control.CodeConflict, refused.JSON409.Error.Code)
	reactivated, err := client.ReactivateWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	assert.Equal(t, control.ACTIVE, reactivated.JSON200.State)

	mock.Advance(gen.WebhookRetries()[0])
	to.next(t)
	settled(t, mock)
	again, err := client.RedeliverWebhookDeliveryWithResponse(ctx, delivery.ID, nil)
	require.NoError(t, err)
	require.NotNil(t, again.JSON202, string(again.Body))
	assert.Equal(t, delivery.ID, again.JSON202.RedeliveryOf)
	assert.Equal(t, delivery.Event, again.JSON202.Event)
	to.next(t)
	tested, err := client.TestWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	require.NotNil(t, tested.JSON202)
	assert.True(t, tested.JSON202.Test)
	assert.Equal(t, gen.WebhookEventCustomerCreated, to.next(t).header.Get(gen.WebhookEventHeader))

	removed, err := client.DeleteWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, removed.StatusCode())
	gone, err := client.GetWebhookEndpointWithResponse(ctx, id, nil)
	require.NoError(t, err)
	require.NotNil(t, gone.JSON404)
}

func TestControlOfWebhookFaults(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithWebhook("http://127.0.0.1:9/", secret))
	client, ctx, key := controlClient(t, mock), t.Context(), goodKey
	create(t, mock, valid, keyHeader, key) // so that the key has an id
	input := control.WebhookFaultInput{
		Kind: control.LATE, Endpoint: "endpoint_1", DelayMilliseconds: 60_000, Times: 3, Probability: 0.5, Seed: 7,
	}
	added, err := client.AddWebhookFaultWithResponse(ctx, &control.AddWebhookFaultParams{Key: &key}, input)
	require.NoError(t, err)
	require.NotNil(t, added.JSON201, string(added.Body))
	want := control.WebhookFault{
		ID: "fault_1", Kind: control.LATE, Endpoint: "endpoint_1", DelayMilliseconds: 60_000, Times: 3, Probability: 0.5, Seed: 7,
		Key: "bbb_test_…", KeyID: "key_1",
	}
	assert.Equal(t, want, *added.JSON201)
	assert.Equal(t, time.Minute, mock.WebhookFaults(key)[0].Delay)
	for _, kind := range webhook.Kinds() {
		if kind == webhook.Late {
			continue
		}
		one, err := client.AddWebhookFaultWithResponse(ctx, nil, control.WebhookFaultInput{Kind: control.WebhookFaultKind(kind)})
		require.NoError(t, err)
		require.NotNil(t, one.JSON201, "control.yaml has %s", kind)
	}
	listed, err := client.ListWebhookFaultsWithResponse(ctx, &control.ListWebhookFaultsParams{Key: &key})
	require.NoError(t, err)
	assert.Equal(t, []control.WebhookFault{want}, listed.JSON200.Data)
	removed, err := client.DeleteWebhookFaultWithResponse(ctx, "fault_2", nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, removed.StatusCode())
	gone, err := client.DeleteWebhookFaultWithResponse(ctx, "fault_2", nil)
	require.NoError(t, err)
	assert.NotNil(t, gone.JSON404)
	cleared, err := client.DeleteWebhookFaultsWithResponse(ctx, nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, cleared.StatusCode())
	assert.Empty(t, mock.WebhookFaults(""))
}

func TestControlKnowsEveryStateOfADelivery(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, state := range webhook.States() {
		assert.Equal(t, http.StatusOK, callControl(t, mock, http.MethodGet, "/_mock/webhooks/deliveries?state="+string(state), "").status, state)
	}
}

// Pages are bounded by their number and by their bytes, filters are let through, and every delivery is on one page.
func TestControlPagesThroughDeliveries(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithWebhook("http://127.0.0.1:9/", secret))
	addWebhookFault(t, mock, webhook.Fault{Kind: webhook.Never})
	const all = 80
	large := strings.Repeat(`\"`, 30_000) // which a string of JSON that has JSON in it doubles
	var last string
	for range all {
		last = create(t, mock, `{"email":"a@example.com","firstName":"`+large+`"}`).customer().ID
	}
	type page struct {
		Data []struct{ ID, Customer string }
		Next string
	}
	ask := func(query string) (p page, size int) {
		got := callControl(t, mock, http.MethodGet, "/_mock/webhooks/deliveries"+query, "")
		require.Equal(t, http.StatusOK, got.status, got.body)
		require.NoError(t, json.Unmarshal([]byte(got.body), &p))
		return p, len(got.body)
	}
	seen, pages, before := 0, 0, ""
	for {
		p, size := ask("?limit=1000" + before)
		assert.Less(t, size, 8<<20+200)
		for _, d := range p.Data {
			assert.Equal(t, "delivery_", d.ID[:9])
			seen++
		}
		if pages++; p.Next == "" {
			break
		}
		assert.Equal(t, p.Data[len(p.Data)-1].ID, p.Next)
		before = "&before=" + p.Next
	}
	assert.Equal(t, all, seen)
	assert.Equal(t, 2, pages)

	short, size := ask("?short=true&limit=50")
	assert.Len(t, short.Data, 50)
	assert.Less(t, size, 50_000)
	newest, _ := ask("?customer=" + last)
	require.Len(t, newest.Data, 1)
	assert.Empty(t, newest.Next)
	assert.Equal(t, short.Data[0].ID, newest.Data[0].ID, "the newest is first")
	for _, query := range []string{"?endpoint=endpoint_2", "?event=evt_none", "?customer=cust_none", "?state=DELIVERED", "?key=bbb_test_none", "?before=delivery_1"} {
		none, _ := ask(query)
		assert.Empty(t, none.Data, query)
	}
}

func TestControlSaysWhatIsWrongWithAWebhook(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithKeys(goodKey))
	for name, test := range map[string]struct {
		method, target, body string
		status               int
		want                 string
	}{
		"no url":             {"POST", "/endpoints", `{}`, 400, "url: is required"},
		"another scheme":     {"POST", "/endpoints", `{"url":"ftp://127.0.0.1/"}`, 400, "http:// or https://"},
		"not allowed":        {"POST", "/endpoints", `{"url":"http://192.0.2.1/"}`, 400, "--webhook-allow 192.0.2.1/32"},
		"port":               {"POST", "/endpoints", `{"url":"http://127.0.0.1:65536/"}`, 400, "port of url must be from 1 to 65535"},
		"credentials":        {"POST", "/endpoints", `{"url":"http://user:hunter2@127.0.0.1/"}`, 400, "must not have a user or a password"},
		"unlisted key":       {"POST", "/endpoints?key=bbb_test_0123456789abcdef", `{"url":"http://127.0.0.1/"}`, 400, "query key: must be one of the keys"},
		"fault of such key":  {"POST", "/faults?key=bbb_test_0123456789abcdef", `{"kind":"NEVER"}`, 400, "(--key, or WithKeys in Go), got bbb_test_…cdef"},
		"kind":               {"POST", "/faults", `{"kind":"never"}`, 400, "kind: must be one of"},
		"delay of another":   {"POST", "/faults", `{"kind":"NEVER","delayMilliseconds":5}`, 400, "delay"},
		"state":              {"GET", "/deliveries?state=failed", "", 400, `query state: must be one of PENDING, DELIVERED, FAILED, SKIPPED, TOO_LARGE, got \"failed\"`},
		"limit":              {"GET", "/deliveries?limit=1001", "", 400, "query limit: must be a whole number from 1 to 1000"},
		"no endpoint":        {"POST", "/endpoints/endpoint_9/test", "", 404, `There is no \"endpoint_9\" here`},
		"no delivery":        {"POST", "/deliveries/delivery_9/redeliver", "", 404, `There is no \"delivery_9\" here`},
		"suspend of another": {"POST", "/endpoints/x/suspend", "", 404, `There is no \"x\" here`},
	} {
		got := callControl(t, mock, test.method, "/_mock/webhooks"+test.target, test.body)
		assert.Equal(t, test.status, got.status, name)
		assert.Contains(t, got.body, test.want, name)
		assert.NotContains(t, got.body, "hunter2", name)
		assert.NotContains(t, got.body, "0123456789", name)
	}
	for range gen.WebhookMaxEndpoints {
		addWebhook(t, mock, webhook.Endpoint{URL: "http://127.0.0.1:9/"})
	}
	full := callControl(t, mock, http.MethodPost, "/_mock/webhooks/endpoints", `{"url":"http://127.0.0.1:9/"}`)
	assert.Equal(t, http.StatusConflict, full.status)
	assert.Contains(t, full.body, "remove one")
}

// Whatever it asks for, a request that is a webhook is refused.
func TestControlRefusesWebhooks(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, operation := range controlJudge().Operations() {
		target := "/_mock" + strings.ReplaceAll(operation.Path, "{id}", "x")
		got := callControl(t, mock, operation.Method, target, `{}`, gen.WebhookIDHeader, "evt_1")
		code, message := controlMessage(t, got)
		assert.Equal(t, http.StatusForbidden, got.status, target)
		assert.Equal(t, control.CodeWebhookToItself, code, target)
		assert.Contains(t, message, "give the endpoint another address", target)
	}
}

// What HTTP answers begins with what is wrong, and not with the name of a Go package.
func TestControlNamesNoGoPackage(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client, ctx := controlClient(t, mock), t.Context()
	endpoint, err := client.AddWebhookEndpointWithResponse(ctx, nil, control.WebhookEndpointInput{URL: "http://user@127.0.0.1/"})
	require.NoError(t, err)
	set, err := client.AddWebhookFaultWithResponse(ctx, nil, control.WebhookFaultInput{Kind: control.LATE})
	require.NoError(t, err)
	failing, err := client.AddFaultWithResponse(ctx, nil, control.FaultInput{Times: 1})
	require.NoError(t, err)
	for want, body := range map[string][]byte{
		"url must not have a user": endpoint.Body, "LATE needs a delay": set.Body, "must have a status": failing.Body,
	} {
		var answer struct{ Error struct{ Message string } }
		require.NoError(t, json.Unmarshal(body, &answer), "%s", body)
		assert.True(t, strings.HasPrefix(answer.Error.Message, want), "%s", body)
	}
	suspended, err := mock.AddWebhook(webhook.Endpoint{URL: "http://127.0.0.1:1/"})
	require.NoError(t, err)
	_, err = mock.SuspendWebhook(suspended.ID)
	require.NoError(t, err)
	tested, err := client.TestWebhookEndpointWithResponse(ctx, suspended.ID, nil)
	require.NoError(t, err)
	assert.Contains(t, string(tested.Body), `"message":"the endpoint is suspended`)
}
