package check

import (
	"fmt"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// longestReset is how many seconds a window of one minute can be from its end, one more for a server that rounds up.
const longestReset = 61

// rateLimitCheck asks whether the RateLimit headers of one answer say something that can be so: an epoch, milliseconds or the
// seconds of another window are no RateLimit-Reset.
var rateLimitCheck = check{
	ids: []result.Check{result.RateLimitValues}, rules: []string{"rate-limit", "rate-limit-remaining", "rate-limit-reset"},
	needs: success, exchange: (*Verdict).rateLimit,
}

func (v *Verdict) rateLimit() {
	limit, remaining, reset := rateLimits(v.Answer)
	if v.Class.Op == nil || limit < 0 && remaining < 0 && reset < 0 || !v.makes(result.RateLimitValues) {
		return // required_headers and header_schema say what is missing or no number
	}
	if reset > longestReset {
		v.fail(Problem{
			Check: result.RateLimitValues, Rule: v.Contract.Rules.Of("rate-limit-reset"), Place: "header RateLimit-Reset", Variant: "window",
			Message: fmt.Sprintf(
				"expected RateLimit-Reset to be the seconds until a window of one minute ends, 60 at most, got %d", reset,
			),
		})
	}
	if limit == 0 && v.Created() {
		v.fail(Problem{
			Check: result.RateLimitValues, Rule: v.Contract.Rules.Of("rate-limit"), Place: "header RateLimit-Limit", Variant: "zero",
			Message: "expected RateLimit-Limit to be the requests that a window allows, got 0 for one that was carried out",
		})
	}
	if limit >= 0 && remaining > limit {
		v.fail(Problem{
			Check: result.RateLimitValues, Rule: v.Contract.Rules.Of("rate-limit-remaining"), Place: "header RateLimit-Remaining",
			Variant: "above limit",
			Message: fmt.Sprintf("expected RateLimit-Remaining to be at most RateLimit-Limit, %d, got %d", limit, remaining),
		})
	}
}

// The names of the headers as http.Header has them.
var limitHeader, remainingHeader, resetHeader = http.CanonicalHeaderKey("RateLimit-Limit"), http.CanonicalHeaderKey("RateLimit-Remaining"),
	http.CanonicalHeaderKey("RateLimit-Reset")

// rateLimits are the RateLimit headers of an answer; -1 where one is missing, or no number.
func rateLimits(answer *exchange.Response) (limit, remaining, reset int) {
	return answer.Number(limitHeader, -1), answer.Number(remainingHeader, -1), answer.Number(resetHeader, -1)
}
