package client_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What RFC 3339 allows arrives in a customer.
func TestTimeOfAnAnswer(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 201, `{"data":{"id":"c","createdAt":"2026-12-31t23:59:60.25z","updatedAt":"2027-01-01T07:30:00+07:00"}}`)
	})
	customer, err := c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
	assert.Equal(t, time.Date(2027, 1, 1, 0, 0, 0, 250e6, time.UTC), customer.CreatedAt)
	assert.Equal(t, time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), customer.UpdatedAt.UTC())
}
