package client

import (
	"context"
	"encoding/json"
	"time"
)

// CreateCustomer creates a customer and returns it as the vendor answers it. Either Email or PhoneNumber is required.
//
// The error is always an *Error. Unless it is ErrOutcomeUnknown or ErrUnreadableCustomer, no customer was created. The
// call returns when ctx ends, whether it is sending, reading an answer or waiting; a request that was under way then has
// an unknown outcome, unless a 201 with an id has already arrived.
func (c *Client) CreateCustomer(ctx context.Context, in CustomerInput, opts ...CallOption) (*Customer, error) {
	settings, err := c.defaults.with(opts)
	if settings.response == nil {
		settings.response = new(Response)
	}
	*settings.response = Response{}
	if err != nil {
		return nil, notTried("bad option: "+err.Error(), err)
	}
	body, failure := encode(in)
	if failure != nil {
		return nil, failure
	}
	customer, failure := c.send(ctx, body, settings)
	if failure != nil {
		return nil, failure
	}
	return customer, nil
}

// encode returns the body of a request.
func encode(in CustomerInput) ([]byte, *Error) {
	if err := checkInput(in); err != nil {
		return nil, notTried(err.Error(), ErrInvalidInput)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, notTried("the customer cannot be written as JSON", ErrInvalidInput, err)
	}
	return body, nil
}

func (c *Client) send(ctx context.Context, body []byte, settings callSettings) (*Customer, *Error) {
	meta := settings.response
	start := time.Now()
	defer func() { meta.Duration = time.Since(start) }()
	if err := ctx.Err(); err != nil {
		return nil, notTried("the context ended before the first attempt", err, context.Cause(ctx))
	}
	call := call{client: c, settings: settings, body: body, meta: meta}
	return call.run(ctx)
}
