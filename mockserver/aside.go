package mockserver

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// mostAside is how many bytes of large bodies and answers are held for those who wait after the work: for a fault, for
// the latency, or for a client that reads the answer. It is used up by clients that read nothing, or by long delays.
const mostAside = 128 << 20

// How long an exchange waits for its share of mostAside before its connection is closed, and how long a large answer
// may go without progress, and take in all, before its connection is closed.
const (
	asideTime     = 10 * time.Second
	writeIdle     = 5 * time.Second
	writeTime     = 30 * time.Second
	writeWhenOver = 2 * time.Second
)

// setAside lets others have the share of an exchange that is about to wait, and takes one of mostAside for what it
// holds meanwhile. It is false, and the connection is to be closed, where there is none in time. Exchanges that are
// small cost nothing.
func (s *Server) setAside(x *exchange) bool {
	if x.aside == 0 && max(len(x.body), len(x.answer)) > firstRead {
		bytes := min(int64(len(x.body)+cap(x.answer)), s.aside.most)
		ctx, cancel := context.WithTimeout(x.request.Context(), s.latency+asideTime)
		defer cancel()
		if err := s.aside.acquire(ctx, bytes, func() {}); err != nil {
			return false
		}
		x.aside = bytes
	}
	s.release(x)
	return true
}

// takeBack ends what setAside began.
func (s *Server) takeBack(x *exchange) {
	if x.aside > 0 {
		s.aside.release(x.aside)
		x.aside = 0
	}
}

// lose leaves an exchange without an answer.
func (x *exchange) lose() { x.status, x.answer, x.offContract, x.deliver = 0, nil, true, abort }

// send sends the answer as it is. Nothing writes to its header any more: the journal has it by now.
func (s *Server) send(w http.ResponseWriter, x *exchange) {
	w.WriteHeader(x.status)
	if len(x.answer) <= firstRead {
		_, _ = w.Write(x.answer)
		return
	}
	control := http.NewResponseController(w)
	end := time.Now().Add(writeTime)
	s.downloads.begin(control)
	defer s.downloads.end(control)
	for piece := range slices.Chunk(x.answer, firstRead) {
		s.downloads.extend(control, end)
		if _, err := w.Write(piece); err != nil {
			return // net/http closes the connection
		}
	}
	_ = control.Flush() // what is left would be written without the deadline of a server that closes
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
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closing {
		return
	}
	if next := time.Now().Add(writeIdle); next.Before(end) {
		end = next
	}
	_ = control.SetWriteDeadline(end)
}

func (d *downloads) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closing = true
	for control := range d.writing {
		_ = control.SetWriteDeadline(time.Now().Add(writeWhenOver))
	}
}
