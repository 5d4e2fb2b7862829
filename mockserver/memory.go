package mockserver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// WithMaxBody sets how many bytes of a request body are accepted; a longer one is 400 VALIDATION_ERROR. The default is
// 1 MiB.
func WithMaxBody(bytes int64) Option {
	return func(c *config) error {
		if bytes < 1 {
			return fmt.Errorf("WithMaxBody: must be at least 1 byte, got %d", bytes)
		}
		c.maxBody = bytes
		return nil
	}
}

// mostInFlight is how many bytes of large bodies are worked on at once: bodies of more than transfer.FirstRead, from their first
// byte beyond that until their answer is made. Reading, judging, decoding and answering one takes a few times its size,
// up to 64 MB for 1 MB. A body that only arrives has no more than the share it holds, and what waits after the work is
// bounded by mostWaiting.
const mostInFlight = 8 << 20

// mostWaiting is how many bytes of large bodies and answers are held for those who wait after the work: for a fault, for
// the latency, or for a client that reads the answer. It is used up by clients that read nothing, or by long delays.
const mostWaiting = 128 << 20

// waitingTime is how long an exchange waits for its share of mostWaiting before its connection is closed.
const waitingTime = 10 * time.Second

// receive reads the body of an exchange, if it has not been read yet.
func (s *Server) receive(x *exchange) {
	if x.received {
		return
	}
	x.received = true
	reserve := func(bytes int64) error { return s.reserve(x, bytes) }
	if x.body, x.bodyError = s.transfers.ReadBody(x.out, x.request, s.maxBody, reserve); x.bodyError != nil {
		x.finish = s.transfers.Linger(x.out, x.request, x.bodyError, s.latency)
	}
}

// reserve waits for the share of a body, and fails if the caller leaves before.
func (s *Server) reserve(x *exchange, bytes int64) error {
	bytes = min(bytes, s.inFlight.Most())
	waited := false
	if err := s.inFlight.Acquire(x.request.Context(), bytes, func() {
		waited = true
		s.transfers.Hurry()
	}); err != nil {
		return err
	}
	x.reserved = bytes
	if waited { // what http.Server gives for body and answer went by while others had their turn
		_ = http.NewResponseController(x.out).SetWriteDeadline(time.Now().Add(s.latency + 2*transfer.LingerTime))
	}
	s.transfers.Hold(x.request, waited, s.inFlight.Contested())
	return nil
}

// release gives the share back, if the exchange has one. Whoever waits does it before: for a fault, for the latency, or
// for a client that reads the answer.
func (s *Server) release(x *exchange) {
	if x.reserved > 0 {
		s.inFlight.Release(x.reserved)
		x.reserved = 0
	}
}

// startWaiting lets others have the share of an exchange that is about to wait, and takes one of mostWaiting for what it
// holds meanwhile. It is false, and the connection is to be closed, where there is none in time. Exchanges that are
// small cost nothing.
func (s *Server) startWaiting(x *exchange) bool {
	if x.waiting == 0 && max(len(x.body), len(x.answer)) > transfer.FirstRead {
		bytes := min(int64(len(x.body)+cap(x.answer)), s.waiting.Most())
		ctx, cancel := context.WithTimeout(x.request.Context(), s.latency+waitingTime)
		defer cancel()
		if err := s.waiting.Acquire(ctx, bytes, func() {}); err != nil {
			return false
		}
		x.waiting = bytes
	}
	s.release(x)
	return true
}

// endWaiting ends what startWaiting began.
func (s *Server) endWaiting(x *exchange) {
	if x.waiting > 0 {
		s.waiting.Release(x.waiting)
		x.waiting = 0
	}
}

// lose leaves an exchange without an answer.
func (x *exchange) lose() {
	x.status, x.answer, x.offContract, x.deliver = 0, nil, true, transfer.Abort
}
