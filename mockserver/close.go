package mockserver

import (
	"context"
	"sync"
	"time"
)

// Close ends the waits of faults: calls that a fault keeps waiting, now or later, end without an answer. Bodies that are
// still arriving, and large answers that are still being written, have two seconds left. [Server.CloseWithin] leaves
// short waits their time.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.closed)
		s.uploads.close()
		s.downloads.close()
	})
}

// CloseWithin is Close for a server that stops in a while: waits that are over by then go on and are answered, those
// that would last longer end at once. Hand it to [http.Server.RegisterOnShutdown], whose Shutdown would else wait as
// long as the faults do. The first call counts; Close ends the rest.
func (s *Server) CloseWithin(d time.Duration) {
	s.onceWithin.Do(func() {
		s.deadline = time.Now().Add(d)
		close(s.closing)
		s.uploads.close()
		s.downloads.close()
	})
}

// ending is how a server stops.
type ending struct {
	once, onceWithin sync.Once
	closed           chan struct{}
	closing          chan struct{}
	deadline         time.Time // the end of waits; set before closing is closed
	uploads          uploads
	downloads        downloads
}

func newEnding() ending {
	return ending{closed: make(chan struct{}), closing: make(chan struct{})}
}

// pause waits as long as a fault says. It is false where the caller left or the server closed before, or closes before
// what comes after the wait would be over, which takes as long as after says.
func (e *ending) pause(ctx context.Context, d, after time.Duration) bool {
	over := time.Now().Add(d + after)
	timer := time.NewTimer(d)
	defer timer.Stop()
	closing := e.closing
	for {
		select {
		case <-timer.C:
			return true
		case <-closing:
			if over.After(e.deadline) {
				return false
			}
			closing = nil
		case <-ctx.Done():
			return false
		case <-e.closed:
			return false
		}
	}
}
