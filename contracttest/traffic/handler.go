package traffic

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// JudgingHandler is an http.Handler that judges what passes through it. See [Handler].
type JudgingHandler struct {
	Observer
	next http.Handler
}

var _ http.Handler = (*JudgingHandler)(nil)

// Handler puts a judge around any http.Handler: what it is asked, and what it answers. Requests and answers pass
// unchanged, but a request's body is read before the handler is called. A handler that panics is a finding, since its caller gets no answer, or no
// whole one, and so is one that writes another number of bytes than its Content-Length says. A connection that it hijacks, e.g. for a WebSocket, is
// not judged.
//
// The handler's http.ResponseWriter is an http.Flusher and an http.Hijacker, where that of the server is. The rest of what that can do is there
// through http.ResponseController.
func Handler(next http.Handler) *JudgingHandler { return &JudgingHandler{next: next} }

// ServeHTTP calls the handler and judges the exchange.
func (h *JudgingHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := time.Now()
	body, again, err := peek(r.Body)
	seen := observed{origin: originOf(r), request: requestOf(r, body), sent: sent, failure: errPanic}
	r.Body = again
	recording := &recorder{ResponseWriter: w}
	defer func() { // where the handler panicked, too
		seen.received = time.Now()
		if seen.failure != nil && recording.status != 0 {
			seen.failure = errWithin(seen.failure)
		}
		switch why := unfit(body, err); {
		case recording.hijacked || recording.status == http.StatusSwitchingProtocols:
			h.skip(noMoreHTTP)
		case why != "":
			h.skip(why)
		case seen.failure != nil && r.Context().Err() != nil:
			h.skip(brokenOff)
		default:
			h.judge(seen)
		}
	}()
	h.next.ServeHTTP(recording, r)
	if seen.failure = recording.failure(r); seen.failure == nil {
		recording.begin(http.StatusOK)
		seen.answer = &exchange.Response{Status: recording.status, Header: recording.header, Body: recording.body}
	}
}

// errPanic is why there is no answer of a handler that panicked.
var errPanic = errors.New("the handler panicked")

// recorder passes an answer on and keeps a copy.
type recorder struct {
	http.ResponseWriter
	status   int
	header   http.Header // as it was when the answer began
	body     []byte      // up to a byte more than is judged
	written  int64       // bytes that were passed on
	hijacked bool        // there is no answer
}

var (
	_ http.Flusher  = (*recorder)(nil)
	_ http.Hijacker = (*recorder)(nil)
)

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection over where the server lets it, and notes that.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, both, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = w.hijacked || err == nil
	return conn, both, err
}

// Flush sends what was written, where the server lets it.
func (w *recorder) Flush() { _ = w.FlushError() }

// FlushError is Flush for http.ResponseController.
func (w *recorder) FlushError() error {
	w.begin(http.StatusOK)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// begin notes how the answer began, once.
func (w *recorder) begin(status int) {
	if w.status == 0 {
		w.status, w.header = status, w.Header().Clone()
	}
}

// WriteHeader passes a status on. Those of 1xx only announce the answer, but for 101.
func (w *recorder) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write passes a part of the body on. What the server refuses, such as what is more than Content-Length says, is none of the answer.
func (w *recorder) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	n, err := w.ResponseWriter.Write(p)
	if err == nil {
		n = len(p)
	}
	w.written += int64(n)
	w.body = append(w.body, p[:min(n, exchange.MostBody+1-len(w.body))]...)
	return n, err
}

// failure is why the caller has no whole answer of a handler that returned.
func (w *recorder) failure(r *http.Request) error {
	gone := r.Context().Err()
	if w.status == 0 {
		return gone
	}
	if r.Method != http.MethodHead && w.status != http.StatusNoContent && w.status != http.StatusNotModified {
		if length, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64); err == nil && length >= 0 { // net/http drops another
			if length != w.written {
				return fmt.Errorf("its Content-Length is %d, its body has %d bytes", length, w.written)
			}
			return nil
		}
	}
	if errors.Is(gone, context.Canceled) { // not where a middleware sets a deadline, which the handler answers
		return gone
	}
	return nil
}
