package sender

import (
	"container/heap"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

var retries = gen.WebhookRetries()

// pump queues what has become due, begins the attempts that may begin, and sets the timer for what waits.
func (s *Sender) pump(now time.Time) {
	if s.closed {
		return
	}
	for len(s.waiting) > 0 && !s.waiting[0].due.After(now) {
		s.queue(s.waiting[0])
	}
	for more := true; more; {
		more = s.beginOneEach(now)
	}
	if len(s.waiting) > 0 && !s.waiting[0].due.Equal(s.armed) {
		s.armed = s.waiting[0].due
		after := min(max(s.armed.Sub(now), time.Millisecond), poll)
		if s.timer == nil {
			s.timer = time.AfterFunc(after, s.Wake)
		} else {
			s.timer.Reset(after)
		}
	}
}

// beginOneEach begins one attempt at each endpoint that may have one more, so that none gets all of the requests that may be under way. It is false where
// nothing may begin any more.
func (s *Sender) beginOneEach(now time.Time) bool {
	begun := false
	for _, e := range s.endpoints {
		if len(e.ready) == 0 || e.sending >= sendingPerTarget || s.sending >= sendingInAll && e.sending > 0 {
			continue
		}
		if s.giveWay() {
			return false
		}
		d := e.ready[0]
		e.ready[0] = nil
		e.ready = e.ready[1:]
		s.begin(d, now)
		begun = true
	}
	return begun
}

// giveWay reports whether the next attempt has to wait for creates, and goes on after that.
func (s *Sender) giveWay() bool {
	now := time.Now()
	filled := s.pending.count >= maxPending/2 || s.pending.bytes >= maxPendingBytes/2
	if filled || s.interval >= dense || now.Sub(s.created) >= lull || now.Sub(s.begun) >= gap {
		s.begun = now
		return false
	}
	if !s.paced {
		s.paced = true
		time.AfterFunc(gap, func() {
			s.mu.Lock()
			s.paced = false
			s.mu.Unlock()
			s.Wake()
		})
	}
	return true
}

// begin begins the next attempt of a delivery, unless its endpoint or a fault says otherwise.
func (s *Sender) begin(d *delivery, now time.Time) {
	e := d.to
	if e.Suspended {
		s.finish(d, webhook.Skipped, "the endpoint was suspended")
		return
	}
	s.begins++
	d.begun = s.begins
	m := d.fault
	if !d.drawn {
		var f webhook.Fault
		f, m = s.faults.draw(d)
		switch m.kind {
		case webhook.Never:
			s.finish(d, webhook.Skipped, m.id+" hit it: "+string(m.kind))
			return
		case webhook.Late:
			d.drawn, d.fault = true, m
			s.wait(d, now.Add(s.divided(f.Delay)))
			return
		case webhook.Reordered:
			d.drawn, d.fault = true, m
			e.held, e.heldBy = d, f
			s.wait(d, now.Add(s.divided(longestHold)))
			return
		}
	}
	d.drawn, d.fault = false, mark{}
	d.tries++
	e.sending++
	s.sending++
	s.running.Go(func() { s.send(d, m) })
}

// send carries out an attempt, twice where a fault duplicates it.
func (s *Sender) send(d *delivery, m mark) {
	copies := 1
	if m.kind == webhook.Duplicate {
		copies = 2
	}
	ok := false
	var now time.Time
	for range copies {
		a, said := s.attempt(d, m)
		now = s.config.Now()
		ok = ok || a.ok()
		s.mu.Lock()
		s.record(d, a, said)
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.to.sending--
	s.sending--
	if !s.closed {
		if d.state == webhook.Pending {
			s.settle(d, ok, now)
		}
		if held := d.to.held; held != nil && d.begun > held.begun {
			s.releaseHeld(d.to)
		}
	}
	s.pump(now)
}

// record keeps an attempt, of which the log says what may be said there. Where there is no room for its answer that is left out.
func (s *Sender) record(d *delivery, a attempt, said string) {
	texts := len(a.answer) + len(a.err)
	if d.state == webhook.Pending {
		if s.pending.texts+texts > maxTexts {
			a.more, a.answer, texts = a.more || a.answer != "", "", len(a.err)
		}
		s.pending.texts += texts
	}
	d.texts += texts
	charged := d.charge()
	d.attempts = append(d.attempts, a)
	if d.admitted {
		s.pending.bytes += d.charge() - charged
	}
	s.history.resize(d)
	level, message := slog.LevelDebug, "webhook delivered"
	if !a.ok() {
		level, message = slog.LevelInfo, "webhook not delivered"
	}
	s.lines.add(level, message, slog.String("delivery", d.id()), slog.String("endpoint", d.to.ID), slog.String("event", d.event.id),
		slog.Int("attempt", d.tries), slog.Int("status", a.status), slog.String("error", said))
}

// settle says what becomes of a delivery after an attempt.
func (s *Sender) settle(d *delivery, ok bool, now time.Time) {
	e := d.to
	switch {
	case ok:
		e.Failing = 0
		s.finish(d, webhook.Delivered, "")
	case d.tries <= len(retries):
		if !d.retrying {
			d.retrying = true
			e.Retrying++
		}
		s.wait(d, now.Add(s.divided(retries[d.tries-1])))
	default:
		e.Failing++
		s.finish(d, webhook.Failed, fmt.Sprintf("given up after %d attempts", d.tries))
		s.lines.add(slog.LevelWarn, "webhook given up", slog.String("delivery", d.id()), slog.String("endpoint", e.ID),
			slog.String("event", d.event.id), slog.Int("failing", e.Failing))
	}
}

// finish ends a delivery: it moves from the pending ones into the history.
func (s *Sender) finish(d *delivery, state webhook.State, reason string) {
	s.release(d)
	d.state, d.reason = state, reason
	switch e := d.to; state {
	case webhook.Delivered:
		e.Delivered++
	case webhook.Failed:
		e.Failed++
	case webhook.TooLarge:
		e.TooLarge++
		s.lines.add(slog.LevelWarn, "webhook not sent: the payload is too large", slog.String("delivery", d.id()), slog.Int("bytes", d.event.size))
	default:
		e.Skipped++
	}
	s.history.end(d)
}

// release takes a delivery out of what is pending, if it is there.
func (s *Sender) release(d *delivery) {
	e := d.to
	if e.held == d {
		e.held = nil
	}
	if d.place >= 0 {
		heap.Remove(&s.waiting, d.place)
		d.due = time.Time{}
	}
	if !d.admitted {
		return
	}
	d.admitted = false
	e.Pending--
	if d.retrying {
		e.Retrying--
	}
	s.pending.count--
	s.pending.bytes -= d.charge()
	s.pending.texts -= d.texts
	if s.burst > 0 && s.pending.count <= maxPending/2 && s.pending.bytes <= maxPendingBytes/2 {
		s.lines.add(slog.LevelWarn, "the queue of webhooks has room again", slog.Int("dropped", s.burst))
		s.burst = 0
	}
}

// unqueue takes the deliveries that were released out of the queue of their endpoint.
func (e *endpoint) unqueue() {
	e.ready = slices.DeleteFunc(e.ready, func(d *delivery) bool { return !d.admitted })
}

// divided is a time to wait, at the speed of the sender.
func (s *Sender) divided(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.config.Speed)
}
