package sender

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// The bounds of what is held. Together with the texts of failed attempts they keep a receiver that never answers below 32 MB.
const (
	maxPending       = 30_000
	maxPendingBytes  = 20 << 20
	maxTexts         = 2 << 20 // answers and errors of the attempts of pending deliveries, in bytes; beyond it they are left out
	maxHistory       = 10_000
	maxHistoryBytes  = 8 << 20
	sendingPerTarget = 8  // requests to one endpoint at once
	sendingInAll     = 64 // an endpoint to which nothing is being sent may have one beyond that, so that none waits for the others' receivers
)

// While creates come faster than one in dense, attempts begin gap apart, so that a create hardly pays for what is sent: 10,000 creates share the processors
// with as many deliveries and their receiver. As soon as creates slow down, stop for lull, or have filled half of the queue, attempts begin as soon as they can.
const (
	dense = 500 * time.Microsecond
	lull  = 20 * time.Millisecond
	gap   = 10 * time.Millisecond
)

// poll is how often the clock is read at least while deliveries wait: whoever owns it may move it without a word.
const poll = time.Second

// Config is what a sender is made with.
type Config struct {
	// Endpoints are there from the start, and after a reset.
	Endpoints []webhook.Endpoint
	// Allow are the addresses that may be sent to, beside loopback ones.
	Allow []netip.Prefix
	// Speed divides the time between retries, and the delay of a fault: at least 1; 0 means 1. The timestamps are those of the clock all the same.
	Speed float64
	// IDSeed makes the ids of events repeat; nil makes them random.
	IDSeed *uint64
	// Now is the clock: of timestamps, and by which retries become due. Whoever moves it calls [Sender.Wake].
	Now func() time.Time
	// Logger gets what deserves a line: attempts that failed, events that were given up or dropped.
	Logger *slog.Logger
	// Dial takes the place of the network in tests; addresses are not checked then. nil dials what Allow allows.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Sender sends webhooks. It is safe for concurrent use.
type Sender struct {
	config Config
	client *client
	lines  lines
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	any    atomic.Bool // whether there are endpoints, for the creates of a mock without webhooks

	mu        sync.Mutex
	closed    bool
	running   sync.WaitGroup // the goroutines that send
	endpoints []*endpoint
	lastAdded int
	ids       eventIDs
	faults    faults
	history   history
	waiting   byDue
	timer     *time.Timer // for waiting
	armed     time.Time   // what the timer is set for, by the mock's clock
	paced     bool        // Wake comes after gap
	sending   int
	created   time.Time     // the last create, by the machine's clock
	interval  time.Duration // between creates, smoothed
	begun     time.Time     // the last attempt
	begins    uint64        // attempts and holds so far
	pending   struct{ count, bytes, texts int }
	burst     int // deliveries dropped since there was no room; 0 while there is
}

// New makes a sender. The first endpoint that cannot be told is the error.
func New(config Config) (*Sender, error) {
	if config.Speed == 0 {
		config.Speed = 1
	}
	if !(config.Speed >= 1) {
		return nil, fmt.Errorf("webhook: speed must be at least 1, got %v", config.Speed)
	}
	s := &Sender{config: config, ids: eventIDs{seed: config.IDSeed}, interval: 8 * dense}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.client = newClient(config.Allow, config.Dial)
	s.lines.logTo(config.Logger)
	for _, e := range config.Endpoints {
		if _, err := s.add(e, true); err != nil {
			s.cancel()
			return nil, err
		}
	}
	s.config.Endpoints = nil
	return s, nil
}

// Created tells the endpoints of a key that a customer was created: in JSON, as the API answered it, without an envelope. The payload is kept and not
// copied. It returns at once.
func (s *Sender) Created(key, customer string, payload []byte) {
	if !s.any.Load() {
		return
	}
	payload = stringify(payload)
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.came()
	var ev *event
	for _, e := range s.endpoints {
		if e.Key != "" && e.Key != key {
			continue
		}
		if ev == nil {
			ev = &event{id: s.ids.next(now), key: key, customer: customer, payload: payload, size: len(payload), created: now}
			if ev.size > gen.WebhookMaxPayload {
				ev.payload = nil
			}
		}
		s.tell(e, ev)
	}
	s.pump(now)
}

// came keeps account of how fast creates come: a few dozen in a row are fast.
func (s *Sender) came() {
	now := time.Now()
	s.interval += (min(now.Sub(s.created), 8*dense) - s.interval) / 8
	s.created = now
}

// tell makes the delivery of an event to an endpoint.
func (s *Sender) tell(e *endpoint, ev *event) {
	e.events++
	d := &delivery{event: ev, to: e, sequence: e.events, state: webhook.Pending, place: -1}
	switch {
	case ev.payload == nil:
		s.history.add(d)
		s.finish(d, webhook.TooLarge, fmt.Sprintf("the payload has %d bytes, and at most %d are sent", ev.size, gen.WebhookMaxPayload))
	case e.Suspended:
		s.history.add(d)
		s.finish(d, webhook.Skipped, "the endpoint was suspended")
	case !s.admit(d):
		e.Dropped++
	}
}

// admit queues a delivery, if there is room, or can be made: an endpoint that has more pending gives up what it was not sent yet.
func (s *Sender) admit(d *delivery) bool {
	for !s.hasRoom(d) {
		s.burst++
		if s.burst == 1 {
			s.lines.add(slog.LevelWarn, "the queue of webhooks is full: events are being dropped", slog.Int("pending", s.pending.count),
				slog.Int("pendingBytes", s.pending.bytes))
		}
		if !s.makeRoom(d.to) {
			return false
		}
	}
	s.history.add(d)
	d.admitted = true
	s.pending.count++
	s.pending.bytes += d.charge()
	d.to.Pending++
	d.to.ready = append(d.to.ready, d)
	return true
}

func (s *Sender) hasRoom(d *delivery) bool {
	return s.pending.count < maxPending && s.pending.bytes+d.charge() <= maxPendingBytes
}

// makeRoom drops the newest delivery that was not sent yet of the endpoint that has the most pending, if that is more than one of e's: who is never answered
// does not take the room of the others. It is false where there is none.
func (s *Sender) makeRoom(e *endpoint) bool {
	most := e
	for _, other := range s.endpoints {
		if other.Pending > most.Pending {
			most = other
		}
	}
	if most == e {
		return false
	}
	const looked = 64 // from the end of the queue, where retries may stand too
	for i := len(most.ready) - 1; i >= max(0, len(most.ready)-looked); i-- {
		if d := most.ready[i]; d.tries == 0 && !d.drawn && d.admitted {
			most.ready = slices.Delete(most.ready, i, i+1)
			s.release(d)
			d.state = webhook.Skipped
			s.history.forget(d)
			most.Dropped++
			return true
		}
	}
	return false
}

// Wake looks for what has become due: whoever moves the clock calls it.
func (s *Sender) Wake() {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = time.Time{} // the timer has fired, or the clock was moved
	s.pump(now)
}

// Close ends everything that is under way, at once and whatever receivers do. Nothing is sent afterwards; what was is still listed.
func (s *Sender) Close() {
	s.mu.Lock()
	s.closed = true
	if s.timer != nil {
		s.timer.Stop()
	}
	s.mu.Unlock()
	s.cancel()
	s.running.Wait()
	s.client.close()
}
