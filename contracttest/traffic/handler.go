package traffic

import (
	"bufio"
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
// unchanged, but a request's body is read before the handler is called. A handler that panics is not judged, nor is a
// connection that it hijacks, e.g. for a WebSocket.
func Handler(next http.Handler) *JudgingHandler { return &JudgingHandler{next: next} }

// ServeHTTP calls the handler and judges the exchange.
func (h *JudgingHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := time.Now()
	body, again, unfit := peek(r.Body)
	request := requestOf(r, body)
	r.Body = again
	recording := &recorder{ResponseWriter: w}
	h.next.ServeHTTP(recording, r)
	if recording.hijacked {
		h.skip(noMoreHTTP)
		return
	}
	recording.begin(http.StatusOK)
	if unfit == "" && (recording.cut || exchange.TooManyValues(recording.body)) {
		unfit = tooLarge
	}
	if unfit != "" {
		h.skip(unfit)
		return
	}
	h.observe(originOf(r), request, &exchange.Response{Status: recording.status, Header: recording.header, Body: recording.body}, sent, time.Now())
}

// recorder passes an answer on and keeps a copy.
type recorder struct {
	http.ResponseWriter
	status   int
	header   http.Header // as it was when the answer began
	body     []byte
	cut      bool // the body is longer than what is judged
	hijacked bool // there is no answer
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
	switch {
	case w.cut:
	case len(w.body)+len(p) <= exchange.MostBody:
		w.body = append(w.body, p...)
	default:
		w.cut, w.body = true, nil
	}
	return w.ResponseWriter.Write(p)
}
