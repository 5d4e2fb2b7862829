package client_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Complete answers that say that a customer was created, with one thing that cannot be read, and what the error says.
var oddAnswers = map[string]struct{ body, say string }{
	"a number for a text":     {`{"data":{"id":"cust_1","phoneNumber":6281234567890}}`, "data.phoneNumber has the wrong type"},
	"an email that is 5":      {`{"data":{"id":"cust_1","email":5}}`, "data.email has the wrong type"},
	"the id last":             {`{"data":{"email":5,"id":"cust_1"}}`, "data.email has the wrong type"},
	"a text for tags":         {`{"data":{"id":"cust_1","tags":"vip"}}`, "data.tags has the wrong type"},
	"a number in an address":  {`{"data":{"id":"cust_1","addresses":[{"id":"a","zip":12190}]}}`, "data.addresses.zip has"},
	"a time that is none":     {`{"data":{"id":"cust_1","createdAt":"jane"}}`, "a time is not RFC 3339"},
	"a time without a zone":   {`{"data":{"id":"cust_1","createdAt":"2026-11-23T08:30:00"}}`, "a time is not RFC 3339"},
	"a space for the T":       {`{"data":{"id":"cust_1","updatedAt":"2026-11-23 08:30:00Z"}}`, "a time is not RFC 3339"},
	"a time that is a number": {`{"data":{"id":"cust_1","updatedAt":1763886600}}`, "a time is not RFC 3339"},
	"a name twice":            {`{"data":{"id":"cust_1","email":"jane@a.example","email":"jane@b.example"}}`, "more than once"},
	"a name in another case":  {`{"data":{"id":"cust_1","Email":"jane@a.example"}}`, "or in another case"},
	"a name twice in an address": {
		`{"data":{"id":"cust_1","addresses":[{"id":"a","address1":"x"},{"id":"b","city":"x","City":"y"}]}}`, "more than once",
	},
}

// A customer that exists is never created again, whatever the policy, and its id is known.
func TestCreatedButOdd(t *testing.T) {
	t.Parallel()
	for name, tc := range oddAnswers {
		for policy, opts := range everyPolicy() {
			t.Run(name+"/"+policy, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &script{steps: []func(http.ResponseWriter){answer(201, tc.body)}}
					customer, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane(), opts...)
					assert.Nil(t, customer)
					assertExists(t, err, "cust_1", tc.say)
					e, _ := errors.AsType[*client.Error](err)
					assert.Equal(t, tc.body, string(e.Body))
					assert.Len(t, s.at, 1, "requests")
				})
			})
		}
	}
}

// everyPolicy has those that could send a request again, if it were allowed.
func everyPolicy() map[string][]client.CallOption {
	again := client.WithRetry(client.RetryPolicy{RetryUnknown: true, MaxAttempts: 9, Backoff: 1})
	return map[string][]client.CallOption{
		"default": nil, "retry unknown": {again}, "paced": {again, client.WithPacing(true)},
	}
}

// assertExists asserts that the error of a call for jane says that the customer exists.
func assertExists(t *testing.T, err error, id, say string) {
	t.Helper()
	require.ErrorIs(t, err, client.ErrUnreadableCustomer)
	require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
	require.ErrorContains(t, err, say)
	assert.NotContains(t, err.Error(), "outcome unknown")
	assert.Equal(t, id != "", strings.Contains(err.Error(), "see CustomerID"))
	for _, private := range []string{"jane", "6281234567890", "cust_1"} {
		assert.NotContains(t, strings.ToLower(err.Error()), private)
	}
	e, _ := errors.AsType[*client.Error](err)
	assert.Equal(t, id, e.CustomerID)
	assert.Equal(t, 201, e.StatusCode)
}

// After an attempt of which nothing is known, the id is still what is known.
func TestCreatedButOddAfterDoubt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){answer(502, "<html>"), answer(201, `{"data":{"id":"c","tags":{}}}`)}}
		c := pipeClient(t, s.handle, client.WithRetry(client.RetryPolicy{RetryUnknown: true}))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.ErrorIs(t, err, client.ErrUnreadableCustomer)
		require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
		assert.Len(t, s.at, 2)
	})
}

// The rate limit headers of such an answer count: it is the vendor's.
func TestCreatedButOddIsPaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := paced(t, answer(201, `{"data":{"id":"c","tags":{}}}`, "RateLimit-Remaining", "0"), ok)
		inputs := []client.CustomerInput{jane(), jane()}
		unreadable := 0 // which of the two calls arrives first is not settled
		for i, r := range c.CreateCustomers(t.Context(), slices.Values(inputs)) {
			if r.Err != nil {
				unreadable++
				assert.ErrorIs(t, r.Err, client.ErrUnreadableCustomer, "result %d", i)
			}
		}
		assert.Equal(t, 1, unreadable)
		require.Len(t, s.at, 2)
		assert.Equal(t, "43s", s.wait(1).String())
	})
}

// What the contract does not name may be spelled in any way, and be there in any number.
func TestWhatIsNotOfTheContractIsNotJudged(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 201, `{"meta":1,"meta":[{"a":"}\"{"}],"data":{"loyalty":{"ID":1,"ID":2},"id":"c","x":[],"X":{},`+
			`"addresses":[ {"geo":1,"geo":2,"id":"a","address1":"\\\"]"} , null ],"createdAt":"2026-11-23t08:30:00.5z"}}`)
	})
	customer, err := c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
	assert.Equal(t, "c", customer.ID)
	assert.Equal(t, `\"]`, customer.Addresses[0].Address1)
	assert.Equal(t, "2026-11-23T08:30:00.5Z", customer.CreatedAt.UTC().Format("2006-01-02T15:04:05.9Z07:00"))
}
