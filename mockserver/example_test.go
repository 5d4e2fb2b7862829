package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
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
