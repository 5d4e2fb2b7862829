package contracttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func BenchmarkFullRunAgainstTheMock(b *testing.B) {
	mock := mockserver.Start(b, mockserver.WithRateLimit(0))
	for b.Loop() {
		report, err := contracttest.Run(b.Context(), contracttest.Config{URL: mock.URL, APIKey: testKey})
		require.NoError(b, err)
		require.Empty(b, report.Errors())
	}
}

func BenchmarkPlan(b *testing.B) {
	for b.Loop() {
		_, err := contracttest.Plan(contracttest.Config{URL: "http://api.test", APIKey: testKey})
		require.NoError(b, err)
	}
}
