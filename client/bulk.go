package client

import (
	"context"
	"iter"
)

// Result is what became of one input of CreateCustomers.
type Result struct {
	// Input is the customer to create, as it was given.
	Input CustomerInput
	// Customer is the customer created, nil if Err is not.
	Customer *Customer
	// Err is nil or an *Error; see CreateCustomer.
	Err error
	// Response is what there is to know about the call beside the customer.
	Response Response
}

// CreateCustomers creates customers, several at once (WithConcurrency), and streams what became of them in the order
// of inputs, numbered from 0: exactly one result for each input taken. It takes an input when there is room for a
// call, and not while the loop body runs; the body may take its time. WithPacing keeps it under the rate limit.
//
// When ctx ends, calls under way end as CreateCustomer says, no further inputs are taken, and the results of those
// taken are delivered. So the number of results is the number of inputs dealt with.
//
// When the loop is left early, the inputs are taken no further, and calls under way are let finish before the loop
// statement ends; cancel ctx to hasten them. Their results are not lost: range over the same sequence once more to
// get them. A sequence that was ranged over to its end is empty from then on, so nothing is created twice. Ranging
// over a sequence from two goroutines at once is not allowed.
func (c *Client) CreateCustomers(
	ctx context.Context, inputs iter.Seq[CustomerInput], opts ...CallOption,
) iter.Seq2[int, Result] {
	settings, err := c.defaults.with(opts)
	b := &bulk{client: c, settings: settings, ctx: ctx, inputs: inputs}
	if err != nil {
		b.badOption = notTried("bad option: "+err.Error(), err)
	}
	return b.results
}

type bulk struct {
	client    *Client
	settings  callSettings
	badOption *Error
	ctx       context.Context
	inputs    iter.Seq[CustomerInput]

	taken   bool          // inputs was ranged over
	next    int           // the number of the next result
	pending []chan Result // results to come, in order, as many as calls may be under way
}

func (b *bulk) results(yield func(int, Result) bool) {
	defer b.settle()
	if !b.taken {
		b.taken = true
		for in := range b.inputs {
			b.start(in)
			if b.ctx.Err() != nil {
				break
			}
			if !b.deliver(yield, b.settings.concurrency-1) {
				return
			}
		}
	}
	b.deliver(yield, 0)
}

// start begins a call. Its result waits in a channel with room for it, so that the call ends whether or not anyone
// asks.
func (b *bulk) start(in CustomerInput) {
	result := make(chan Result, 1)
	b.pending = append(b.pending, result)
	go func() {
		r := Result{Input: in}
		settings := b.settings
		settings.response = &r.Response
		failure := b.badOption
		if failure == nil {
			r.Customer, failure = b.client.create(b.ctx, in, settings)
		}
		if failure != nil {
			r.Err = failure
		}
		result <- r
	}()
}

// deliver yields results in order: those that are there, and as many more as it takes for no more than room to be
// pending. It returns false when the loop was left.
func (b *bulk) deliver(yield func(int, Result) bool, room int) bool {
	for len(b.pending) > 0 {
		if len(b.pending) <= room && len(b.pending[0]) == 0 {
			return true
		}
		r, i := <-b.pending[0], b.next
		b.pending = b.pending[1:]
		b.next++
		if !yield(i, r) {
			return false
		}
	}
	return true
}

// settle waits until no call is under way.
func (b *bulk) settle() {
	for _, p := range b.pending {
		p <- <-p
	}
}
