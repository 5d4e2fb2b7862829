package mockserver_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestLatencyIsAddedToEveryAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := mockserver.New(mockserver.WithLatency(3 * time.Second))
		require.NoError(t, err)
		for path, status := range map[string]int{"/customer/open/v1/customers": http.StatusUnauthorized,
			"/nothing": http.StatusNotFound} {
			start, w := time.Now(), httptest.NewRecorder()
			server.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, nil))
			assert.Equal(t, status, w.Code)
			assert.Equal(t, 3*time.Second, time.Since(start))
		}
		start := time.Now()
		server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/_mock/health", nil))
		assert.Zero(t, time.Since(start), "the control API is not slowed down")
	})
}

func TestAClientThatGivesUpHasCreatedItsCustomer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := mockserver.New(mockserver.WithLatency(time.Hour))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/customer/open/v1/customers",
			strings.NewReader(vendorsBody))
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
		start := time.Now()
		server.ServeHTTP(httptest.NewRecorder(), request)
		assert.Equal(t, time.Second, time.Since(start), "no one waits for a client that has gone")
		assert.Len(t, server.Customers(goodKey), 1)
	})
}
