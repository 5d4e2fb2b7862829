package client

import (
	"context"
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
	if c.doubt && e.outcome != unknown {
		e.outcome = unknown
		e.reason += ", and an earlier attempt may have created the customer"
	}
	return nil, e
}

// try makes one attempt. Its error is permanent unless the cause is one to try again after.
func (c *call) try(ctx context.Context) (*Customer, error) {
	var customer *Customer
	var s seen
	var e *Error
	if c.settings.paced {
		turn, late := c.client.pacer.acquire(ctx)
		if late != nil {
			return nil, backoff.Permanent(c.noTurn(late))
		}
		defer func() { turn.done(s, e) }() // even if a middleware panics
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
		return nil, backoff.Permanent(e)
	}
	return nil, e
}

// noTurn ends a call that cannot have its turn in time: with the failure of the attempt before, if there was one.
func (c *call) noTurn(late *Error) *Error {
	if c.failure == nil {
		c.failure = late
	} else {
		c.failure.giveUp("gave up since "+late.reason, late.cause...)
	}
	return c.failure
}
