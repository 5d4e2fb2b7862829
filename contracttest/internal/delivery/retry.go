package delivery

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Of a retry, how much sooner than documented is no difference, and how far apart two deliveries must be for their timestamps to tell
// whether the second was signed anew.
const (
	sooner = time.Second
	apart  = 2 * time.Second
)

// retried asks whether a delivery that was refused on purpose came again: in its time, with its id and its bytes, signed anew.
func (j *judging) retried(s *story) {
	refused, retry := s.refused, s.retry(j.webhook)
	j.shown = refused
	rule := "webhook-retries"
	if refused.answered == http.StatusTemporaryRedirect {
		rule = "webhook-redirects"
		follower := s.follower()
		if follower != nil {
			j.shown = follower
		}
		kept := j.ask(follower == nil, check.Problem{
			Check: result.WebhookRetry, Rule: j.rule(rule), Variant: "followed",
			Message: fmt.Sprintf("expected a redirect (%d) not to be followed, got %s %s", refused.answered, method(follower), marker),
		})
		if !kept {
			return
		}
	}
	late := j.longestRetry()
	if retry == nil && (j.cut || time.Since(refused.at) < late) {
		return // it may have been under way
	}
	p := check.Problem{Check: result.WebhookRetry, Rule: j.rule(rule), Variant: "missing"}
	if retry == nil {
		p.Message = fmt.Sprintf("expected what was answered %d to be sent again after %v, got nothing within %v", refused.answered, j.retries[0], late)
		j.ask(false, p)
		return
	}
	j.shown = retry
	after := retry.at.Sub(refused.at)
	p.Variant, p.Message = "late", fmt.Sprintf("expected a retry after %v, got one after %v", j.retries[0], after.Round(time.Millisecond))
	if j.ask(after <= late, p) && after < j.retries[0]-sooner {
		p.Variant, p.Sure = "early", result.Observation // it may be a duplicate, which is allowed, or a mock in a hurry
		j.ask(false, p)
	}
	j.same(refused, retry, after)
}

// method is that of a request; empty where there is none.
func method(a *arrival) string {
	if a == nil {
		return ""
	}
	return a.method
}

// same asks whether a retry is what was refused, signed anew.
func (j *judging) same(refused, retry *arrival, after time.Duration) {
	p := check.Problem{Check: result.WebhookRetry, Rule: j.rule("webhook-retry-same"), Variant: "id", Place: j.name(partID)}
	if first, second := j.value(refused, partID), j.value(retry, partID); first != "" && second != "" {
		p.Message = fmt.Sprintf("expected a retry with the id of the first delivery, %q, got %q", first, second)
		j.ask(first == second, p)
	}
	p.Variant, p.Place = "payload", "webhook payload"
	p.Message = fmt.Sprintf("expected a retry with the payload of the first delivery, %d bytes, got %d others", len(refused.body), len(retry.body))
	j.ask(bytes.Equal(refused.body, retry.body), p)
	if after < apart {
		return
	}
	first, second := j.value(refused, partSignature), j.value(retry, partSignature)
	before, _ := signed(first)
	now, ok := signed(second)
	if first == "" || !ok {
		return // the signature's check says so
	}
	j.ask(now.time != before.time, check.Problem{
		Check: result.WebhookRetry, Rule: j.rule("webhook-retry-signed"), Variant: "signed", Place: j.name(partSignature),
		Message: fmt.Sprintf("expected a retry to be signed anew, got the time of the first delivery, t=%s, %v later", now.time, after.Round(time.Second)),
	})
}
