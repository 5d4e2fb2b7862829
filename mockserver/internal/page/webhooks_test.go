package page

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

func TestDeliveriesInWords(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	failed := []gencontrol.WebhookAttempt{{Error: "no connection"}, {Status: 500, Error: "answered 500"}}
	for name, test := range map[string]struct {
		delivery gencontrol.WebhookDelivery
		state    string
		class    int
		attempts string
		why      string
		soon     bool
	}{
		"new":       {gencontrol.WebhookDelivery{State: gencontrol.PENDING}, "pending", 1, "0 attempts", "", true},
		"retrying":  {gencontrol.WebhookDelivery{State: gencontrol.PENDING, Attempts: failed, NextAttemptAt: now.Add(2 * time.Hour)}, "pending", 1, "2 attempts", "answered 500; again at " + now.Add(2*time.Hour).Format(time.TimeOnly), false},
		"due":       {gencontrol.WebhookDelivery{State: gencontrol.PENDING, Attempts: failed[:1], NextAttemptAt: now.Add(30 * time.Second)}, "pending", 1, "1 attempt", "no connection; again at " + now.Add(30*time.Second).Format(time.TimeOnly), true},
		"delivered": {gencontrol.WebhookDelivery{State: gencontrol.DELIVERED, Attempts: failed}, "delivered", 2, "2 attempts", "", false},
		"failed":    {gencontrol.WebhookDelivery{State: gencontrol.FAILED, Attempts: failed, Reason: "given up"}, "failed", 5, "2 attempts", "given up: answered 500", false},
		"skipped":   {gencontrol.WebhookDelivery{State: gencontrol.SKIPPED, Reason: "suspended"}, "skipped", 4, "0 attempts", "suspended", false},
		"too large": {gencontrol.WebhookDelivery{State: gencontrol.TOOLARGE}, "too large", 4, "0 attempts", "", false},
	} {
		row := deliveryRow{WebhookDelivery: test.delivery, now: now}
		assert.Equal(t, test.state, row.StateText(), name)
		assert.Equal(t, test.class, row.Class(), name)
		assert.Equal(t, test.attempts, row.AttemptText(), name)
		assert.Equal(t, test.why, row.Why(), name)
		assert.Equal(t, test.soon, row.IsSoon(), name)
	}
	for status, class := range map[int]int{0: 0, 200: 2, 301: 4, 404: 4, 503: 5, 103: 4} {
		assert.Equal(t, class, attempt{gencontrol.WebhookAttempt{Status: status}}.Class())
	}
}

func TestEndpointsAndFaultsInWords(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]gencontrol.WebhookEndpoint{
		"active": {State: gencontrol.ACTIVE}, "failing, 2 given up": {State: gencontrol.ACTIVE, Failing: 2}, "suspended": {State: gencontrol.SUSPENDED, Failing: 2},
	} {
		assert.Equal(t, want, view{}.EndpointText(e))
	}
	assert.Equal(t, "nothing was sent", view{}.CountText(gencontrol.WebhookCounts{}))
	assert.Equal(t, "1 pending, 2 delivered, 3 failed, 4 skipped, 5 too large, 6 dropped", view{}.CountText(gencontrol.WebhookCounts{
		Pending: 1, Retrying: 1, Delivered: 2, Failed: 3, Skipped: 4, TooLarge: 5, Dropped: 6,
	}))
	for want, f := range map[string]gencontrol.WebhookFault{
		"all attempts: NEVER":                               {Kind: gencontrol.NEVER},
		"the next 1 of 3 attempts to endpoint_1: DUPLICATE": {Kind: gencontrol.DUPLICATE, Times: 3, Hits: 2, Endpoint: "endpoint_1"},
		"all attempts of key_1 bbb_test_…, each with a probability of 0.1: LATE by 5 ms": {
			Kind: gencontrol.LATE, Key: "bbb_test_…", KeyID: "key_1", Probability: 0.1, DelayMilliseconds: 5,
		},
	} {
		assert.Equal(t, want, view{}.WebhookFaultText(f))
	}
	assert.Equal(t, webhookFaultInput{Times: "1"}, webhookFaultIn(url.Values{"kind": {"NEVER"}}), "of another form")
}

func TestQueryOfWebhooks(t *testing.T) {
	t.Parallel()
	q := parseQuery(parsed(t, "?status=400&request=req_1&customers=key_1&panel=fault"))
	assert.Equal(t, "?status=400&webhooks=all", q.OfWebhooks(""))
	assert.Equal(t, "?status=400&webhooks=cust_1", q.OfWebhooks("cust_1"))
	assert.Equal(t, "?delivery=delivery_1&status=400", q.OfDelivery("delivery_1"))
	q = parseQuery(parsed(t, "?webhooks=cust_1&sent=delivery_9"))
	assert.Equal(t, "?sent=delivery_3&webhooks=cust_1", q.OlderWebhooks("delivery_3"))
	assert.Equal(t, "?request=req_1", q.Show("req_1"))
	assert.Equal(t, "?", q.List())
}
