package client

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// operation is what the shared call has to know of an operation of the contract. The method is in its request.
type operation struct {
	name    string // for errors
	path    string // for errors and logs, so its parameters stand as {name}
	success int    // the status of the answer that has the customer
}

var creating = operation{"create customer", gen.PathCreateCustomer, http.StatusCreated}

// CreateCustomer creates a customer and returns it as the vendor answers it. Either Email or PhoneNumber is required.
//
// The error is always an *Error. Unless it is ErrOutcomeUnknown or ErrUnreadableCustomer, no customer was created. The
// call returns when ctx ends, whether it is sending, reading an answer or waiting; a request that was under way then has
// an unknown outcome, unless a 201 with an id has already arrived.
func (c *Client) CreateCustomer(ctx context.Context, in CustomerInput, opts ...CallOption) (*Customer, error) {
	req, err := c.creation(in)
	return c.do(ctx, creating, req, err, opts)
}

// do makes the call of an operation, whatever it is: err is that of making req, the generated request.
func (c *Client) do(ctx context.Context, op operation, req *http.Request, err error, opts []CallOption) (*Customer, error) {
	settings, bad := c.defaults.with(opts)
	if bad != nil {
		err = badOption(bad)
	}
	customer, failure := c.run(ctx, op, req, err, settings)
	if failure != nil {
		return nil, failure
	}
	return customer, nil
}

func badOption(err error) *Error { return notTried("bad option: "+err.Error(), err) }

// run is do with the options applied. The error of an operation gets its name here.
func (c *Client) run(ctx context.Context, op operation, req *http.Request, err error, settings callSettings) (*Customer, *Error) {
	meta := settings.response
	if meta == nil {
		meta = new(Response)
	}
	*meta = Response{}
	if err == nil && ctx.Err() != nil {
		err = notTried("the context ended before the first attempt", ctx.Err(), context.Cause(ctx))
	}
	if err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			e = notTried("the request cannot be made", ErrInvalidInput, err)
		}
		e.operation = op.name
		return nil, e
	}
	start := time.Now()
	defer func() { meta.Duration = time.Since(start) }()
	call := call{client: c, operation: op, request: req, settings: settings, meta: meta}
	customer, e := call.run(ctx)
	if e != nil {
		e.operation = op.name
	}
	return customer, e
}
