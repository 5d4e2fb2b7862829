package client

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// pacer lets calls through so that they stay under the rate limit of the key. It knows the limit only from answers:
// while a window is unknown it lets one call through to find out, then as many as RateLimit-Remaining allows, then none
// until the window has ended. Nothing that one answer says holds calls back for longer than a window of a minute: after
// that it asks again.
type pacer struct {
	head chan struct{} // held by the first in the queue, who alone waits for a change

	mu        sync.Mutex
	changed   chan struct{} // closed when a call has come back
	underWay  int           // calls that may or may not be part of remaining yet
	probe     *turn         // the one of them that was let through last to learn about the window
	known     bool          // remaining is that of the current window
	remaining int

	// When the current window ends, or the last one that was known, as far as answers tell. RateLimit-Reset counts from
	// some moment between request and answer, in whole seconds that are rounded one way or the other.
	earliest, latest time.Time
}

// longestWindow is our reading of the page "Rate Limiting": 100 requests per minute.
const longestWindow = time.Minute

// turn is the permission to make one attempt.
type turn struct {
	pacer  *pacer
	at     time.Time
	waited time.Duration
}

// acquire waits for a turn, but not for a window that begins after ctx's deadline or is more than maxWait away.
func (p *pacer) acquire(ctx context.Context, maxWait time.Duration) (*turn, *Error) {
	start := time.Now()
	if late := p.tooLate(ctx, maxWait); late != nil {
		return nil, late
	}
	select {
	case p.head <- struct{}{}:
		defer func() { <-p.head }()
	case <-ctx.Done():
		return nil, noTurnBefore(ctx)
	}
	for {
		t, changed, due := p.take(time.Now())
		if t != nil {
			t.waited = t.at.Sub(start)
			return t, nil
		}
		if late := p.tooLate(ctx, maxWait); late != nil {
			return nil, late
		}
		if wait(ctx, changed, due) != nil {
			return nil, noTurnBefore(ctx)
		}
	}
}

// tooLate is the error of a call that would have to wait beyond its bounds for a window that is used up to end, or nil.
func (p *pacer) tooLate(ctx context.Context, maxWait time.Duration) *Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch due, left := time.Until(p.latest), timeLeft(ctx); {
	case !p.known || p.remaining > 0 || due <= 0:
	case due > maxWait:
		return notTried(fmt.Sprintf("the rate limit has no room for %v, and MaxWait is %v", due, maxWait), ErrWaitTooLong)
	case due > left:
		return notTried(fmt.Sprintf("the rate limit has no room for %v, and the context ends in %v", due, left),
			ErrWaitTooLong, context.DeadlineExceeded)
	}
	return nil
}

func noTurnBefore(ctx context.Context) *Error {
	return notTried("the context ended before the rate limit had room", ctx.Err(), context.Cause(ctx))
}

// wait returns when changed is closed, at due, or with ctx's error.
func wait(ctx context.Context, changed <-chan struct{}, due time.Time) error {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// take returns a turn if there is one now, or what to wait for: a call that comes back, or the end of the window, whichever
// is first. A call under way may hang, so it holds no other back for longer than a window.
func (p *pacer) take(now time.Time) (*turn, <-chan struct{}, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = p.known && now.Before(p.latest)
	t := &turn{pacer: p, at: now}
	switch {
	case !p.known && p.probe != nil && now.Before(p.probe.at.Add(longestWindow)):
		return nil, p.changed, p.probe.at.Add(longestWindow)
	case !p.known:
		p.probe = t
	case p.remaining <= p.underWay:
		// Calls under way may be counted twice, in underWay and by the vendor. An answer will tell, or the next window.
		return nil, p.changed, p.latest
	}
	p.underWay++
	return t, nil, time.Time{}
}

// done gives the turn back, unless it is nil, with what the attempt's answer said of the limit, and its failure.
func (t *turn) done(limit *RateLimit, e *Error) {
	if t == nil {
		return
	}
	p := t.pacer
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	if p.probe == t {
		p.probe = nil
	}
	switch now := time.Now(); {
	case e == nil || e.outcome == exists:
		p.observe(limit, t.at, now)
	case e.outcome == unknown, e.outcome == unanswered:
		p.remaining-- // and whose headers these are is not known either
	case e.outcome == refused:
		p.observe(limit, t.at, now)
		p.shut(now, e)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// shut lets no call through for as long as a refusal asks to wait, nor before the end of the window if that is known.
func (p *pacer) shut(now time.Time, e *Error) {
	d := e.due
	if d == unreadable || d == silent && e.StatusCode == http.StatusTooManyRequests {
		d = DefaultBackoff
	}
	if d < 0 {
		return
	}
	p.known, p.remaining = true, 0
	end := now.Add(min(d, longestWindow))
	p.earliest = later(p.earliest, end.Add(-time.Second))
	p.latest = later(p.latest, end.Add(time.Second))
}

// observe takes in the answer to a call that the vendor has counted, or may have.
func (p *pacer) observe(limit *RateLimit, sent, received time.Time) {
	if limit == nil || limit.Remaining < 0 || limit.Reset < 0 {
		p.remaining--
		return
	}
	reset := min(limit.Reset, longestWindow)
	earliest, latest := sent.Add(reset-time.Second), received.Add(reset+time.Second)
	switch {
	case earliest.After(p.latest):
		p.known, p.remaining, p.earliest, p.latest = true, limit.Remaining, earliest, latest
	case latest.Before(p.earliest):
		// A late answer from the window before, or a vendor that started anew.
		p.remaining--
	default:
		// Answers of one window overtake each other: the least is the latest.
		p.remaining = min(p.remaining, limit.Remaining)
		p.earliest = later(p.earliest, earliest)
		if latest.Before(p.latest) {
			p.latest = latest
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
