package transfer

import (
	"iter"
	"net/http"
	"slices"
	"sync"
	"time"
)

// How long a large answer may go without progress, and take in all, before its connection is closed; and how long it has once the server
// closes.
const (
	writeIdle     = 5 * time.Second
	writeTime     = 30 * time.Second
	writeWhenOver = 2 * time.Second
)

// Send sends an answer. A large one is sent piece by piece, so that a client that reads nothing does not hold it for ever.
func (t *Transfers) Send(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	_, _ = t.Write(w, body) // net/http closes the connection where it fails
}

// Write writes the body of an answer, or a part of it, as [Transfers.Send] does.
func (t *Transfers) Write(w http.ResponseWriter, body []byte) (n int, err error) {
	return t.WriteAll(w, slices.Values([][]byte{body}))
}

// WriteAll is Write of an answer whose pieces are made one after the other, so that it need not be there at once. All but the last must have more
// than [FirstRead] bytes. The time that it takes is bounded for all of them together.
func (t *Transfers) WriteAll(w http.ResponseWriter, pieces iter.Seq[[]byte]) (n int, err error) {
	control := http.NewResponseController(w)
	end := time.Now().Add(writeTime)
	begun := false
	for piece := range pieces {
		if len(piece) <= FirstRead && !begun {
			return w.Write(piece) // the answer is small
		}
		if !begun {
			begun = true
			t.downloads.begin(control)
			defer t.downloads.end(control)
		}
		for part := range slices.Chunk(piece, FirstRead) {
			t.downloads.extend(control, end)
			written, err := w.Write(part)
			if n += written; err != nil {
				return n, err
			}
		}
	}
	return n, control.Flush() // what is left would be written without the deadline of a server that closes
}

// SendPiece sends a piece of an answer that has no end of its own, and fails where its client does not read it within a time; within two seconds
// where the server closes meanwhile.
func (t *Transfers) SendPiece(w http.ResponseWriter, piece []byte, within time.Duration) error {
	control := http.NewResponseController(w)
	t.downloads.begin(control)
	defer t.downloads.end(control)
	t.downloads.allow(control, within)
	if _, err := w.Write(piece); err != nil {
		return err
	}
	return control.Flush()
}

// downloads are the large answers that are being written. One that its client does not read would keep
// http.Server.Shutdown waiting: once the server closes, each has writeWhenOver left.
type downloads struct {
	mu      sync.Mutex
	closing bool
	writing map[*http.ResponseController]struct{}
}

func (d *downloads) begin(control *http.ResponseController) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writing == nil {
		d.writing = map[*http.ResponseController]struct{}{}
	}
	d.writing[control] = struct{}{}
	if d.closing {
		_ = control.SetWriteDeadline(time.Now().Add(writeWhenOver))
	}
}

func (d *downloads) end(control *http.ResponseController) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.writing, control)
}

// extend gives an answer more time for its next piece, but not beyond its end.
func (d *downloads) extend(control *http.ResponseController, end time.Time) {
	d.allow(control, min(writeIdle, time.Until(end)))
}

// allow gives an answer a time for its next piece, unless the server closes.
func (d *downloads) allow(control *http.ResponseController, within time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closing {
		_ = control.SetWriteDeadline(time.Now().Add(within))
	}
}

func (d *downloads) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closing = true
	for control := range d.writing {
		_ = control.SetWriteDeadline(time.Now().Add(writeWhenOver))
	}
}
