package mockserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// A mock that drains says so, serves on, and has each answer close its connection.
func TestDrain(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	post := func() *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers", strings.NewReader(valid))
		require.NoError(t, err)
		request.Header = http.Header{keyHeader: {mock.Key}, "Content-Type": {"application/json"}}
		response, err := http.DefaultTransport.RoundTrip(request)
		require.NoError(t, err)
		assert.Equal(t, http.StatusCreated, read(t, request, response).status)
		return response
	}
	before, err := controlClient(t, mock).GetHealthWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, before.JSON200, before.Status())
	assert.Equal(t, control.OK, before.JSON200.Status)
	assert.False(t, post().Close)

	mock.Drain()
	during, err := controlClient(t, mock).GetHealthWithResponse(t.Context())
	require.NoError(t, err)
	require.NotNil(t, during.JSON503, during.Status())
	assert.Equal(t, control.Draining, during.JSON503.Status)
	assert.Equal(t, before.JSON200.StartedAt, during.JSON503.StartedAt)
	assert.True(t, during.HTTPResponse.Close)
	callControl(t, mock, http.MethodGet, "/_mock/health", "") // judges the answer by control.yaml
	assert.True(t, post().Close)
	assert.Len(t, mock.Customers(mock.Key), 2)
}

// A connection of HTTP/2 is told not to begin another call.
func TestDrainOverHTTP2(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	post, connections := overHTTP2(t, mock)
	call := func() {
		response, err := post(t.Context(), valid)
		require.NoError(t, err)
		assert.Equal(t, http.StatusCreated, response.StatusCode)
		require.NoError(t, response.Body.Close())
	}
	call()
	call()
	require.Equal(t, 1, *connections)
	mock.Drain()
	require.Eventually(t, func() bool { call(); return *connections > 1 }, 30*time.Second, time.Millisecond)
}
