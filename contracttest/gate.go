package contracttest

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// gate is where requests wait for the rate limit, their own and the server's, and where they are counted. It is safe for concurrent use.
type gate struct {
	mu     sync.Mutex
	apart  time.Duration // between two requests
	next   time.Time     // when the next request may leave
	most   int           // how many may leave; negative is any number
	left   int           // how many have left
	waited time.Duration
}

func newGate(rate float64) *gate {
	g := &gate{most: -1}
	if rate > 0 {
		g.apart = time.Duration(float64(time.Second) / rate)
	}
	return g
}

// enter waits until a request may leave.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		now := time.Now()
		wait := g.next.Sub(now)
		if wait <= 0 {
			g.left++
			g.next = now.Add(g.apart)
			g.mu.Unlock()
			return ctx.Err()
		}
		g.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
			g.mu.Lock()
			g.waited += wait
			g.mu.Unlock()
		}
	}
}

// open reports whether the budget has room for another request.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.most < 0 || g.left < g.most
}

// observe closes the gate until the window ends where an answer says that nothing is left in it.
func (g *gate) observe(answer *response) {
	remaining, err := strconv.Atoi(answer.header.Get("RateLimit-Remaining"))
	limited := answer.status == http.StatusTooManyRequests
	if !limited && (err != nil || remaining > 0) {
		return
	}
	seconds, err := strconv.Atoi(answer.header.Get("RateLimit-Reset"))
	if err != nil || seconds < 0 || seconds > longestWindow {
		seconds = 1
	}
	if limit, err := strconv.Atoi(answer.header.Get("RateLimit-Limit")); !limited && (err != nil || limit == 0) {
		return // no window that could be used up
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(time.Duration(max(seconds, 1)) * time.Second); until.After(g.next) {
		g.next = until
	}
}

// longestWindow is the longest wait, in seconds, that an answer may ask for.
const longestWindow = 3600
