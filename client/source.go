package client

import (
	"iter"
	"net/http"
	"reflect"
	"runtime"
)

// source takes inputs from a sequence, each in a goroutine of its own, so that one that blocks holds up nothing else.
// It takes an input only when asked for one.
type source struct {
	next   func() (CustomerInput, bool)
	end    func()     // makes the sequence clean up
	orders chan order // the input that was asked for; has room for it
	state  sourceState
	crash  func() // how the sequence crashed, nil if it did not, or was not seen to
}

// sourceState is what is known of a source.
type sourceState int

const (
	idle      sourceState = iota // no input is asked for
	waiting                      // one is, and was not taken from orders
	abandoned                    // stopped while waiting: one may still come
	finished                     // none will come
)

// order is an input that came, or the end of the sequence. It shares no memory with the sequence.
type order struct {
	given   bool
	input   CustomerInput
	request *http.Request
	err     error  // why there is no request
	crash   func() // how the sequence ended, if it crashed
}

func newSource(inputs iter.Seq[CustomerInput]) *source {
	next, end := iter.Pull(inputs)
	return &source{next: next, end: end, orders: make(chan order, 1)}
}

// running tells whether inputs can be asked for.
func (s *source) running() bool { return s.state == idle || s.state == waiting }

// ask asks for an input, unless one is on its way, and returns where it comes.
func (s *source) ask(c *Client) <-chan order {
	if s.state == idle {
		s.state = waiting
		var o order
		given := s.orders
		go catch(func() {
			if o.input, o.given = s.next(); o.given {
				unshared(reflect.ValueOf(&o.input).Elem())
				o.request, o.err = c.creation(o.input)
			}
		}, func(crash func()) {
			o.crash = crash
			given <- o
		})
	}
	return s.orders
}

// took notes what came from orders, and tells whether it is an input.
func (s *source) took(o order) bool {
	if o.given && s.state == waiting {
		s.state = idle
	} else {
		s.state, s.crash = finished, o.crash
	}
	return o.given
}

// stop ends the sequence, and waits until it has cleaned up. It does not wait for one that was asked for an input and has
// not given it: nothing can hasten that, and what it gives later comes from orders.
func (s *source) stop() {
	switch s.state {
	case idle:
		s.state = finished
		s.crash = s.cleanUp()
	case waiting:
		s.state = abandoned
		given, late := s.orders, make(chan order, 1)
		s.orders = late
		pass := func(o order) {
			_ = s.cleanUp()
			late <- o
		}
		if len(given) > 0 {
			pass(<-given)
		} else {
			go func() { pass(<-given) }()
		}
	}
}

// cleanUp makes the sequence clean up, and returns how it crashed. A goroutine of its own bears runtime.Goexit.
func (s *source) cleanUp() func() {
	ended := make(chan func(), 1)
	go catch(s.end, func(crash func()) { ended <- crash })
	return <-ended
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

// unshared makes v share no memory with the value that it was copied from.
func unshared(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(v.Elem())
			unshared(p.Elem())
			v.Set(p)
		}
	case reflect.Slice:
		if !v.IsNil() {
			s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(s, v)
			for i := range s.Len() {
				unshared(s.Index(i))
			}
			v.Set(s)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() { // not so what time.Time keeps to itself
				unshared(field)
			}
		}
	}
}
