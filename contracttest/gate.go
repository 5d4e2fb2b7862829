package contracttest

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// gate is where requests wait for the rate limit, their own and the server's, and where they are counted. It is safe
// for concurrent use.
type gate struct {
	mu     sync.Mutex
	apart  time.Duration // between two requests
	next   time.Time     // when the next request may leave
	most   int           // how many may leave; negative is any number
	left   int           // how many have left
	waited time.Duration
	hasty  bool // wait only after a 429: the mock does not mind
	shut   bool // the last answer said that nothing was left
	deaf   bool // what the server says of its limit is not to be believed
	onWait func(time.Duration)
	told   time.Time // until when onWait was told of
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
		tell := g.shut && g.onWait != nil && g.next.After(g.told)
		if tell {
			g.told = g.next
		}
		g.mu.Unlock()
		if tell {
			g.onWait(wait)
		}
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

// observe closes the gate until the window ends where an answer says that nothing is left in it. It reports whether
// waiting can help: a server that says so again, after it was waited for as it asked, is not listened to any more.
func (g *gate) observe(answer *response) bool {
	limited := answer.status == http.StatusTooManyRequests
	limit := headerNumber(answer, "RateLimit-Limit", 0)
	usedUp := headerNumber(answer, "RateLimit-Remaining", 1) <= 0 && limit > 0 && !g.hasty
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	switch {
	case !limited && !usedUp:
		g.shut = false
		return true
	case g.deaf, g.shut && !now.Before(g.next) && (limited || limit > 1):
		g.deaf = true
		return false
	}
	seconds := headerNumber(answer, "RateLimit-Reset", 1)
	if seconds < 1 || seconds > longestWindow {
		seconds = 1
	}
	g.shut = true
	if until := now.Add(time.Duration(seconds) * time.Second); until.After(g.next) {
		g.next = until
	}
	return true
}

func headerNumber(answer *response, name string, otherwise int) int {
	if n, err := strconv.Atoi(answer.header.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// longestWindow is the longest wait, in seconds, that an answer may ask for.
const longestWindow = 3600
