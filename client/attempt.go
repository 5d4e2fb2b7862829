package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// seen is what a response says beside its body; zero if there was none.
type seen struct {
	status    int
	header    http.Header
	rateLimit *RateLimit
}

// attempt sends the request once and tells what came of it.
func (c *Client) attempt(ctx context.Context, body []byte, timeout time.Duration) (*Customer, seen, *Error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	var w wire
	resp, err := c.api.CreateCustomerWithBody(w.watch(ctx), "application/json", bytes.NewReader(body))
	if err != nil {
		e := &Error{outcome: unknown, reason: "no answer: " + kindOf(err), cause: []error{err}, due: silent}
		if notProcessed(err) != "" || w.nothingWritten() {
			e.outcome, e.reason = unsent, "not sent: "+kindOf(err)
		}
		return nil, seen{}, e
	}
	defer resp.Body.Close()
	a := c.read(ctx, resp)
	customer, e := judge(a)
	return customer, a.seen, e
}

// read reads an answer to its end, so that a truncated one is noticed, and no further than the bound. When ctx ends it
// closes the body, since not every body watches ctx by itself: a middleware's may not, and with 101 Switching Protocols
// it is the connection.
func (c *Client) read(ctx context.Context, resp *http.Response) answer {
	a := answer{seen: seen{resp.StatusCode, resp.Header, parseRateLimit(resp.Header)}, url: c.url}
	if a.status < 200 {
		return a // it has no content (RFC 9110, 15.2)
	}
	stop := context.AfterFunc(ctx, func() { _ = resp.Body.Close() })
	defer stop()
	var buf bytes.Buffer
	// MinRead more than the announced length, so that ReadFrom meets the end without growing the buffer.
	buf.Grow(int(min(max(resp.ContentLength, 0), maxAnnounced)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, c.maxResponse+1))
	a.body = buf.Bytes()
	switch {
	case err != nil && ctx.Err() != nil:
		a.err = errors.Join(ctx.Err(), context.Cause(ctx))
	case err != nil:
		a.err = err
	case n > c.maxResponse:
		a.err = fmt.Errorf("%w of %d bytes", errTooLong, c.maxResponse)
	}
	return a
}

// maxAnnounced is how much of an announced length is believed before the bytes are there.
const maxAnnounced = 64 << 10

var errTooLong = errors.New("it is over the bound")
