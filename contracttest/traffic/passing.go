package traffic

import (
	"cmp"
	"io"
	"net/http"
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
	conn     connection
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
	seen := e.seen()
	if e.answer.held == nil {
		e.enqueue(seen)
		return
	}
	defer e.release()
	seen.listed = true
	if seen.answer != nil {
		seen.answer.Header = seen.answer.Header.Clone()
		seen.answer.Header.Del("Trailer")
	}
	violations := slices.DeleteFunc(e.proxy.judge(seen), func(v Violation) bool { return v.Check == result.RequestContract })
	if len(violations) > 0 {
		e.answer.refuse(violations)
	} else {
		_ = e.answer.letGo()
	}
}

// fail has an exchange judged that the server did not answer, or not to its end.
func (e *passing) fail(r *http.Request) {
	why := ""
	switch {
	case e.answer.hijacked:
		why = noMoreHTTP
	case r.Context().Err() != nil || e.answer.unwritten || e.sentBody.broke():
		why = brokenOff
	case e.answer.failure == nil:
		e.answer.failure = errWithin(io.ErrUnexpectedEOF)
	case e.conn.callersOwn(e.answer.cause):
		why = unsent
	}
	if why != "" {
		e.release()
		e.proxy.skip(why)
		return
	}
	e.enqueue(e.seen())
}

// enqueue has an exchange judged. Its headers count among what is kept, as its bodies do.
func (e *passing) enqueue(seen observed) {
	headers := exchange.HeaderSize(seen.request.Header)
	if seen.answer != nil {
		headers += exchange.HeaderSize(seen.answer.Header)
	}
	if !e.proxy.kept.take(headers) {
		e.release()
		e.proxy.skip(tooMany)
		return
	}
	release := func() {
		e.proxy.kept.bytes.Add(-int64(headers))
		e.release()
	}
	if !e.proxy.queue.do(func() {
		e.proxy.judge(seen)
		release()
	}) {
		release()
	}
}

// seen is what passed.
func (e *passing) seen() observed {
	e.request.Body = e.sentBody.bytes
	seen := observed{
		origin: e.proxy.target.Scheme + "://" + e.proxy.target.Host, request: e.request, sent: e.sent, received: time.Now(), partial: !e.whole(),
	}
	if e.answer.failure != nil {
		seen.fail(e.answer.failure, &e.conn)
	} else {
		seen.answer = &exchange.Response{Status: e.answer.status, Header: e.answer.header, Body: e.answer.body.bytes}
	}
	return seen
}

// whole reports whether all of the request was read.
func (e *passing) whole() bool {
	e.sentBody.mu.Lock()
	defer e.sentBody.mu.Unlock()
	return e.expected == 0 || e.sentBody.ended || e.expected == int64(len(e.sentBody.bytes))
}

// unfit says why an exchange is not judged.
func (e *passing) unfit() string {
	whole := e.whole()
	e.sentBody.mu.Lock()
	defer e.sentBody.mu.Unlock()
	switch {
	case e.answer.hijacked:
		return noMoreHTTP
	case e.sentBody.unfit != "" || e.answer.body.unfit == tooMany:
		return cmp.Or(e.sentBody.unfit, tooMany)
	case !whole:
		return answeredEarly
	case exchange.TooManyValues(e.sentBody.bytes):
		return tooLarge
	case e.answer.body.unfit == tooLarge:
		e.answer.failure = exchange.ErrTooLarge
	}
	return ""
}

func (e *passing) release() {
	e.sentBody.release()
	e.answer.body.release()
}
