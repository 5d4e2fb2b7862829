package mockserver

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

// BenchmarkWebhooks is the throughput of a mock that sends webhooks over that of one that does not: to a receiver that answers, and to one that never
// does. What is still to be sent when a round ends is sent before the next begins, so that the other mock has the machine for itself, too.
func BenchmarkWebhooks(b *testing.B) {
	metrics := map[string]float64{}
	released := make(chan struct{})
	for name, receiver := range map[string]http.HandlerFunc{
		"":        func(http.ResponseWriter, *http.Request) {},
		"-silent": func(http.ResponseWriter, *http.Request) { <-released },
	} {
		server := httptest.NewServer(receiver)
		b.Cleanup(server.Close)
		without, with := startLoaded(b, "mock"), startLoaded(b, "mock")
		added, err := http.Post("http://"+with.address+"/_mock/webhooks/endpoints", "application/json", strings.NewReader(`{"url":"`+server.URL+`"}`))
		require.NoError(b, err)
		require.NoError(b, added.Body.Close())
		require.Equal(b, http.StatusCreated, added.StatusCode)
		const rounds, requests = 41, 1_600
		var ratios []float64
		for round := range 1 + rounds {
			taken := map[*loaded]time.Duration{}
			for _, mock := range []*loaded{without, with} {
				start := time.Now()
				mock.load(b, 16, 1, requests)
				taken[mock] = time.Since(start)
			}
			for name == "" && pending(b, with) > 0 {
				time.Sleep(10 * time.Millisecond) // the pace of a look, which is not measured
			}
			if round > 0 { // the first one warms up
				ratios = append(ratios, float64(taken[without])/float64(taken[with]))
			}
		}
		slices.Sort(ratios)
		metrics["throughput"+name+"/without"] = ratios[rounds/2]
	}
	close(released)
	reportOnly(b, metrics)
}

// pending is how many deliveries a mock has still to send.
func pending(b *testing.B, mock *loaded) int {
	body, err := get(b.Context(), "http://"+mock.address+"/_mock/webhooks", "application/json")
	require.NoError(b, err)
	defer body.Close()
	var overview control.WebhookOverview
	require.NoError(b, json.NewDecoder(body).Decode(&overview))
	return overview.Deliveries.Pending
}
