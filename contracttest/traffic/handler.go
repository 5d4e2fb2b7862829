package traffic

import (
	"bufio"
	"errors"
	"net"
	"net/http"
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
// unchanged, but a request's body is read before the handler is called. A handler that panics is a finding, since its caller gets no answer. A
// connection that it hijacks, e.g. for a WebSocket, is not judged.
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
		switch why := unfit(body, err); {
		case recording.hijacked:
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
	recording.begin(http.StatusOK)
	seen.failure, seen.answer = nil, &exchange.Response{Status: recording.status, Header: recording.header, Body: recording.body}
}

// errPanic is why there is no answer of a handler that panicked.
var errPanic = errors.New("the handler panicked")

// recorder passes an answer on and keeps a copy.
type recorder struct {
	http.ResponseWriter
	status   int
	header   http.Header // as it was when the answer began
	body     []byte      // up to a byte more than is judged
	hijacked bool        // there is no answer
}

var _ http.Hijacker = (*recorder)(nil)

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack hands the connection over where the server lets it, and notes that.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, both, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = w.hijacked || err == nil
	return conn, both, err
}

// begin notes how the answer began, once.
func (w *recorder) begin(status int) {
	if w.status == 0 {
		w.status, w.header = status, w.Header().Clone()
	}
}

// WriteHeader passes a status on. Those of 1xx only announce the answer.
func (w *recorder) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write passes a part of the body on.
func (w *recorder) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	w.body = append(w.body, p[:min(len(p), exchange.MostBody+1-len(w.body))]...)
	return w.ResponseWriter.Write(p)
}
