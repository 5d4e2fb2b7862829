package traffic

import (
	"bufio"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// answerWriter passes an answer on and keeps a copy, or holds it until it is judged.
type answerWriter struct {
	http.ResponseWriter
	status   int
	header   http.Header // as it was when the answer began
	isHead   bool        // the request is a HEAD, whose answer has no body
	left     int64       // so many bytes of the body are not passed on yet; -1 where that is not known
	body     capture
	hijacked bool
	sent     *capture
	failure  error       // why there is no answer, or no whole one
	cause    error       // the same, as it came
	gone     func() bool // whether the caller broke off
	begun    atomic.Bool // the answer has a status
	// unwritten is set where the caller did not take the answer.
	unwritten bool
	held      http.Header // of an answer that is held; nil where it is not, or not any more
}

var (
	_ http.Flusher  = (*answerWriter)(nil)
	_ http.Hijacker = (*answerWriter)(nil)
)

// hold keeps the answer back. It is called before anything is written.
func (w *answerWriter) hold() { w.held = http.Header{} }

// Header is that of the answer.
func (w *answerWriter) Header() http.Header {
	if w.held != nil {
		return w.held
	}
	return w.ResponseWriter.Header()
}

// WriteHeader begins the answer. Statuses of 1xx only announce it, and pass at once.
func (w *answerWriter) WriteHeader(status int) {
	if status < http.StatusOK && status != http.StatusSwitchingProtocols {
		real := w.ResponseWriter.Header()
		maps.Copy(real, w.Header())
		w.ResponseWriter.WriteHeader(status)
		clear(real)
		return
	}
	w.status, w.header = status, w.Header().Clone()
	w.begun.Store(true)
	if w.held == nil {
		w.header.Del("Trailer")
		w.begin()
	}
}

// begin writes the header as the server sent it, without what net/http would add.
func (w *answerWriter) begin() {
	real := w.ResponseWriter.Header()
	for _, name := range []string{"Date", "Content-Type"} {
		if _, sent := real[name]; !sent {
			real[name] = nil
		}
	}
	w.ResponseWriter.WriteHeader(w.status)
	w.left = -1
	switch lengths := real["Content-Length"]; {
	case w.isHead || w.status == http.StatusNoContent || w.status == http.StatusNotModified:
		w.left = 0
	case len(lengths) > 0:
		w.left, _ = strconv.ParseInt(lengths[0], 10, 64) // net/http has read it
	default:
		_ = http.NewResponseController(w.ResponseWriter).Flush() // or a short body would get one
	}
}

// Write passes a part of the body on, or holds it.
func (w *answerWriter) Write(p []byte) (int, error) {
	kept := w.body.add(p)
	if kept && (w.held != nil || w.unwritten) {
		return len(p), nil
	}
	if err := w.letGo(); err != nil { // it is too large to be held
		return 0, err
	}
	n, err := w.pass(p)
	if w.unwritten = w.unwritten || err != nil; kept && err != nil {
		return len(p), nil // the rest is judged, though nobody takes it
	}
	return n, err
}

// pass passes a part of the body on. The last byte stays in the buffer of net/http until the exchange is to be judged, so that a caller who has the
// answer finds it judged by [JudgingProxy.Wait].
func (w *answerWriter) pass(p []byte) (n int, err error) {
	if w.left > 0 && int64(len(p)) >= w.left {
		if n, err = w.ResponseWriter.Write(p[:w.left-1]); err != nil {
			return n, err
		}
		w.left, p = 0, p[n:]
	}
	w.left = max(w.left-int64(len(p)), min(w.left, 0))
	last, err := w.ResponseWriter.Write(p)
	return n + last, err
}

// Flush sends what was written, unless it is held, or all there is.
func (w *answerWriter) Flush() {
	if w.held == nil && w.left != 0 {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Hijack hands the connection over, for another protocol.
func (w *answerWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked, w.held = true, nil
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// letGo writes what was held, if anything was, with the trailers that came by now.
func (w *answerWriter) letGo() error {
	held := w.held
	if w.held = nil; held == nil || w.status == 0 {
		return nil
	}
	maps.Copy(w.ResponseWriter.Header(), w.header)
	w.begin()
	_, err := w.ResponseWriter.Write(w.body.bytes)
	announced := map[string]bool{}
	for name := range strings.SplitSeq(strings.Join(w.header["Trailer"], ","), ",") {
		announced[http.CanonicalHeaderKey(strings.TrimSpace(name))] = true
	}
	for name, values := range held {
		if announced[name] || strings.HasPrefix(name, http.TrailerPrefix) {
			w.ResponseWriter.Header()[name] = values
		}
	}
	return err
}

// refuse answers 502 in place of a held answer.
func (w *answerWriter) refuse(violations []Violation) {
	w.held = nil
	lines := make([]string, 0, len(violations))
	for _, v := range violations {
		lines = append(lines, string(v.Check)+": "+v.Message)
	}
	body, _ := json.MarshalIndent(map[string]any{
		"error":      map[string]string{"code": "CONTRACT_VIOLATION", "message": "The answer of the server breaks the contract: " + strings.Join(lines, "; ")},
		"status":     w.status,
		"violations": violations,
	}, "", "  ")
	header := w.ResponseWriter.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.ResponseWriter.WriteHeader(http.StatusBadGateway)
	_, _ = w.ResponseWriter.Write(body)
}
