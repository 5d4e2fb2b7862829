package contracttest_test

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/player"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestRightServersAreNotAccused runs the suite with many seeds against servers that keep the contract. BITBYBIT_SEEDS
// says how many; CI sets it to 300; 2,000 take ten minutes.
func TestRightServersAreNotAccused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		server func() http.Handler
	}{
		{"the mock", func() http.Handler {
			mock, err := mockserver.New(mockserver.WithRateLimit(plenty))
			require.NoError(t, err)
			return mock
		}},
		{"written by hand", func() http.Handler { return newRightServer() }},
		{"written by hand, called the mock", func() http.Handler {
			right := newRightServer()
			right.mock = true
			return right
		}},
		{"made of the contract", func() http.Handler { return player.New(judge.Contract(), nil) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inParallel(seeds(t), func(i int) {
				config := contracttest.Config{
					URL: testURL, APIKey: testKey, Seed: uint64(i), MaxRequests: -1, HTTPClient: client(tc.server()),
				}
				if tc.name != "the mock" {
					config.Exclude = wordsOfTheMock
				}
				if i >= wholeRuns {
					config.Phases = []result.Phase{result.PhaseFuzz}
				}
				report, err := contracttest.Run(t.Context(), config)
				if !assert.NoError(t, err, "seed %d", i) {
					return
				}
				for _, f := range report.Findings {
					if f.Severity != result.Notice {
						t.Errorf("seed %d: %s: %s: %s\n%s", i, f.Check, f.Case, f.Message, f.Curl)
					}
				}
			})
		})
	}
}

// wholeRuns is how many seeds get a whole run. The others get the fuzz phase alone: the rest of a run is the same for
// every seed but for the run tag.
const wholeRuns = 10

// seeds is how many seeds to try.
func seeds(t *testing.T) int {
	if text := os.Getenv("BITBYBIT_SEEDS"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(t, err, "BITBYBIT_SEEDS must be a number")
		return n
	}
	if few() {
		return 2
	}
	return 4
}

// TestLibertiesAreNoErrors runs the suite against servers that are right, and differ from the mock wherever the
// contract leaves room.
func TestLibertiesAreNoErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		take func(right *rightServer)
	}{
		{"what is not there is null", func(right *rightServer) { right.nulls = true }},
		{"objects have more properties", func(right *rightServer) { right.more = true }},
		{"a media type is 415", func(right *rightServer) { right.mediaType = http.StatusUnsupportedMediaType }},
		{"every message is the same", func(right *rightServer) { right.message = "Permintaan tidak dapat diproses." }},
		{"messages are empty", func(right *rightServer) { right.message = " " }},
		{"ids are numbers in a text", func(right *rightServer) {
			right.id = func(kind string, n int64) string { return strconv.FormatInt(n, 10) + kind[:1] }
		}},
		{"ids are UUIDs", func(right *rightServer) {
			right.id = func(_ string, n int64) string {
				return "123e4567-e89b-42d3-a456-" + strconv.FormatInt(426614174000+n, 10)
			}
		}},
		{"the clock is a little off", func(right *rightServer) {
			right.now = func() time.Time { return time.Now().Add(-2 * time.Second) }
		}},
		{"all of it", func(right *rightServer) {
			right.nulls, right.more, right.mediaType, right.message = true, true, http.StatusUnsupportedMediaType, "No."
			right.id = func(kind string, n int64) string { return strconv.FormatInt(n, 10) + kind }
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			right := newRightServer()
			tc.take(right)
			report, err := contracttest.Run(t.Context(), contracttest.Config{
				URL: testURL, APIKey: testKey, MaxRequests: -1, HTTPClient: client(right),
			})
			require.NoError(t, err)
			for _, finding := range report.Open(result.Error) {
				assert.Fail(t, "an error", "%s: %s: %s\n%s", finding.Check, finding.Case, finding.Message, finding.Curl)
			}
		})
	}
}

// TestWhatTheVendorDoesNotDocumentIsNoError puts servers that the mock must not be like, and that the vendor may be
// like, where they are not called the mock.
func TestWhatTheVendorDoesNotDocumentIsNoError(t *testing.T) {
	t.Parallel()
	undocumented := []string{
		"another method is 404", "Allow is lost", "the last of two equal names counts", "what is not UTF-8 is replaced",
		"null is absent", "times have no milliseconds", "a slash at the end is the same path",
		"a password is shown",
	}
	tried := 0
	for _, server := range wrongServers() {
		if !slices.Contains(undocumented, server.name) {
			continue
		}
		tried++
		server.live = true
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			checks := checksOf(t, server, -1)
			assert.Empty(t, checks.errors())
			if !notice(server.check) {
				assert.Equal(t, result.Warning, checks[server.check])
			}
		})
	}
	assert.Equal(t, len(undocumented), tried)
}
