package client_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// No wait is shorter than what a header means: what is not written as RFC 9110, 10.2.3, or the vendor has it is read as
// far as it can be, and what cannot be read is no less than the default wait.
func TestWaitIsNeverShorterThanTheHeader(t *testing.T) {
	t.Parallel()
	const unreadable = time.Second
	date := func(d time.Duration) string { return synctestEpoch.Add(d).Format(http.TimeFormat) }
	for name, tc := range map[string]struct {
		lines []string
		least time.Duration
	}{
		"whole":              {[]string{"3"}, 3 * time.Second},
		"a fraction":         {[]string{"1.5"}, 1500 * time.Millisecond},
		"below a nanosecond": {[]string{"2.0000000001"}, 2*time.Second + 1},
		"a list":             {[]string{"2, 2"}, 2 * time.Second},
		"the longest":        {[]string{"2,7 ,3"}, 7 * time.Second},
		"the longest line":   {[]string{"2", "7"}, 7 * time.Second},
		"empty elements":     {[]string{" , 2,,"}, 2 * time.Second},
		"with a unit":        {[]string{"2s"}, 2 * time.Second},
		"a fraction, unit":   {[]string{"2.5s"}, 2500 * time.Millisecond},
		"another unit":       {[]string{"1m30s"}, 90 * time.Second},
		"milliseconds":       {[]string{"1500ms"}, 1500 * time.Millisecond},
		"a word":             {[]string{"soon"}, unreadable},
		"in words":           {[]string{"2 seconds"}, unreadable},
		"negative":           {[]string{"-2"}, unreadable},
		"negative, unit":     {[]string{"-2s"}, unreadable},
		"no number":          {[]string{"2.", "."}, unreadable},
		"a time":             {[]string{"2026-11-27T08:30:00Z"}, unreadable},
		"a word beside 0":    {[]string{"0, soon"}, unreadable},
		"a word beside 5":    {[]string{"5, soon"}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertWaits(t, 503, "Retry-After", tc.lines, tc.least)
			assertWaits(t, 429, "Retry-After", tc.lines, tc.least)
			assertWaits(t, 429, "RateLimit-Reset", tc.lines, tc.least)
		})
	}
	for name, lines := range map[string][]string{
		"a date": {date(9 * time.Second)}, "a date and a number": {"2", date(9 * time.Second)},
		"two dates": {date(time.Second), date(9 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertWaits(t, 503, "Retry-After", lines, 9*time.Second)
			assertWaits(t, 429, "Retry-After", lines, 9*time.Second)
		})
	}
}

// synctestEpoch is when time begins in a bubble.
var synctestEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// assertWaits makes one call whose first answer has these lines of a header, with pacing and without.
func assertWaits(t *testing.T, status int, header string, lines []string, least time.Duration) {
	t.Helper()
	code := map[int]string{429: "RATE_LIMIT_EXCEEDED", 503: "SERVICE_UNAVAILABLE"}[status]
	for _, pacing := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []func(http.ResponseWriter){func(w http.ResponseWriter) {
				for _, line := range lines {
					w.Header().Add(header, line)
				}
				w.WriteHeader(status)
				_, _ = w.Write([]byte(envelope(code)))
			}, ok}}
			c := pipeClient(t, s.handle, client.WithPacing(pacing), client.WithRetry(client.RetryPolicy{Backoff: 1}))
			_, err := c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
			assert.GreaterOrEqual(t, s.wait(1), least, "%d %s, pacing %t", status, header, pacing)
			assert.LessOrEqual(t, s.wait(1), least+2*time.Second, "%d %s, pacing %t", status, header, pacing)
		})
	}
}

// A policy that waits longer by default does so for what cannot be read, too.
func TestUnreadableWaitsForThePolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){
			answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", "soon"), ok,
		}}
		c := pipeClient(t, s.handle, client.WithRetry(client.RetryPolicy{Backoff: 10 * time.Second}))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		assert.GreaterOrEqual(t, s.wait(1), 10*time.Second)
	})
}

// The rate limit that a program sees is read the same way, the most careful of several values.
func TestRateLimitOfSeveralValues(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Ratelimit-Limit"] = []string{"100, 60"}
		w.Header()["Ratelimit-Remaining"] = []string{"9", "7 ,8"}
		w.Header()["Ratelimit-Reset"] = []string{"1.5, 2s"}
		w.WriteHeader(201)
		_, _ = w.Write([]byte(created))
	})
	var r client.Response
	_, err := c.CreateCustomer(t.Context(), jane(), client.WithResponse(&r))
	require.NoError(t, err)
	assert.Equal(t, &client.RateLimit{Limit: 60, Remaining: 7, Reset: 2 * time.Second}, r.RateLimit)
}
