package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Defaults of RetryPolicy.
const (
	// DefaultMaxAttempts is the first attempt and three more, after up to 1 s, 2 s and 4 s, as the vendor advises.
	DefaultMaxAttempts = 4
	// DefaultMaxWait lets a call sit out two rate limit windows of a minute, each with the jitter.
	DefaultMaxWait = 2 * (time.Minute + DefaultBackoff)
	// DefaultBackoff is the longest first wait, as the vendor advises.
	DefaultBackoff = time.Second
)

// RetryPolicy says how often a call is tried. The zero value of a field means its default. What is retried, and when:
//
//   - a request of which no byte was written, or that an HTTP/2 server says it did not process, and 503 SERVICE_UNAVAILABLE: after a random time up to Backoff, then up
//     to twice that, four times, and so on ("full jitter");
//   - 429 RATE_LIMIT_EXCEEDED: RateLimit-Reset after the answer, plus a random time up to Backoff;
//   - both: no earlier than Retry-After, if the answer has one, plus a random time up to Backoff;
//   - where one of these headers is there and cannot be read: no earlier than Backoff and DefaultBackoff;
//   - ErrOutcomeUnknown: never, unless RetryUnknown;
//   - ErrUnreadableCustomer: never;
//   - any other answer of the vendor: never.
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
		return p, errors.New("WithRetry: want no negative field; MaxAttempts: 1 turns retries off")
	}
	if p.MaxAttempts == 0 {
		p.MaxAttempts = DefaultMaxAttempts
	}
	if p.MaxWait == 0 {
		p.MaxWait = DefaultMaxWait
	}
	if p.Backoff == 0 {
		p.Backoff = DefaultBackoff
	}
	return p, nil
}

// retries tells whether the cause of a failure is one to try again after.
func (p RetryPolicy) retries(e *Error) bool {
	switch e.outcome {
	case unsent:
		return true
	case refused:
		return e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusServiceUnavailable
	case unknown:
		return p.RetryUnknown
	}
	return false
}

// schedule plans the waits of one call. It is the backoff.BackOff of a backoff.Retry, which asks after each failure
// that is to be tried again.
type schedule struct {
	ctx    context.Context
	policy RetryPolicy
	call   *call

	exponential backoff.ExponentialBackOff
	waited      time.Duration
}

// Reset is called once, before the first attempt.
func (s *schedule) Reset() {
	// A random value of interval*(1±1), where interval is half of what the wait may be: full jitter. The library
	// computes in float64, so the bounds stay clear of the largest int64.
	half := func(d time.Duration) time.Duration { return min(d, century) / 2 }
	s.exponential = backoff.ExponentialBackOff{
		InitialInterval: half(s.policy.Backoff), RandomizationFactor: 1, Multiplier: 2, MaxInterval: half(s.policy.MaxWait),
	}
}

// NextBackOff returns the wait before the next attempt, or backoff.Stop after noting why there is none.
func (s *schedule) NextBackOff() time.Duration {
	e := s.call.failure
	if e.Attempts >= s.policy.MaxAttempts {
		e.giveUp(fmt.Sprintf("gave up after %d of %d attempts", e.Attempts, s.policy.MaxAttempts))
		return backoff.Stop
	}
	wait := s.wait(e)
	if wait > s.policy.MaxWait-s.waited {
		e.giveUp(fmt.Sprintf("gave up since the next attempt is due in %v, and %v of %v were waited already",
			wait, s.waited, s.policy.MaxWait), ErrWaitTooLong)
		return backoff.Stop
	}
	if deadline, ok := s.ctx.Deadline(); ok && time.Until(deadline) <= wait {
		e.giveUp(fmt.Sprintf("gave up since the next attempt is due in %v, and the context ends in %v",
			wait, time.Until(deadline)), ErrWaitTooLong, context.DeadlineExceeded)
		return backoff.Stop
	}
	s.waited += wait
	s.call.client.log.wait(s.ctx, e, wait)
	return wait
}

// century is longer than anyone waits.
const century = 100 * 365 * 24 * time.Hour

func (s *schedule) wait(e *Error) time.Duration {
	due := e.due
	switch due {
	case silent:
		return s.exponential.NextBackOff()
	case unreadable:
		due = max(DefaultBackoff, s.policy.Backoff)
	}
	told := min(due, century) + rand.N(min(s.policy.Backoff, century))
	if e.StatusCode == http.StatusTooManyRequests {
		return told
	}
	return max(told, s.exponential.NextBackOff())
}
