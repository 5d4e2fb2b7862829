package client

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// call is one CreateCustomer on its way through its attempts.
type call struct {
	client   *Client
	settings callSettings
	body     []byte
	meta     *Response // the response of the last attempt
	failure  *Error    // of the last attempt, or of the wait for its turn
	doubt    bool      // an attempt had an unknown outcome
}

func (c *call) run(ctx context.Context) (*Customer, *Error) {
	plan := &schedule{ctx: ctx, policy: c.settings.retry, call: c}
	customer, err := backoff.Retry(ctx, func() (*Customer, error) { return c.try(ctx) },
		backoff.WithBackOff(plan), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return customer, nil
	}
	e := c.failure
	if e.gaveUp == "" && ctx.Err() != nil && c.settings.retry.retries(e) {
		e.giveUp("gave up since the context ended", ctx.Err(), context.Cause(ctx))
	}
	if c.doubt && e.outcome != unknown && e.outcome != exists {
		e.outcome = unknown
		e.reason += ", and an earlier attempt may have created the customer"
	}
	return nil, e
}

// try makes one attempt. A failure is in c.failure.
func (c *call) try(ctx context.Context) (*Customer, error) {
	var customer *Customer
	var s seen
	var e *Error
	if c.settings.paced {
		turn, late := c.client.pacer.acquire(ctx, c.settings.retry.MaxWait)
		if late != nil {
			c.failure = c.noTurn(late)
			return nil, errFinal
		}
		defer func() { turn.done(s, e) }() // even if a middleware panics
		c.client.log.turn(ctx, turn.waited)
	}
	c.meta.Attempts++
	start := time.Now()
	customer, s, e = c.client.attempt(ctx, c.body, c.settings.timeout)
	c.meta.StatusCode, c.meta.Header, c.meta.RateLimit = s.status, s.header, s.rateLimit
	c.client.log.attempt(ctx, c.client.path, c.meta, time.Since(start), e)
	if e == nil {
		return customer, nil
	}
	e.Attempts = c.meta.Attempts
	c.failure = e
	c.doubt = c.doubt || e.outcome == unknown
	if !c.settings.retry.retries(e) {
		return nil, errFinal
	}
	return nil, errAgain
}

// What the retry library gets to see of a failure. It would find its own types in the causes of an Error, where a
// transport uses the same library, and take their advice.
var (
	errAgain = errors.New("to be tried again")
	errFinal = backoff.Permanent(errors.New("final"))
)

// noTurn is the failure of a call that cannot have its turn in time: that of the attempt before, if there was one.
func (c *call) noTurn(late *Error) *Error {
	if c.failure == nil {
		return late
	}
	c.failure.giveUp("gave up since "+late.reason, late.cause...)
	return c.failure
}
