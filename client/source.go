package client

import (
	"iter"
	"net/http"
	"reflect"
	"runtime"
)

// source runs a sequence of inputs in a goroutine of its own, so that one that blocks holds up nothing else. It gives
// an input only when asked for one; between asking and giving, the sequence may take its time.
type source struct {
	more   chan struct{} // asks for an input
	orders chan order    // gives it; closed when the sequence has ended. Has room for one input and the end of the sequence
	quit   chan struct{} // closed: no more inputs

	// Of the goroutine that asks:
	state sourceState
	crash func() // how the sequence crashed, nil if it did not, or was not seen to
}

// sourceState is what the goroutine that asks knows of a source.
type sourceState int

const (
	idle      sourceState = iota // no input is asked for
	waiting                      // one is, and has not come
	abandoned                    // stopped while waiting: one input may still come
	finished                     // none will come
)

// order is an input that was taken, or how the sequence crashed. It shares no memory with the sequence, which may use the
// same for the next one.
type order struct {
	input   CustomerInput
	request *http.Request
	err     error // why there is none
	crash   func()
}

func newSource(c *Client, inputs iter.Seq[CustomerInput]) *source {
	s := &source{more: make(chan struct{}, 1), orders: make(chan order, 2), quit: make(chan struct{})}
	go catch(func() { s.run(c, inputs) }, func(crash func()) {
		if crash != nil {
			s.orders <- order{crash: crash}
		}
		close(s.orders)
	})
	return s
}

func (s *source) run(c *Client, inputs iter.Seq[CustomerInput]) {
	if !s.wanted() {
		return
	}
	for in := range inputs {
		unshared(reflect.ValueOf(&in).Elem())
		req, err := c.creation(in)
		s.orders <- order{input: in, request: req, err: err}
		if !s.wanted() {
			return
		}
	}
}

func (s *source) wanted() bool {
	select {
	case <-s.quit:
		return false
	case <-s.more:
		return true
	}
}

// running tells whether inputs can be asked for.
func (s *source) running() bool { return s.state == idle || s.state == waiting }

// ask asks for an input, unless one is on its way, and returns where it comes.
func (s *source) ask() <-chan order {
	if s.state == idle {
		s.state = waiting
		s.more <- struct{}{}
	}
	return s.orders
}

// took notes what came from orders, and tells whether it is an input.
func (s *source) took(o order, ok bool) bool {
	switch {
	case !ok || o.crash != nil:
		s.state, s.crash = finished, o.crash
		return false
	case s.state == abandoned:
		s.state = finished
	default:
		s.state = idle
	}
	return true
}

// stop ends the sequence, and waits until it has cleaned up. It does not wait for one that was asked for an input and
// has not given it: nothing can hasten that. Whatever it gives later stays in orders.
func (s *source) stop() {
	if !s.running() {
		return
	}
	close(s.quit)
	if s.state == waiting {
		select {
		case <-s.more: // the sequence has not seen it
		default:
			s.state = abandoned
			return
		}
	}
	o, ok := <-s.orders
	s.took(o, ok)
}

// catch runs f and reports how it ended: with nil, or with what makes another goroutine end the same way.
func catch(f func(), report func(crash func())) {
	returned := false
	defer func() {
		switch v := recover(); {
		case v != nil:
			report(func() { panic(v) })
		case !returned:
			report(runtime.Goexit)
		default:
			report(nil)
		}
	}()
	f()
	returned = true
}
