package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// A day of traffic, in the time of an injected clock: a new key every minute, a few keys that stay.
func TestADayOfTrafficStaysWithinBounds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s, err := mockserver.New(mockserver.WithClock(func() time.Time { return now }), mockserver.WithMaxCustomers(500), mockserver.WithRateLimit(3))
	require.NoError(t, err)
	created := 0
	for minute := range 24 * 60 {
		for _, key := range []string{"bbb_test_" + strconv.Itoa(minute), "bbb_test_day",
			"bbb_test_half" + strconv.Itoa(minute/720)} {
			for call := range 4 {
				now = now.Add(2 * time.Second)
				r := httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers",
					strings.NewReader(`{"phoneNumber":"1"}`))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set(gen.KeyHeader, key)
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				require.Equal(t, map[bool]int{true: 201, false: 429}[call < 3], w.Code, "minute %d, call %d of %s",
					minute, call, key)
				if w.Code == http.StatusCreated {
					created++
				}
			}
		}
		now = now.Truncate(time.Minute).Add(time.Minute)
	}
	assert.Equal(t, 24*60*9, created)
	assert.Len(t, s.Customers(""), 500)
}
