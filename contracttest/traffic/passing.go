package traffic

import (
	"cmp"
	"context"
	"fmt"
	"io"
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
	done     chan struct{} // closed when it is in the queue, or left out
	givenUp  bool          // the caller waited, and got no answer
	bodiless bool          // the caller broke off within the answer
}

// lateAnswer is for how long an answer that has begun is read on when its caller breaks off: some look at the status alone, and hang up before the
// body has come.
const lateAnswer = time.Second

// patience is from when on it is worth a warning that a caller broke off without an answer: it may have waited as long as it could.
const patience = 2 * time.Second

// outlive is a context for the request to the server, which ends when the caller breaks off, or a little later where the answer has begun.
func (e *passing) outlive(caller context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(caller))
	stop := context.AfterFunc(caller, func() {
		if !e.answer.begun.Load() {
			cancel()
			return
		}
		time.AfterFunc(lateAnswer, cancel)
	})
	return ctx, func() {
		stop()
		cancel()
	}
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
func (e *passing) fail() {
	why, waited := "", e.proxy.now().Sub(e.sent)
	switch gone := e.answer.gone() || e.answer.unwritten || e.sentBody.broke(); {
	case e.answer.hijacked:
		why = noMoreHTTP
	case gone && e.unfit() != "":
		why = brokenOff
	case gone && e.answer.begun.Load():
		e.bodiless = true
	case gone && waited >= patience && e.conn.got.Load():
		e.givenUp, e.answer.failure = true, fmt.Errorf("the caller gave up after %s", waited.Round(time.Second))
	case gone:
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
		origin: e.proxy.target.Scheme + "://" + e.proxy.target.Host, request: e.request, sent: e.sent, received: e.proxy.now(), partial: !e.whole(),
	}
	switch {
	case e.answer.failure != nil:
		seen.fail(e.answer.failure, &e.conn)
		seen.doubtful = seen.doubtful || e.givenUp
	case e.bodiless:
		seen.bodiless, seen.answer = true, &exchange.Response{Status: e.answer.status, Header: e.answer.header}
	default:
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
