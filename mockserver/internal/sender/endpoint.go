package sender

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	maxEndpoints  = 256 // of all keys; the contract bounds those of one
	longestSecret = 256
)

// endpoint is one that is told. Guarded by Sender.mu, but for what never changes: ID, Key, URL, Secret, number, fixed, ctx.
type endpoint struct {
	webhook.Endpoint
	number int
	fixed  bool // there from the start, and after a reset
	ctx    context.Context
	cancel context.CancelFunc

	ready   []*delivery // the oldest first
	held    *delivery   // by a fault, until another delivery was sent that began later
	heldBy  webhook.Fault
	sending int
	events  uint64
}

// shown is the endpoint as it is listed.
func (e *endpoint) shown() webhook.Endpoint {
	shown := e.Endpoint
	shown.Secret = ""
	return shown
}

// AddEndpoint adds an endpoint: its Key, URL and Secret are what counts, and a secret is made where there is none. It returns it with its ID and its secret,
// which is not shown again. An endpoint that cannot be told is an error that says what was expected; one more than the contract has for a key is
// [webhook.ErrFull].
func (s *Sender) AddEndpoint(e webhook.Endpoint) (webhook.Endpoint, error) { return s.add(e, false) }

func (s *Sender) add(added webhook.Endpoint, fixed bool) (webhook.Endpoint, error) {
	if err := checkKey(added.Key); err != nil {
		return webhook.Endpoint{}, err
	}
	if err := checkURL(added.URL, s.config.Allow); err != nil {
		return webhook.Endpoint{}, err
	}
	secret := string(added.Secret)
	if secret == "" {
		secret = "whsec_" + rand.Text()
	}
	if len(secret) > longestSecret || strings.ContainsFunc(secret, unicode.IsControl) {
		return webhook.Endpoint{}, fmt.Errorf("webhook: secret must have at most %d bytes and no control characters", longestSecret)
	}
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	ofKey := 0
	for _, other := range s.endpoints {
		if other.Key == added.Key {
			ofKey++
		}
	}
	switch {
	case s.closed:
		return webhook.Endpoint{}, webhook.ErrClosed
	case ofKey >= gen.WebhookMaxEndpoints:
		return webhook.Endpoint{}, fmt.Errorf("%w: a key has at most %d endpoints: remove one", webhook.ErrFull, gen.WebhookMaxEndpoints)
	case len(s.endpoints) >= maxEndpoints:
		return webhook.Endpoint{}, fmt.Errorf("%w: all keys have at most %d endpoints: remove one", webhook.ErrFull, maxEndpoints)
	}
	s.lastAdded++
	e := &endpoint{number: s.lastAdded, fixed: fixed, Endpoint: webhook.Endpoint{
		ID: "endpoint_" + strconv.Itoa(s.lastAdded), Key: added.Key, URL: added.URL, Secret: webhook.Secret(secret), Created: now,
	}}
	e.ctx, e.cancel = context.WithCancel(s.ctx)
	s.endpoints = append(s.endpoints, e)
	s.any.Store(true)
	return e.Endpoint, nil
}

// Endpoints lists the endpoints of one API key, or all of them with "", in the order in which they were added.
func (s *Sender) Endpoints(key string) []webhook.Endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []webhook.Endpoint
	for _, e := range s.endpoints {
		if key == "" || e.Key == key {
			list = append(list, e.shown())
		}
	}
	return list
}

// find is the endpoint with an id, of an API key; of whatever key with "".
func (s *Sender) find(key, id string) (*endpoint, error) {
	for _, e := range s.endpoints {
		if e.ID == id && (key == "" || e.Key == key) {
			return e, nil
		}
	}
	return nil, webhook.ErrNotFound
}

// Endpoint is the endpoint with an id, of an API key; of whatever key with "".
func (s *Sender) Endpoint(key, id string) (webhook.Endpoint, error) {
	return s.change(key, id, func(*endpoint, time.Time) error { return nil })
}

// change changes an endpoint.
func (s *Sender) change(key, id string, do func(*endpoint, time.Time) error) (webhook.Endpoint, error) {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(key, id)
	if err == nil {
		err = do(e, now)
	}
	if err != nil {
		return webhook.Endpoint{}, err
	}
	return e.shown(), nil
}

// Suspend has nothing sent to an endpoint: what happens meanwhile is skipped, and so is what becomes due. A request that is under way ends as it does.
func (s *Sender) Suspend(key, id string) (webhook.Endpoint, error) {
	return s.change(key, id, func(e *endpoint, now time.Time) error {
		e.Suspended = true
		s.pump(now)
		return nil
	})
}

// Reactivate ends what Suspend began, and takes the endpoint for well again. What was skipped is not sent by itself.
func (s *Sender) Reactivate(key, id string) (webhook.Endpoint, error) {
	return s.change(key, id, func(e *endpoint, now time.Time) error {
		e.Suspended, e.Failing = false, 0
		return nil
	})
}

// RemoveEndpoint takes away an endpoint, with what is pending for it.
func (s *Sender) RemoveEndpoint(key, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(key, id)
	if err == nil {
		s.remove(e)
	}
	return err
}

func (s *Sender) remove(e *endpoint) {
	e.cancel()
	s.endpoints = slices.DeleteFunc(s.endpoints, func(other *endpoint) bool { return other == e })
	s.any.Store(len(s.endpoints) > 0)
	for d := range s.history.all() {
		if d.to == e && d.state == webhook.Pending {
			s.finish(d, webhook.Skipped, "the endpoint was removed")
		}
	}
	e.ready = nil
}

// Overview is what the endpoints of an API key have in common, or all of them with "". What is bounded is bounded for all keys together.
func (s *Sender) Overview(key string) webhook.Overview {
	endpoints := s.Endpoints(key)
	o := webhook.Overview{Endpoints: len(endpoints), PendingLimit: maxPendingBytes}
	for _, e := range endpoints {
		o.Pending += e.Pending
		o.Retrying += e.Retrying
		o.Delivered += e.Delivered
		o.Failed += e.Failed
		o.Skipped += e.Skipped
		o.TooLarge += e.TooLarge
		o.Dropped += e.Dropped
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o.Sending, o.PendingBytes = s.sending, s.pending.bytes
	o.History, o.Forgotten = s.history.ended, s.history.forgotten
	return o
}

// Reset puts an API key back to how it was at start: its faults, its history, what is pending for it, and the endpoints that were added later. With "" it does
// so for all keys.
func (s *Sender) Reset(key string) {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range slices.Clone(s.endpoints) {
		switch {
		case key != "" && e.Key != key:
		case e.fixed:
			e.Suspended, e.Failing, e.Counts = false, 0, webhook.Counts{Pending: e.Pending, Retrying: e.Retrying}
		default:
			s.remove(e)
		}
	}
	for d := range s.history.all() {
		if key == "" || d.key == key {
			s.release(d)
			d.state = webhook.Skipped // a request that is under way ends without a further one
			s.history.forget(d)
		}
	}
	s.history.sweep()
	for _, e := range s.endpoints {
		e.unqueue()
	}
	s.removeFaults(now, ofKey(key)) // after what they hold is gone
}
