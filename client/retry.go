package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"time"
)

// Defaults of RetryPolicy.
const (
	DefaultMaxAttempts = 4                                  // the first, and after up to 1 s, 2 s and 4 s, as the vendor advises
	DefaultMaxWait     = 2 * (time.Minute + DefaultBackoff) // lets a call wait for the next rate limit window twice
	DefaultBackoff     = time.Second                        // the longest first wait, as the vendor advises
)

// RetryPolicy says how often a call is tried. The zero value of a field means its default. What is tried again, and when:
//
//   - a request that was not sent or not processed (see the package comment), and 503 SERVICE_UNAVAILABLE: after a random
//     time up to Backoff, then up to twice that, four times, and so on ("full jitter");
//   - 429 RATE_LIMIT_EXCEEDED: RateLimit-Reset after the answer, plus a random time up to Backoff;
//   - both: no earlier than Retry-After, if the answer has one, plus a random time up to Backoff;
//   - where one of these headers is there and cannot be read: no earlier than Backoff and DefaultBackoff;
//   - a request of a safe method, such as GET, also where the answer settles nothing;
//   - ErrOutcomeUnknown: never, unless RetryUnknown; any other answer of the vendor: never.
type RetryPolicy struct {
	// MaxAttempts bounds the requests of a call, the first included. 1 turns retries off. Default DefaultMaxAttempts.
	MaxAttempts int
	// MaxWait bounds the sum of the waits between attempts, and by itself each wait of WithPacing for the next window. A
	// longer wait is not begun. Default DefaultMaxWait.
	MaxWait time.Duration
	// Backoff is the longest random wait before the second attempt; it doubles with each further one. Default
	// DefaultBackoff.
	Backoff time.Duration
	// RetryUnknown also retries when the outcome is unknown. Each such retry may create the customer once more. A call
	// that fails in the end is ErrOutcomeUnknown if any of its attempts was.
	RetryUnknown bool
}

func (p RetryPolicy) withDefaults() (RetryPolicy, error) {
	if p.MaxAttempts < 0 || p.MaxWait < 0 || p.Backoff < 0 {
		return p, errors.New("want no negative field; MaxAttempts: 1 turns retries off")
	}
	p.MaxAttempts = cmp.Or(p.MaxAttempts, DefaultMaxAttempts)
	p.MaxWait = cmp.Or(p.MaxWait, DefaultMaxWait)
	p.Backoff = cmp.Or(p.Backoff, DefaultBackoff)
	return p, nil
}

// retries tells whether the cause of a failure is one to try again after.
func (p RetryPolicy) retries(e *Error) bool {
	switch e.outcome {
	case unsent, unanswered:
		return true
	case refused:
		return e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusServiceUnavailable
	case unknown:
		return p.RetryUnknown
	}
	return false
}

// again waits for the next attempt, or notes in e why there is none.
func (c *call) again(ctx context.Context, e *Error) bool {
	policy := c.settings.retry
	if !policy.retries(e) {
		return false
	}
	switch due, left := c.nextWait(e), timeLeft(ctx); {
	case ctx.Err() != nil:
		e.giveUp("gave up since the context ended", ctx.Err(), context.Cause(ctx))
	case e.Attempts >= policy.MaxAttempts:
		e.giveUp(fmt.Sprintf("gave up after %d of %d attempts", e.Attempts, policy.MaxAttempts))
	case due > policy.MaxWait-c.waited:
		e.giveUp(fmt.Sprintf("gave up since the next attempt is due in %v, and %v of %v were waited already",
			due, c.waited, policy.MaxWait), ErrWaitTooLong)
	case due >= left:
		e.giveUp(fmt.Sprintf("gave up since the next attempt is due in %v, and the context ends in %v", due, left),
			ErrWaitTooLong, context.DeadlineExceeded)
	default:
		c.waited += due
		c.client.settings.logger.LogAttrs(ctx, slog.LevelDebug, "bitbybit wait",
			slog.Int("after_attempt", e.Attempts), slog.Duration("wait", due), slog.String("reason", e.reason))
		if err := wait(ctx, nil, time.Now().Add(due)); err != nil {
			e.giveUp("gave up since the context ended", err, context.Cause(ctx))
		}
	}
	return e.gaveUp == ""
}

// timeLeft is the time until ctx's deadline.
func timeLeft(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return time.Until(deadline)
	}
	return math.MaxInt64
}

// nextWait is the wait before the next attempt: as long as the answer asks, but for 429 no less than a random backoff.
func (c *call) nextWait(e *Error) time.Duration {
	policy, due := c.settings.retry, e.due
	if due == unreadable {
		due = max(DefaultBackoff, policy.Backoff)
	}
	if due != silent {
		if due += rand.N(policy.Backoff); due < 0 { // an overflow
			due = math.MaxInt64
		}
		if e.StatusCode == http.StatusTooManyRequests {
			return due
		}
	}
	due = max(due, rand.N(c.backoff))
	c.backoff = max(1, 2*min(c.backoff, policy.MaxWait/2))
	return due
}
