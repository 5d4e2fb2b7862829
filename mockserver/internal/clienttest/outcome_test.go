package clienttest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	mockwebhook "github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// Over HTTP, with the mock's webhooks: two calls get no answer. One had been stored, the other had not.
func TestWithTheMock(t *testing.T) {
	t.Parallel()
	var past atomic.Int64
	outcomes := make(chan outcome.Outcome, 10)
	tracker, err := outcome.New(nil, func(_ context.Context, o outcome.Outcome) error {
		outcomes <- o
		return nil
	}, outcome.WithClock(func() time.Time { return time.Now().Add(time.Duration(past.Load())) }))
	require.NoError(t, err)
	require.NoError(t, tracker.Settle(t.Context()))

	const secret = "whsec_test"
	receiver, err := webhook.New([]string{secret})
	require.NoError(t, err)
	endpoint := httptest.NewServer(receiver.Handler(func(ctx context.Context, e webhook.Event) error {
		return tracker.Created(ctx, e.Customer)
	}))
	t.Cleanup(endpoint.Close)
	mock := mockserver.Start(t, mockserver.WithWebhook(endpoint.URL, secret))
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL))
	require.NoError(t, err)

	stored, notStored := jane(), client.CustomerInput{Email: new("budi@example.com")}
	for _, f := range []fault.Fault{{Connection: fault.Reset, Store: true, Times: 1}, {Connection: fault.Reset, Times: 1}} {
		_, err = mock.AddFault(f)
		require.NoError(t, err)
	}
	_, err = tracker.CreateCustomer(t.Context(), c, stored, "stored")
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	_, err = tracker.CreateCustomer(t.Context(), c, notStored, "not stored")
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	_, err = tracker.CreateCustomer(t.Context(), c, client.CustomerInput{Email: new("ana@example.com")}, "answered")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		taken := 0
		for _, d := range mock.Deliveries(mockwebhook.Filter{}) {
			if len(d.Attempts) == 1 && d.Attempts[0].Status == http.StatusOK {
				taken++
			}
		}
		return taken == 2
	}, 10*time.Second, time.Millisecond)

	for i := range outcome.Wait()/time.Minute + 1 {
		past.Add(int64(time.Minute))
		if i%10 == 0 {
			require.NoError(t, tracker.Created(t.Context(), client.Customer{ID: "cust_else", Email: new("else@example.com")}))
		}
		require.NoError(t, tracker.Settle(t.Context()))
	}
	require.Len(t, outcomes, 2)
	created, missing := <-outcomes, <-outcomes
	assert.Equal(t, "stored", created.Ref)
	assert.Equal(t, outcome.Created, created.Status)
	assert.Equal(t, mock.Customers(mock.Key)[0].ID, created.CustomerID)
	assert.Equal(t, "not stored", missing.Ref)
	assert.Equal(t, outcome.NotCreated, missing.Status)
}
