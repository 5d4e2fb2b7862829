package mockserver

import (
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// mostInFlight is how many bytes of large bodies are worked on at once: bodies of more than firstRead, from their first
// byte beyond that until their answer is made. Reading, judging, decoding and answering one takes a few times its size,
// up to 64 MB for 1 MB.
const mostInFlight = 8 << 20

// inFlight makes requests with large bodies wait for their turn, in the order in which they came. A request takes its
// whole share at once and waits for nothing but its own body while it has it, so that none can wait for another for ever:
// a client that sends too slowly is for the timeouts of http.Server.
type inFlight struct {
	*semaphore.Weighted
	most int64
}

// newInFlight has room for one body of the largest size at least.
func newInFlight(maxBody int64) inFlight {
	most := max(mostInFlight, maxBody)
	return inFlight{semaphore.NewWeighted(most), most}
}

// reserve waits for the share of a body, and fails if the caller leaves before.
func (s *Server) reserve(x *exchange, bytes int64) error {
	bytes = min(bytes, s.inFlight.most)
	if !s.inFlight.TryAcquire(bytes) {
		if err := s.inFlight.Acquire(x.request.Context(), bytes); err != nil {
			return err
		}
		// What http.Server gives for body and answer went by while others had their turn.
		control := http.NewResponseController(x.out)
		s.uploads.extend(control, lingerTime)
		_ = control.SetWriteDeadline(time.Now().Add(s.latency + 2*lingerTime))
	}
	x.reserved = bytes
	return nil
}

// release gives the share back, if the exchange has one. Whoever waits does it before: for a fault, for the latency, or
// for a client that reads the answer.
func (s *Server) release(x *exchange) (bytes int64) {
	bytes, x.reserved = x.reserved, 0
	if bytes > 0 {
		s.inFlight.Release(bytes)
	}
	return bytes
}
