package traffic

import (
	"cmp"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// passing is an exchange that passes.
type passing struct {
	proxy    *JudgingProxy
	sent     time.Time
	request  exchange.Request
	expected int64 // length of the request's body; -1 where it is not known
	sentBody capture
	answer   answerWriter
}

// end has an exchange judged that has passed, and lets a held answer go.
func (e *passing) end() {
	if why := e.unfit(); why != "" {
		_ = e.answer.letGo()
		e.release()
		e.proxy.skip(why)
		return
	}
	received := time.Now()
	e.request.Body = e.sentBody.bytes
	answer := &exchange.Response{Status: e.answer.status, Header: e.answer.header, Body: e.answer.body.bytes}
	if e.answer.held != nil {
		answer.Header = answer.Header.Clone()
		answer.Header.Del("Trailer")
	}
	origin := e.proxy.target.Scheme + "://" + e.proxy.target.Host
	if e.answer.held == nil {
		e.proxy.queue.work <- func() {
			e.proxy.observe(origin, e.request, answer, e.sent, received)
			e.release()
		}
		return
	}
	judged := make(chan []Violation)
	e.proxy.queue.work <- func() {
		e.proxy.listed = true
		judged <- e.proxy.observe(origin, e.request, answer, e.sent, received)
	}
	violations := slices.DeleteFunc(<-judged, func(v Violation) bool { return v.Check == result.RequestContract })
	if len(violations) > 0 {
		e.answer.refuse(violations)
	} else {
		_ = e.answer.letGo()
	}
	e.release()
}

// unfit says why an exchange is not judged.
func (e *passing) unfit() string {
	e.sentBody.mu.Lock()
	defer e.sentBody.mu.Unlock()
	whole := e.expected == 0 || e.sentBody.ended || e.expected == int64(len(e.sentBody.bytes))
	switch {
	case e.answer.hijacked:
		return noMoreHTTP
	case e.sentBody.unfit != "" || e.answer.body.unfit != "":
		return cmp.Or(e.sentBody.unfit, e.answer.body.unfit)
	case !whole:
		return answeredEarly
	case exchange.TooManyValues(e.sentBody.bytes) || exchange.TooManyValues(e.answer.body.bytes):
		return tooLarge
	}
	return ""
}

func (e *passing) release() {
	e.sentBody.release()
	e.answer.body.release()
}
