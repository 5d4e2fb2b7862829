package mockserver_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	mockwebhook "github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// Assert what was sent.
func TestExampleWhatWasSent(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL))
	require.NoError(t, err)

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com"), Tags: []string{"vip"}})
	require.NoError(t, err)

	requests := mock.Requests()
	require.Len(t, requests, 1)
	assert.JSONEq(t, `{"email":"siti@example.com","tags":["vip"]}`, string(requests[0].Body))
	assert.Empty(t, requests[0].Violations)
}

// Make the next call 429.
func TestExampleRateLimited(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = mock.AddFault(fault.Fault{Status: 429, Times: 1})
	require.NoError(t, err)

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com")})
	require.ErrorIs(t, err, client.ErrRateLimitExceeded)

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com")})
	require.NoError(t, err, "the fault was for one call")
}

// Lose the answer after the customer is stored: the test that finds duplicate customers.
func TestExampleLostAnswer(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL))
	require.NoError(t, err)
	_, err = mock.AddFault(fault.Fault{Connection: fault.Reset, Store: true, Times: 1})
	require.NoError(t, err)

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com")})
	require.ErrorIs(t, err, client.ErrOutcomeUnknown, "the answer never came")

	assert.Len(t, mock.Customers(mock.Key), 1, "the customer is there, and only once: nothing was sent again")
	assert.Equal(t, mock.Customers(mock.Key)[0].ID, mock.Requests()[0].Customer)
}

// A webhook comes again until its receiver takes it: refused twice here, and accepted the third time.
func TestExampleWebhook(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	receiver, err := webhook.New([]string{"whsec_1234567890abcdef"}, webhook.WithClock(mock.Now))
	require.NoError(t, err)
	failures, handled := 2, make(chan webhook.Event, 1)
	server := httptest.NewServer(receiver.Handler(func(_ context.Context, event webhook.Event) error {
		if failures--; failures >= 0 {
			return errors.New("the database is down")
		}
		handled <- event
		return nil
	}))
	t.Cleanup(server.Close)
	_, err = mock.AddWebhook(mockwebhook.Endpoint{URL: server.URL, Secret: "whsec_1234567890abcdef"})
	require.NoError(t, err)
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL))
	require.NoError(t, err)

	created, err := c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com")})
	require.NoError(t, err)
	for _, wait := range gen.WebhookRetries()[:2] {
		// As soon as the attempt has failed, the clock moves to the next one.
		require.Eventually(t, func() bool {
			return !mock.Deliveries(mockwebhook.Filter{Customer: created.ID})[0].Next.IsZero()
		}, 10*time.Second, time.Millisecond)
		mock.Advance(wait)
	}

	assert.Equal(t, *created, (<-handled).Customer, "the customer that was created, verified and handled once")
	stored, ok := mock.Customer(created.ID)
	require.True(t, ok)
	assert.Equal(t, stored.ID, created.ID)
}
