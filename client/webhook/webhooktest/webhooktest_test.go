package webhooktest_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// A delivery is as the vendor sends it, and the receiver takes it.
func TestRequest(t *testing.T) {
	t.Parallel()
	customer := client.Customer{ID: "cust_1", Email: new("a&b@example.com"), Tags: []string{"<vip>"}}
	d := webhooktest.New(customer, "secret")
	r := d.Request("http://receiver.example/webhooks")
	assert.Equal(t, http.MethodPost, r.Method)
	assert.Equal(t, "application/json", r.Header.Get("Content-Type"))
	assert.Equal(t, gen.WebhookUserAgent, r.Header.Get("User-Agent"))
	assert.Equal(t, gen.WebhookEventCustomerCreated, r.Header.Get(gen.WebhookEventHeader))
	assert.Regexp(t, "^evt_[a-z0-9]{26}$", r.Header.Get(gen.WebhookIDHeader))
	assert.NotEqual(t, d.ID, webhooktest.New(customer).ID)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, d.Payload, body)
	assert.Contains(t, string(body), `a&b@example.com`, "as JSON.stringify writes it")
	assert.NotContains(t, string(body), "\n")

	receiver, err := webhook.New([]string{"secret"})
	require.NoError(t, err)
	e, err := receiver.Verify(d.Payload, d.Header())
	require.NoError(t, err)
	assert.Equal(t, customer, e.Customer)
}

// Hostile deliveries, each refused for the reason that it is made for.
func TestHostile(t *testing.T) {
	t.Parallel()
	now := time.Now()
	receiver, err := webhook.New([]string{"secret"}, webhook.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		secret string
		change func(*webhooktest.Delivery)
		want   error
	}{
		"the wrong secret": {"another", func(*webhooktest.Delivery) {}, webhook.ErrSignatureMismatch},
		"old":              {"secret", func(d *webhooktest.Delivery) { d.Timestamp = now.Add(-gen.WebhookTolerance - time.Second) }, webhook.ErrTooOld},
		"from the future":  {"secret", func(d *webhooktest.Delivery) { d.Timestamp = now.Add(gen.WebhookTolerance + time.Second) }, webhook.ErrInFuture},
		"no customer":      {"secret", func(d *webhooktest.Delivery) { d.Payload = []byte(`{}`) }, webhook.ErrPayload},
		"no signature":     {"secret", func(d *webhooktest.Delivery) { d.Secrets = nil }, webhook.ErrMalformedSignature},
		"two signatures":   {"another", func(d *webhooktest.Delivery) { d.Secrets = append(d.Secrets, "secret") }, nil},
	} {
		d := webhooktest.New(client.Customer{ID: "cust_1"}, tc.secret)
		tc.change(&d)
		_, err := receiver.Verify(d.Payload, d.Header())
		assert.ErrorIs(t, err, tc.want, name)
	}
	assert.Panics(t, func() { webhooktest.Delivery{}.Request("http://[") })
	assert.Panics(t, func() { webhooktest.New(client.Customer{CreatedAt: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}) })
}
