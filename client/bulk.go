package client

import (
	"cmp"
	"context"
	"iter"
)

// Result is what became of one input of CreateCustomers.
type Result struct {
	Input    CustomerInput // a copy of the customer to create, as it was given
	Customer *Customer     // the customer created, nil if Err is not
	Err      error         // nil or an *Error; see CreateCustomer
	Response Response      // what there is to know about the call beside the customer
}

// CreateCustomers creates customers, several at once (WithConcurrency), and streams what became of them in the order
// of inputs, numbered from 0: exactly one result for each input taken. It takes an input when there is room for a call
// and no result to deliver. The input may use the same memory again for the next one. WithPacing keeps it under the
// rate limit.
//
// The sequence inputs runs beside the loop body: where it blocks, results are delivered all the same. A panic in it, or in
// a middleware, comes out of the loop statement.
//
// When ctx ends, calls under way end as CreateCustomer says, no further inputs are taken, and the results of those
// taken are delivered. A context that has ended before takes none.
//
// When the loop is left early, the inputs are taken no further, and calls under way are let finish before the loop
// statement ends; cancel ctx to hasten them. Their results are not lost: range over the returned sequence once more to
// get them, but not from two goroutines at once. One that was ranged over to its end is empty from then on.
//
// An inputs that blocks cannot be interrupted. When the loop ends meanwhile, it is left to itself: the input that it
// gives then is not sent, and ranging once more delivers a result that says so.
func (c *Client) CreateCustomers(ctx context.Context, inputs iter.Seq[CustomerInput], opts ...CallOption) iter.Seq2[int, Result] {
	settings, err := c.settings.call.with(opts)
	b := &bulk{client: c, settings: settings, bad: err, ctx: ctx, inputs: inputs}
	return b.results
}

type bulk struct {
	client   *Client
	settings callSettings
	bad      error // of an option
	ctx      context.Context
	inputs   iter.Seq[CustomerInput]

	source  *source       // of the inputs, from the first range on
	next    int           // the number of the next result
	pending []chan ending // results to come, in order, as many as calls may be under way
}

// ending is a result, or how its call crashed.
type ending struct {
	Result
	crash func()
}

func (b *bulk) results(yield func(int, Result) bool) {
	if b.source == nil {
		b.source = newSource(b.inputs)
	}
	defer b.leave()
	b.takeLate()
	for b.source.running() || len(b.pending) > 0 {
		if b.ctx.Err() != nil {
			b.source.stop()
			b.takeLate()
		}
		if !b.step(yield) {
			return
		}
	}
}

// step delivers a result that is there, or else waits for whatever comes first. It returns false when the loop was
// left.
func (b *bulk) step(yield func(int, Result) bool) bool {
	var head <-chan ending // all of these are nil where nothing can come
	var orders <-chan order
	var ended <-chan struct{}
	if len(b.pending) > 0 {
		head = b.pending[0]
	}
	if len(head) > 0 {
		return b.deliver(<-head, yield)
	}
	if b.source.running() {
		ended = b.ctx.Done()
		if len(b.pending) < b.settings.concurrency {
			orders = b.source.ask(b.client)
		}
	}
	if head == nil && orders == nil {
		return true
	}
	select {
	case e := <-head:
		return b.deliver(e, yield)
	case o := <-orders:
		b.take(o)
	case <-ended:
	}
	return true
}

func (b *bulk) deliver(e ending, yield func(int, Result) bool) bool {
	b.next, b.pending = b.next+1, b.pending[1:]
	if e.crash != nil {
		e.crash()
	}
	return yield(b.next-1, e.Result)
}

// take begins the call for an input that has come.
func (b *bulk) take(o order) {
	if !b.source.took(o) {
		return
	}
	// The result waits in a channel with room for it, so that the call ends whether or not anyone asks.
	result := make(chan ending, 1)
	b.pending = append(b.pending, result)
	r := &Result{Input: o.input}
	go catch(func() { b.create(o, r) }, func(crash func()) { result <- ending{*r, crash} })
}

func (b *bulk) create(o order, r *Result) {
	settings := b.settings
	settings.response = &r.Response
	r.Customer, r.Err = b.client.run(b.ctx, creating, o.request, cmp.Or(b.bad, o.err), settings)
}

// takeLate takes the input that the source gave after it was stopped.
func (b *bulk) takeLate() {
	if b.source.state != abandoned {
		return
	}
	select {
	case o := <-b.source.orders:
		if b.ctx.Err() == nil && o.err == nil {
			o.err = notTried("not sent: the loop had been left when the sequence gave this customer")
		}
		b.take(o)
	default:
	}
}

// leave ends the taking of inputs and waits until no call is under way.
func (b *bulk) leave() {
	b.source.stop()
	for _, p := range b.pending {
		p <- <-p
	}
	if crash := b.source.crash; crash != nil {
		b.source.crash = nil
		crash()
	}
}
