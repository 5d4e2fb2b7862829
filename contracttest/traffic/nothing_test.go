package traffic_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestValidRequestsThatAreTurnedAway say nothing of a server that answers all of them so, and one that is carried out makes a verdict.
func TestValidRequestsThatAreTurnedAway(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		code   gen.ErrorCode
		do     string // empty where there is a verdict
	}{
		{http.StatusBadRequest, gen.CodeMissingCompanyID, "with a key that it knows"},
		{http.StatusUnauthorized, gen.CodeInvalidAPIKey, "with a key that it knows"},
		{http.StatusNotFound, gen.CodeNotFound, "it has nothing at " + gen.BasePath + "/customers"},
		{http.StatusTooManyRequests, gen.CodeRateLimitExceeded, "wait"},
		{http.StatusServiceUnavailable, gen.CodeServiceUnavailable, "log"},
		{http.StatusBadRequest, gen.CodeValidationError, ""},
	} {
		refusals, mock := 0, newMock(t)
		server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refusals--; refusals < 0 {
				mock.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(tc.status)
			_, _ = fmt.Fprintf(w, `{"error":{"code":%q,"message":"m"}}`, tc.code)
		})
		calls := func(n int) func(*http.Client, string) {
			return func(c *http.Client, url string) {
				refusals = 2
				for range n {
					create(t, c, url, fullBody)
				}
			}
		}
		for name, watch := range watchers {
			r := watch(t, server, func(*traffic.Observer) {}, calls(2))
			if assert.Equal(t, tc.do != "", r.NothingJudged != nil, "%s %v", name, tc) && tc.do != "" {
				assert.Contains(t, r.NothingJudged.Came, fmt.Sprintf("every valid request was answered %d", tc.status))
				assert.Contains(t, r.NothingJudged.Do, tc.do)
			}
			r = watch(t, server, func(*traffic.Observer) {}, calls(3))
			assert.Nil(t, r.NothingJudged, "%s %v", name, tc)
		}
	}
}
