package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// call is one call of an operation on its way through its attempts.
type call struct {
	client    *Client
	operation operation
	request   *http.Request // of which each attempt sends a copy
	settings  callSettings
	meta      *Response // the response of the last attempt

	waited    time.Duration // between attempts
	backoff   time.Duration // the longest random wait before the next attempt
	uncertain bool          // an attempt had an unknown outcome
}

// run makes attempts until one succeeds or there is no use in a further one. Its failure is the last one.
func (c *call) run(ctx context.Context) (*Customer, error) {
	c.backoff = c.settings.retry.Backoff
	var e *Error
	for {
		turn, late := c.turn(ctx)
		if late != nil {
			if e == nil {
				return nil, late
			}
			e.giveUp("gave up since "+late.reason, late.cause...)
			break
		}
		var customer *Customer
		if customer, e = c.try(ctx, turn); e == nil {
			return customer, nil
		}
		c.uncertain = c.uncertain || e.outcome == unknown
		if !c.again(ctx, e) {
			break
		}
	}
	if c.uncertain && e.outcome != unknown && e.outcome != exists {
		e.outcome = unknown
		e.reason += ", and an earlier attempt may have created the customer"
	}
	return nil, e
}

// turn waits for the permission to make an attempt, which is nil where calls are not paced.
func (c *call) turn(ctx context.Context) (*turn, *Error) {
	if !c.settings.paced {
		return nil, nil
	}
	t, late := c.client.pacer.acquire(ctx, c.settings.retry.MaxWait)
	if late == nil && t.waited >= time.Millisecond { // less is only the way through the queue
		c.client.settings.logger.LogAttrs(ctx, slog.LevelDebug, "bitbybit paced", slog.Duration("waited", t.waited))
	}
	return t, late
}

// try makes one attempt.
func (c *call) try(ctx context.Context, turn *turn) (customer *Customer, e *Error) {
	var a answer
	defer func() { turn.done(a.rateLimit, e) }() // even if a middleware panics
	c.meta.Attempts++
	start := time.Now()
	a, e = c.send(ctx)
	if e == nil {
		customer, e = settle(a, c.operation.success)
	}
	c.meta.StatusCode, c.meta.Header, c.meta.RateLimit = a.status, a.header, a.rateLimit
	if e != nil {
		e.Attempts = c.meta.Attempts
		if e.outcome == unknown && isSafe(c.request.Method) {
			e.outcome = unanswered
		}
	}
	c.logAttempt(ctx, time.Since(start), e)
	return customer, e
}

// logAttempt writes what an attempt came to, at level debug. Nothing in it is of the key or of a customer.
func (c *call) logAttempt(ctx context.Context, took time.Duration, e *Error) {
	if !c.client.settings.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.request.Method),
		slog.String("path", c.client.path+c.operation.path[1:]),
		slog.Int("status", c.meta.StatusCode),
		slog.Int("attempt", c.meta.Attempts),
		slog.Duration("duration", took),
	}
	if e != nil {
		attrs = append(attrs, slog.String("outcome", string(e.outcome)), slog.String("reason", e.reason))
	}
	c.client.settings.logger.LogAttrs(ctx, slog.LevelDebug, "bitbybit attempt", attrs...)
}

// isSafe tells the methods that change nothing: such a request can be sent again whatever became of it (RFC 9110, 9.2).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// send sends the request once and reads the answer. Its error says that there is none.
func (c *call) send(ctx context.Context) (answer, *Error) {
	ctx, cancel := context.WithTimeout(ctx, c.settings.timeout)
	defer cancel()

	var w wire
	req := c.request.Clone(w.watch(ctx))
	if req.GetBody != nil {
		req.Body, _ = req.GetBody() // of a bytes.Reader, which has no error
	}
	c.client.sign(req)
	resp, err := c.client.http.Do(req)
	if err != nil {
		e := &Error{outcome: unknown, reason: "no answer: " + kindOf(err), cause: []error{err}, due: silent}
		if notProcessed(err) != "" || w.nothingWritten() {
			e.outcome, e.reason = unsent, "not sent: "+kindOf(err)
		}
		return answer{}, e
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header, rateLimit: parseRateLimit(resp.Header)}
	a.url = c.client.server + c.operation.path[1:]
	if a.status >= 200 { // an earlier one has no content (RFC 9110, 15.2)
		a.body, a.err = readBody(ctx, resp, c.client.settings.maxResponse)
	}
	return a, nil
}

// readBody reads a body to its end, so that a truncated one is noticed, and no further than the bound. When ctx ends it
// closes the body, since not every body watches ctx by itself: a middleware's may not, and with 101 Switching Protocols
// it is the connection.
func readBody(ctx context.Context, resp *http.Response, bound int64) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { _ = resp.Body.Close() })
	defer stop()
	var buf bytes.Buffer
	// MinRead more than the announced length, so that ReadFrom meets the end without growing the buffer.
	buf.Grow(int(min(max(resp.ContentLength, 0), maxAnnounced)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, bound+1))
	switch {
	case err != nil && ctx.Err() != nil:
		err = errors.Join(ctx.Err(), context.Cause(ctx))
	case err == nil && n > bound:
		err = fmt.Errorf("%w of %d bytes", errTooLong, bound)
	}
	return buf.Bytes(), err
}

// maxAnnounced is how much of an announced length is believed before the bytes are there.
const maxAnnounced = 64 << 10

var errTooLong = errors.New("it is over the bound")
