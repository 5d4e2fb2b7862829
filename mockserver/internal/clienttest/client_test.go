// Package clienttest_test has the tests of the client against the mock. They are here since the client's module does not require the mock's.
package clienttest_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const testKey = "bbb_test_secret0123456789"

func jane() client.CustomerInput {
	return client.CustomerInput{
		Email: new("jane.doe@private.example"), FirstName: new("Jane"), Tags: []string{"vip"},
		Addresses: []client.AddressInput{{Address1: "Jl. Rahasia No. 1", City: new("Jakarta")}},
	}
}

// The client works unchanged against the mock, from a hundred goroutines.
func TestMock(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	c, err := client.New(testKey, client.WithBaseURL(mock.URL))
	require.NoError(t, err)
	var ids sync.Map
	var wg sync.WaitGroup
	for g := range 100 {
		wg.Go(func() {
			for n := range 5 {
				in := jane()
				in.Email = new(fmt.Sprintf("g%d-%d@example.com", g, n))
				customer, err := c.CreateCustomer(t.Context(), in)
				if !assert.NoError(t, err) {
					return
				}
				_, twice := ids.LoadOrStore(customer.ID, nil)
				assert.False(t, twice)
				assert.Equal(t, in.Email, customer.Email)
				assert.Equal(t, in.Tags, customer.Tags)
				assert.Equal(t, in.Addresses[0].City, customer.Addresses[0].City)
				assert.Nil(t, customer.ImageURL)
			}
		})
	}
	wg.Wait()
	assert.Len(t, mock.Customers(testKey), 500)

	_, err = c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("plain")})
	require.ErrorIs(t, err, client.ErrValidation)
	e, _ := errors.AsType[*client.Error](err)
	assert.Contains(t, e.Message, "email")
}

// The first line that the mock prints is a base URL.
func TestBaseURLOfTheMock(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	base, _, _ := strings.Cut(mock.URL, "/customer/")
	c, err := client.New(testKey, client.WithBaseURL(base))
	require.NoError(t, err)
	_, err = c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
}

// A sequence may use the same memory for each input, as a loop over database rows does.
func TestCreateCustomersOfReusedMemory(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	c, err := client.New(testKey, client.WithBaseURL(mock.URL))
	require.NoError(t, err)
	rows := func(yield func(client.CustomerInput) bool) {
		var email, tag, street string
		tags, addresses := make([]string, 1), make([]client.AddressInput, 1)
		for i := range 200 {
			email, tag, street = fmt.Sprintf("row%d@example.com", i), fmt.Sprint("tag", i), fmt.Sprint("street ", i)
			tags[0], addresses[0] = tag, client.AddressInput{Address1: street, City: &street}
			if !yield(client.CustomerInput{Email: &email, Tags: tags, Addresses: addresses}) {
				return
			}
		}
	}
	for i, r := range c.CreateCustomers(t.Context(), rows) {
		require.NoError(t, r.Err)
		for _, got := range []string{*r.Customer.Email, *r.Input.Email} {
			require.Equal(t, fmt.Sprintf("row%d@example.com", i), got)
		}
		require.Equal(t, []string{fmt.Sprint("tag", i)}, r.Customer.Tags)
		require.Equal(t, fmt.Sprint("street ", i), *r.Input.Addresses[0].City)
	}
	assert.Len(t, mock.Customers(testKey), 200)
}
