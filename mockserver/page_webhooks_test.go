package mockserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

func TestPageFormsActOnWebhooks(t *testing.T) {
	t.Parallel()
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url, "whsec_secret"))
	require.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
	to.next(t)
	settled(t, mock)
	do := func(query string, values ...string) answer {
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		return fillIn(t, mock, query, form)
	}
	led := func(got answer, to string) {
		t.Helper()
		assert.Equal(t, http.StatusSeeOther, got.status, got.body)
		assert.Equal(t, to, got.header.Get("Location"))
	}
	led(do("?delivery=delivery_1&status=201", "do", "redeliver delivery_1"), "/_mock/?delivery=delivery_2&status=201")
	to.next(t)
	settled(t, mock)
	led(do("?webhooks=all", "do", "send-test endpoint_1"), "/_mock/?delivery=delivery_3")
	to.next(t)
	settled(t, mock)
	all := mock.Deliveries(webhook.Filter{})
	require.Len(t, all, 3)
	assert.True(t, all[0].Test)
	assert.Equal(t, "delivery_1", all[1].RedeliveryOf)
	led(do("?webhooks=all", "do", "suspend endpoint_1"), "/_mock/?webhooks=all")
	assert.True(t, mock.Webhooks("")[0].Suspended)
	assert.Contains(t, do("?webhooks=all", "do", "send-test endpoint_1").body, "suspended")
	led(do("?webhooks=all", "do", "reactivate endpoint_1"), "/_mock/?webhooks=all")
	assert.False(t, mock.Webhooks("")[0].Suspended)
	led(do("?webhooks=all", "do", "webhook-fault", "kind", string(webhook.Late), "delay", "60000", "times", "3", "endpoint", "endpoint_1"), "/_mock/?webhooks=all")
	faults := mock.WebhookFaults("")
	require.Len(t, faults, 1)
	assert.Equal(t, webhook.Fault{
		ID: faults[0].ID, Kind: webhook.Late, Delay: faults[0].Delay, Times: 3, EndpointID: "endpoint_1", Probability: faults[0].Probability,
	}, faults[0])
	assert.Equal(t, "1m0s", faults[0].Delay.String())
	led(do("?webhooks=all", "do", "clear-webhook-fault "+faults[0].ID), "/_mock/?webhooks=all")
	assert.Empty(t, mock.WebhookFaults(""))

	for _, test := range []struct {
		says   string
		values []string
	}{
		{"The number of attempts must be a whole number", []string{"do", "webhook-fault", "kind", string(webhook.Never), "times", "many"}},
		{`value="many"`, []string{"do", "webhook-fault", "kind", string(webhook.Never), "times", "many"}},
		{"The delay must be a whole number", []string{"do", "webhook-fault", "kind", string(webhook.Late), "delay", "x"}},
		{"kind", []string{"do", "webhook-fault", "kind", "MAGIC"}},
		{"kind", []string{"do", "webhook-fault"}},
		{"delivery_99", []string{"do", "redeliver delivery_99"}},
		{"endpoint_99", []string{"do", "suspend endpoint_99"}},
		{"endpoint_99", []string{"do", "reactivate endpoint_99"}},
		{"endpoint_99", []string{"do", "send-test endpoint_99"}},
		{"fault_99", []string{"do", "clear-webhook-fault fault_99"}},
		{"does not say what it is about", []string{"do", "redeliver"}},
	} {
		got := do("?webhooks=all", test.values...)
		assert.Equal(t, http.StatusBadRequest, got.status, "%q", test.values)
		assert.Contains(t, got.body, test.says)
	}
	assert.Contains(t, seeNothing(t, mock, "?delivery=delivery_99"), "delivery_99")
}

// seeNothing opens the page at a query of something that is not there, and returns it.
func seeNothing(t *testing.T, mock *mockserver.Running, query string) string {
	t.Helper()
	got := seePage(t, mock, query)
	assert.Contains(t, got.body, `role="alert"`)
	return got.body
}

// Each delivery is on one of the pages, newest first, and the page stays light.
func TestPagesOfDeliveries(t *testing.T) {
	t.Parallel()
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithWebhook(to.url, "whsec_secret"))
	const many = 45
	for range many {
		require.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
		to.next(t)
	}
	settled(t, mock)
	for range 60 {
		require.Equal(t, http.StatusBadRequest, tried(t, mock, `{"email": "plain", "addresses": [{"city": "Bandung"}]}`).status)
	}
	seen, query := 0, "?webhooks=all"
	for query != "" {
		page := seePage(t, mock, query).body
		assert.LessOrEqual(t, loaded(t, mock, page), 60_000, query)
		listed := between(page, `<ol class="deliveries">`, "</ol>")
		seen += strings.Count(listed, "<li>")
		_, below, _ := strings.Cut(page, `<div id="deliveries"`)
		query = strings.ReplaceAll(between(below, `</ol><p><a href="`, `">Older deliveries`), "&amp;", "&")
	}
	assert.Equal(t, many, seen)
	assert.LessOrEqual(t, loaded(t, mock, seePage(t, mock, "?delivery=delivery_45").body), 60_000)
	one := seePage(t, mock, "?webhooks="+mock.Deliveries(webhook.Filter{})[7].Customer).body
	assert.Equal(t, 1, strings.Count(between(one, `<ol class="deliveries">`, "</ol>"), "<li>"))
}

// between is what stands between two texts; empty where they are not there.
func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, ok := strings.Cut(rest, after)
	if !ok {
		return ""
	}
	return found
}

func TestPageOfWebhooksShowsNoSecret(t *testing.T) {
	t.Parallel()
	const secret, key = "whsec_nobody_shows_this", "bbb_test_Secret0123456789"
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url, secret))
	require.Equal(t, http.StatusCreated, tried(t, mock, `{"email": "jane@example.com", "firstName": "`+key+`"}`, gen.KeyHeader, key).status)
	to.next(t)
	settled(t, mock)
	for _, query := range []string{"?webhooks=all", "?delivery=delivery_1"} {
		page := seePage(t, mock, query).body
		assert.NotContains(t, page, "nobody_shows")
		assert.NotContains(t, page, "Secret0123")
		assert.Contains(t, page, "delivered")
	}
	assert.Contains(t, seePage(t, mockserver.Start(t), "?webhooks=all").body, "Nobody is told of customers.")
}
