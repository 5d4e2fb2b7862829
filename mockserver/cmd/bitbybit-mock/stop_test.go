package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// A call that a fault delays is answered all the same when the delay fits into the time to stop.
func TestStoppingLetsAShortDelayEnd(t *testing.T) {
	t.Parallel()
	origin, stop := serve(t, nil)
	response, err := http.Post(origin+"/_mock/faults", "application/json",
		strings.NewReader(`{"delay":{"milliseconds":500}}`))
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
	status := make(chan int, 1)
	go func() {
		body := strings.NewReader(`{"email":"a@example.com"}`)
		request, _ := http.NewRequest(http.MethodPost, origin+gen.BasePath+"/customers", body)
		request.Header = http.Header{http.CanonicalHeaderKey(gen.KeyHeader): {"bbb_test_1"}, "Content-Type": {"application/json"}}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			status <- 0
			return
		}
		_ = response.Body.Close()
		status <- response.StatusCode
	}()
	require.Eventually(t, func() bool {
		response, err := http.Get(origin + "/_mock/requests")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return strings.Contains(string(body), `"req_1"`)
	}, patience, time.Millisecond)
	code, log := stop()
	assert.Equal(t, 0, code, log)
	assert.NotContains(t, log, "cut off")
	assert.Equal(t, http.StatusCreated, <-status)
}
