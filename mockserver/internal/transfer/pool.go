package transfer

import (
	"context"
	"slices"
	"sync"
)

// Pool hands out shares of a number of bytes. Whoever asks for one takes it whole, and waits for no other share of the
// pool while it has it, so that none can wait for another for ever. It is safe for concurrent use.
type Pool struct {
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

// Most is the largest share that there is.
func (p *Pool) Most() int64 { return p.most }

// NewPool makes a pool of so many bytes.
func NewPool(most int64) *Pool { return &Pool{most: most, free: most} }

// Acquire waits for a share, and fails if ctx ends before. It calls queued before it waits.
func (p *Pool) Acquire(ctx context.Context, bytes int64, queued func()) error {
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

// Release gives a share back.
func (p *Pool) Release(bytes int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free += bytes
	p.admit()
}

// admit gives what is free to the newest and the oldest by turns: the newest need not wait behind any number of uploads
// that stall, and the oldest is not passed over for ever.
func (p *Pool) admit() {
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

// Contested reports whether anyone waits.
func (p *Pool) Contested() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiting) > 0
}
