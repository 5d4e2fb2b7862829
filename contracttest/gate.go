package contracttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// gate is where requests wait for the rate limit, their own and the server's, and where they are counted. It is safe
// for concurrent use.
type gate struct {
	mu       sync.Mutex
	interval time.Duration // between two requests
	next     time.Time     // when the next request may leave
	budget   int           // how many may leave; negative is any number
	sent     int           // how many have left
	waited   time.Duration
	onWait   func(time.Duration)
	advised  time.Time // until when an answer asked to wait
	reported time.Time // until when onWait was told of

	limit limitState
	// ignoreRemaining has the gate wait after a 429 alone, whatever RateLimit-Remaining says: the mock does not mind.
	ignoreRemaining bool

	unavailables  int    // how many requests were answered 503
	timeouts      int    // how many answers did not come in time
	timeoutsInRow int    // of which the latest, one after another
	stopReason    string // why no further request is sent; empty as long as they are
}

// limitState is what is known of the server's rate limit.
type limitState int

const (
	allowing    limitState = iota // the last answer said that something is left in the window
	exhausted                     // the last answer said that nothing is left
	disbelieved                   // what the server says of its limit is not listened to any more
)

func newGate(rate float64) *gate {
	g := &gate{budget: -1}
	if rate > 0 {
		g.interval = time.Duration(float64(time.Second) / rate)
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
			g.sent++
			g.next = now.Add(g.interval)
			g.mu.Unlock()
			return ctx.Err()
		}
		tell := g.onWait != nil && g.advised.After(now) && g.advised.After(g.reported)
		if tell {
			g.reported = g.advised
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

// timedOut reports whether an answer did not come in time.
func timedOut(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// open reports whether another request may be sent: the budget has room, and the run was not stopped.
func (g *gate) open() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stopReason == "" && (g.budget < 0 || g.sent < g.budget)
}

// stopped says why no further request is sent; empty where that is for the budget alone.
func (g *gate) stopped() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.stopReason
}

// How many answers may not come in time before the run stops: each costs as long as answerTimeout.
const (
	mostTimeoutsInRow = 3  // in a row
	mostTimeouts      = 10 // in all
)

// arrived notes how an answer came, or why not, and stops the run at a server that hangs.
func (g *gate) arrived(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !timedOut(err) {
		g.timeoutsInRow = 0
		return
	}
	g.timeouts++
	g.timeoutsInRow++
	if g.timeoutsInRow == mostTimeoutsInRow || g.timeouts == mostTimeouts {
		g.stopReason = fmt.Sprintf("%d answers did not come within %v each", g.timeouts, answerTimeout)
	}
}

// observe closes the gate until the window ends where an answer says that nothing is left in it. It reports whether
// waiting can help: a server that says so again, after it was waited for as it asked, is not listened to any more.
func (g *gate) observe(answer *exchange.Response) bool {
	limited := answer.Status == http.StatusTooManyRequests
	limit := answer.Number("RateLimit-Limit", 0)
	usedUp := answer.Number("RateLimit-Remaining", 1) <= 0 && limit > 0 && !g.ignoreRemaining
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	switch {
	case !limited && !usedUp:
		if g.limit == exhausted {
			g.limit = allowing
		}
		return true
	case g.limit == disbelieved, g.limit == exhausted && !now.Before(g.next) && (limited || limit > 1):
		g.limit = disbelieved
		return false
	}
	wait := max(windowEnd(answer), time.Second)
	if limited {
		wait = max(wait, retryAfter(answer.Header, now))
		if wait > longestWait {
			g.stopReason = fmt.Sprintf("the server asked for a wait of %v, and %v is the longest", wait, longestWait)
			return false
		}
	}
	g.limit = exhausted
	g.wait(now.Add(min(wait, longestWait)))
	return true
}

// unavailable closes the gate for as long as a 503 advises, or a second. It reports whether the request is to be sent
// again: not where that takes too long, nor where so many were refused that it is no passing trouble.
func (g *gate) unavailable(answer *exchange.Response) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	wait := retryAfter(answer.Header, now)
	if wait < 0 {
		wait = time.Second
	}
	if g.unavailables++; g.unavailables > max(mostUnavailable, g.sent/20) || wait > longestWait {
		return false
	}
	g.wait(now.Add(wait))
	return true
}

// wait lets no request leave until a time that an answer asked for. The caller holds the lock.
func (g *gate) wait(until time.Time) {
	if until.After(g.next) {
		g.next = until
	}
	if until.After(g.advised) {
		g.advised = until
	}
}
