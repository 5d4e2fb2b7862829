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
		e := &Error{outcome: unknown, reason: "no answer: " + kindOf(err), cause: []error{err}, retryAfter: -1}
		if notProcessed(err) != "" || w.nothingWritten() {
			e.outcome, e.reason = unsent, "not sent: "+kindOf(err)
		}
		return nil, seen{}, e
	}
	defer resp.Body.Close()
	a := c.read(resp)
	customer, e := judge(a)
	return customer, a.seen, e
}

// read reads an answer to its end, so that a truncated one is noticed, and no further than the bound.
func (c *Client) read(resp *http.Response) answer {
	a := answer{seen: seen{resp.StatusCode, resp.Header, parseRateLimit(resp.Header)}}
	var buf bytes.Buffer
	// MinRead more than the announced length, so that ReadFrom meets the end without growing the buffer.
	buf.Grow(int(min(max(resp.ContentLength, 0), maxAnnounced)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, c.maxResponse+1))
	a.body = buf.Bytes()
	switch {
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
