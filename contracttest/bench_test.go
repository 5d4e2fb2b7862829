package contracttest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// BenchmarkFullRunAgainstTheMock is what the suite takes per request that it sends, over what http.Client takes to
// send the documented one.
func BenchmarkFullRunAgainstTheMock(b *testing.B) {
	mock := mockserver.Start(b, mockserver.WithRateLimit(0))
	var judged, plain time.Duration
	var requests int
	for b.Loop() {
		start := time.Now()
		report, err := contracttest.Run(b.Context(), contracttest.Config{URL: mock.URL, APIKey: testKey})
		judged += time.Since(start)
		require.NoError(b, err)
		require.Empty(b, report.Open(result.Error))
		requests += report.Requests
		start = time.Now()
		for range report.Requests {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, mock.URL+"/customers",
				strings.NewReader(`{"email":"jsmith@example.com"}`))
			require.NoError(b, err)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set(gen.KeyHeader, testKey)
			response, err := http.DefaultClient.Do(r)
			require.NoError(b, err)
			_, _ = io.Copy(io.Discard, response.Body)
			require.NoError(b, response.Body.Close())
		}
		plain += time.Since(start)
	}
	b.ReportMetric(float64(requests)/float64(b.N), "requests")
	b.ReportMetric(float64(judged)/float64(plain), "request/post")
}

func BenchmarkPlan(b *testing.B) {
	for b.Loop() {
		_, err := contracttest.Plan(contracttest.Config{URL: "http://api.test", APIKey: testKey})
		require.NoError(b, err)
	}
}
