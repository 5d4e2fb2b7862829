package contracttest

import (
	"fmt"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// longestReset is how many seconds a window of one minute can be from its end, one more for a server that rounds up.
const longestReset = 61

// rateLimitCheck asks whether the RateLimit headers of one answer say something that can be so: an epoch, milliseconds or the
// seconds of another window are no RateLimit-Reset.
var rateLimitCheck = check{
	ids: []result.Check{result.RateLimitValues}, rules: []string{"rate-limit", "rate-limit-remaining", "rate-limit-reset"},
	needs: success, exchange: (*verdict).rateLimit,
}

func (v *verdict) rateLimit() {
	limit := v.Answer.Number("RateLimit-Limit", -1)
	remaining := v.Answer.Number("RateLimit-Remaining", -1)
	reset := v.Answer.Number("RateLimit-Reset", -1)
	if v.Class.Op == nil || limit < 0 && remaining < 0 && reset < 0 || !v.makes(result.RateLimitValues) {
		return // required_headers and header_schema say what is missing or no number
	}
	if reset > longestReset {
		v.fail(problem{
			check: result.RateLimitValues, rule: v.Contract.Rules.Of("rate-limit-reset"), place: "header RateLimit-Reset", variant: "window",
			message: fmt.Sprintf(
				"expected RateLimit-Reset to be the seconds until a window of one minute ends, 60 at most, got %d", reset,
			),
		})
	}
	if limit == 0 && v.Created() {
		v.fail(problem{
			check: result.RateLimitValues, rule: v.Contract.Rules.Of("rate-limit"), place: "header RateLimit-Limit", variant: "zero",
			message: "expected RateLimit-Limit to be the requests that a window allows, got 0 for one that was carried out",
		})
	}
	if limit >= 0 && remaining > limit {
		v.fail(problem{
			check: result.RateLimitValues, rule: v.Contract.Rules.Of("rate-limit-remaining"), place: "header RateLimit-Remaining",
			variant: "above limit",
			message: fmt.Sprintf("expected RateLimit-Remaining to be at most RateLimit-Limit, %d, got %d", limit, remaining),
		})
	}
}
