package mockserver

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

// mostInFlight is how many bytes of large bodies are worked on at once: bodies of more than firstRead, from their first
// byte beyond that until their answer is made. Reading, judging, decoding and answering one takes a few times its size,
// up to 64 MB for 1 MB. A body that only arrives has no more than the share it holds, and what waits after the work is
// bounded by mostAside.
const mostInFlight = 8 << 20

// arrivalTime is how long a large body may take to arrive from when others wait for its share; one that takes longer is
// answered as one that did not arrive whole. Without it a few uploads that stall would keep all others waiting until
// the read timeout of http.Server.
const arrivalTime = 3 * time.Second

// pool hands out shares of a number of bytes. Whoever asks for one takes it whole, and waits for no other share of the
// pool while it has it, so that none can wait for another for ever.
type pool struct {
	most int64

	mu      sync.Mutex
	free    int64
	waiting []*turn // in the order in which they came
	oldest  bool    // who is next: the oldest, or the newest
}

type turn struct {
	bytes int64
	come  chan struct{} // is closed when the share is there
}

func newPool(most int64) *pool { return &pool{most: most, free: most} }

// acquire waits for a share, and fails if ctx ends before. It calls queued before it waits.
func (p *pool) acquire(ctx context.Context, bytes int64, queued func()) error {
	p.mu.Lock()
	if len(p.waiting) == 0 && bytes <= p.free {
		p.free -= bytes
		p.mu.Unlock()
		return nil
	}
	mine := &turn{bytes, make(chan struct{})}
	p.waiting = append(p.waiting, mine)
	p.mu.Unlock()
	queued()
	select {
	case <-mine.come:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.waiting, mine); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
	} else { // its turn came at the same time
		p.free += bytes
	}
	p.admit()
	return ctx.Err()
}

func (p *pool) release(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free += bytes
	p.admit()
}

// admit gives what is free to the newest and the oldest by turns: the newest need not wait behind any number of uploads
// that stall, and the oldest is not passed over for ever.
func (p *pool) admit() {
	for len(p.waiting) > 0 {
		next := len(p.waiting) - 1
		if p.oldest {
			next = 0
		}
		turn := p.waiting[next]
		if turn.bytes > p.free {
			return
		}
		p.free -= turn.bytes
		p.waiting = slices.Delete(p.waiting, next, next+1)
		p.oldest = !p.oldest
		close(turn.come)
	}
}

// contested reports whether anyone waits.
func (p *pool) contested() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiting) > 0
}

// reserve waits for the share of a body, and fails if the caller leaves before.
func (s *Server) reserve(x *exchange, bytes int64) error {
	bytes = min(bytes, s.inFlight.most)
	waited := false
	if err := s.inFlight.acquire(x.request.Context(), bytes, func() {
		waited = true
		s.uploads.hurry()
	}); err != nil {
		return err
	}
	x.reserved = bytes
	if waited { // what http.Server gives for body and answer went by while others had their turn
		_ = http.NewResponseController(x.out).SetWriteDeadline(time.Now().Add(s.latency + 2*lingerTime))
	}
	s.uploads.hold(x.request, waited)
	if s.inFlight.contested() {
		s.uploads.hurry()
	}
	return nil
}

// release gives the share back, if the exchange has one. Whoever waits does it before: for a fault, for the latency, or
// for a client that reads the answer.
func (s *Server) release(x *exchange) {
	if x.reserved > 0 {
		s.inFlight.release(x.reserved)
		x.reserved = 0
	}
}
