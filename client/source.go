package client

import (
	"iter"
	"runtime"
)

// source runs a sequence of inputs in a goroutine of its own, so that one that blocks holds up nothing else. It gives
// an input only when asked for one; between asking and giving, the sequence may take its time.
type source struct {
	more   chan struct{} // asks for an input
	orders chan order    // gives it; closed when the sequence has ended. Has room for the one that was asked for
	quit   chan struct{} // no more inputs
	crash  func()        // how the sequence crashed, nil if it did not; written before orders is closed

	// Of the goroutine that asks:
	asked bool // for an input that has not come yet
	ended bool // nothing is asked for any more
	over  bool // orders is closed
}

// order is an input that was taken. It shares no memory with the sequence, which may use the same for the next one.
type order struct {
	input   CustomerInput
	body    []byte
	failure *Error // why it is not to be sent
}

func newSource(inputs iter.Seq[CustomerInput]) *source {
	s := &source{more: make(chan struct{}, 1), orders: make(chan order, 1), quit: make(chan struct{})}
	go catch(func() { s.run(inputs) }, func(crash func()) {
		s.crash = crash
		close(s.orders)
	})
	return s
}

func (s *source) run(inputs iter.Seq[CustomerInput]) {
	if !s.wanted() {
		return
	}
	for in := range inputs {
		body, failure := encode(in)
		s.orders <- order{copyOf(in), body, failure}
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

// ask asks for an input, unless one is on its way, and returns where it comes.
func (s *source) ask() <-chan order {
	if !s.asked {
		s.asked = true
		s.more <- struct{}{}
	}
	return s.orders
}

// stop ends the sequence, and waits until it has cleaned up. It does not wait for one that was asked for an input and
// has not given it: nothing can hasten that. Whatever it gives later stays in orders.
func (s *source) stop() {
	if s.ended {
		return
	}
	s.ended = true
	close(s.quit)
	select {
	case <-s.more: // the sequence has not seen it
		s.asked = false
	default:
	}
	if !s.asked {
		<-s.orders
		s.over = true
	}
}

// crashed tells once how the sequence crashed, nil if it did not, or not yet.
func (s *source) crashed() func() {
	if !s.over {
		return nil
	}
	crash := s.crash
	s.crash = nil
	return crash
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
