package client_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

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
