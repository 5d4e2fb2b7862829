package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/bitbybit-go/bitbybit-go/client/internal/decode"
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
// call returns when ctx ends; a request that was under way then has an unknown outcome, unless a 201 with an id has arrived.
func (c *Client) CreateCustomer(ctx context.Context, in CustomerInput, opts ...CallOption) (*Customer, error) {
	req, err := c.creation(in)
	return c.do(ctx, creating, req, err, opts)
}

// creation returns the request that creates a customer. It refuses what is sure to be refused by the vendor, or cannot be
// sent as it is: text that is not UTF-8. Everything else is for the vendor to judge. The error names fields, never values.
func (c *Client) creation(in CustomerInput) (*http.Request, error) {
	if in.Email == nil && in.PhoneNumber == nil {
		return nil, notTried("either Email or PhoneNumber is required, both are nil", ErrInvalidInput)
	}
	// An empty text is sent: with this package's own meaning of omitempty it would not be.
	body, err := json.Marshal(in, jsonv1.OmitEmptyWithLegacySemantics(true))
	if text, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return nil, notTried(decode.Path(text.JSONPointer, "[$1]")+" is not valid UTF-8", ErrInvalidInput)
	}
	if err != nil {
		return nil, notTried("the customer cannot be written as JSON", ErrInvalidInput, err)
	}
	return gen.NewCreateCustomerRequestWithBody(c.server, "application/json", bytes.NewReader(body))
}

// do makes the call of an operation, whatever it is: err is that of making req, the generated request.
func (c *Client) do(ctx context.Context, op operation, req *http.Request, err error, opts []CallOption) (*Customer, error) {
	settings, bad := c.settings.call.with(opts)
	return c.run(ctx, op, req, cmp.Or(bad, err), settings)
}

// run is do with the options applied. It gives the error the operation's name.
func (c *Client) run(ctx context.Context, op operation, req *http.Request, err error, settings callSettings) (*Customer, error) {
	call := call{client: c, operation: op, request: req, settings: settings, meta: cmp.Or(settings.response, new(Response))}
	*call.meta = Response{}
	if err == nil && ctx.Err() != nil {
		err = notTried("the context ended before the first attempt", ctx.Err(), context.Cause(ctx))
	}
	if err == nil {
		start := time.Now()
		defer func() { call.meta.Duration = time.Since(start) }()
		var customer *Customer
		if customer, err = call.run(ctx); err == nil {
			return customer, nil
		}
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = notTried("the request cannot be made", ErrInvalidInput, err)
	}
	named := *e // which other calls may have, too: the error of an option
	named.operation = op.name
	return nil, &named
}

// Response is what there is to know about a call beside the customer; see WithResponse.
type Response struct {
	StatusCode int           // the HTTP status of the last attempt, 0 if it got no response
	Header     http.Header   // the header of that response, nil if there was none
	RateLimit  *RateLimit    // what that response said of the rate limit, nil if it said nothing
	Attempts   int           // how many requests were tried
	Duration   time.Duration // the time of the whole call, waits included
}
