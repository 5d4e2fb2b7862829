package contracttest

import (
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                               -1,
		"0":                              0,
		"7":                              7 * time.Second,
		" 7 ":                            7 * time.Second,
		"3600":                           time.Hour,
		"1.5":                            2 * time.Second,
		"2, 2":                           2 * time.Second,
		"1, 5":                           5 * time.Second,
		"2s":                             2 * time.Second,
		"1500ms":                         1500 * time.Millisecond,
		"2m":                             2 * time.Minute,
		"99999999999999999999":           math.MaxInt64,
		"1e400":                          math.MaxInt64,
		"inf":                            math.MaxInt64,
		"nan":                            -1,
		"-5":                             -1,
		"-5s":                            -1,
		"soon":                           -1,
		"Mon, 23 Nov 2026 08:30:20 GMT":  20 * time.Second,
		"Mon, 23 Nov 2026 08:29:20 GMT":  0,
		"Monday, 23-Nov-26 08:30:20 GMT": 20 * time.Second,
	} {
		assert.Equal(t, want, retryAfter(http.Header{"Retry-After": {value}}, now), "%q", value)
	}
	assert.Equal(t, time.Duration(-1), retryAfter(http.Header{}, now))
	assert.Equal(t, 9*time.Second, retryAfter(http.Header{"Retry-After": {"3", "9"}}, now), "the longest counts")
	dated := http.Header{
		"Retry-After": {"Mon, 23 Nov 2026 08:30:20 GMT"}, "Date": {"Mon, 23 Nov 2026 08:30:05 GMT"},
	}
	assert.Equal(t, 15*time.Second, retryAfter(dated, now), "by the clock of the server")
}

// answers is a transport that gives one answer after another, the last one for ever.
type answers []http.Response

func (a *answers) RoundTrip(*http.Request) (*http.Response, error) {
	answer := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	answer.Body = http.NoBody
	return &answer, nil
}

func unavailable(advice string) http.Response {
	return http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {advice}}}
}

func TestA503IsSentAgainOnce(t *testing.T) {
	t.Parallel()
	fine := http.Response{StatusCode: http.StatusCreated}
	for name, tc := range map[string]struct {
		answers answers
		waited  time.Duration
		sent    int
		status  int
		before  bool
	}{
		"as it advises":          {answers{unavailable("7"), fine}, 7 * time.Second, 2, http.StatusCreated, true},
		"after a second":         {answers{unavailable(""), fine}, time.Second, 2, http.StatusCreated, true},
		"and no third time":      {answers{unavailable("7")}, 7 * time.Second, 2, http.StatusServiceUnavailable, true},
		"not after an hour":      {answers{unavailable("3600"), fine}, 0, 1, http.StatusServiceUnavailable, false},
		"not where it was asked": {answers{fine}, 0, 1, http.StatusCreated, false},
		"at most after 65 s":     {answers{unavailable("65"), fine}, longestWait, 2, http.StatusCreated, true},
		"not after 66 s":         {answers{unavailable("66"), fine}, 0, 1, http.StatusServiceUnavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, err := newSuite(Config{
					URL: "http://api.test", APIKey: "bbb_test_0123456789", HTTPClient: &http.Client{Transport: &tc.answers},
				})
				require.NoError(t, err)
				sender := newSender(s, 1)
				x := s.exchangeOf(plan.Cases(s.Contract, s.planOptions())[0])
				require.NoError(t, sender.exchange(t.Context(), x))
				assert.Equal(t, tc.status, x.Answer.Status)
				assert.Equal(t, tc.before, x.Before != nil)
				assert.Equal(t, tc.waited, sender.gate.waited)
				assert.Equal(t, tc.sent, sender.gate.sent)
			})
		})
	}
}
