// Package transfer reads request bodies and writes answers within bounds of memory and time, and lets a server stop while slow clients
// still send or read.
package transfer

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"
)

// Transfers are the request bodies that are read and the answers that are written, and the waits between them. They end when the
// server stops. It is safe for concurrent use.
type Transfers struct {
	once, onceWithin sync.Once
	closed           chan struct{}
	closing          chan struct{}
	deadline         time.Time // the end of waits; set before closing is closed
	uploads          uploads
	downloads        downloads
}

// New makes the transfers of a server.
func New() *Transfers {
	return &Transfers{closed: make(chan struct{}), closing: make(chan struct{})}
}

// Close ends the waits. Bodies that are still arriving, and large answers that are still being written, have two seconds left.
func (t *Transfers) Close() {
	t.once.Do(func() {
		close(t.closed)
		t.uploads.close()
		t.downloads.close()
	})
}

// CloseWithin is Close for a server that stops in a while: waits that are over by then go on, those that would last longer end at
// once. The first call counts; Close ends the rest.
func (t *Transfers) CloseWithin(d time.Duration) {
	t.onceWithin.Do(func() {
		t.deadline = time.Now().Add(d)
		close(t.closing)
		t.uploads.close()
		t.downloads.close()
	})
}

// Closing are channels that are closed once the server closes: soon where it does in a while, now where it does at once. What has no end of its
// own ends then.
func (t *Transfers) Closing() (soon, now <-chan struct{}) { return t.closing, t.closed }

// Pause waits. It is false where the caller left or the server closed before, or closes before what comes after the wait would be
// over, which takes as long as after says.
func (t *Transfers) Pause(ctx context.Context, d, after time.Duration) bool {
	over := time.Now().Add(d + after)
	timer := time.NewTimer(d)
	defer timer.Stop()
	closing := t.closing
	for {
		select {
		case <-timer.C:
			return true
		case <-closing:
			if over.After(t.deadline) {
				return false
			}
			closing = nil
		case <-ctx.Done():
			return false
		case <-t.closed:
			return false
		}
	}
}

// Hold notes that the body of a request has its share of memory, for which it waited or not; contested says whether others wait for
// one. See [Transfers.Hurry].
func (t *Transfers) Hold(r *http.Request, waited, contested bool) {
	t.uploads.hold(r, waited)
	if contested {
		t.uploads.hurry()
	}
}

// Hurry gives the bodies that have a share of memory three seconds to arrive, since others wait for one.
func (t *Transfers) Hurry() { t.uploads.hurry() }

// Abort ends a request without an answer: net/http closes the connection, or resets the stream of HTTP/2. It would
// first wait for a body that has not been read.
func Abort(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now())
	panic(http.ErrAbortHandler)
}

// LogPanic logs the reason of a panic that was recovered. That of [Abort] is no bug, and goes on.
func LogPanic(ctx context.Context, logger *slog.Logger, reason any) {
	if reason == http.ErrAbortHandler { //nolint:errorlint // a panic's value, which nothing wraps
		panic(reason)
	}
	logger.ErrorContext(ctx, "a bug in the mock: please report it", slog.Any("panic", reason), slog.String("stack", string(debug.Stack())))
}

// ExtendDeadlines keeps the timeouts of the http.Server from ending a wait. Its read timeout would, too: to net/http a caller whose
// connection cannot be read any more has left.
func ExtendDeadlines(w http.ResponseWriter, wait time.Duration) {
	until := time.Now().Add(wait + time.Minute)
	controller := http.NewResponseController(w)
	_ = controller.SetReadDeadline(until)
	_ = controller.SetWriteDeadline(until)
}
