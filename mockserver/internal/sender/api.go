// Package sender sends the mock's webhooks: it queues, signs, sends, retries and remembers, within bounds, and never keeps a create waiting.
package sender

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

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
type Sender struct{ Config }

// New makes a sender.
func New(config Config) (*Sender, error) { return &Sender{config}, nil }

func (s *Sender) Created(key, customer string, payload []byte)              {}
func (s *Sender) AddEndpoint(e webhook.Endpoint) (webhook.Endpoint, error)  { return e, nil }
func (s *Sender) Endpoints(key string) []webhook.Endpoint                   { return nil }
func (s *Sender) Endpoint(key, id string) (e webhook.Endpoint, err error)   { return e, nil }
func (s *Sender) RemoveEndpoint(key, id string) error                       { return nil }
func (s *Sender) Suspend(key, id string) (e webhook.Endpoint, err error)    { return e, nil }
func (s *Sender) Reactivate(key, id string) (e webhook.Endpoint, err error) { return e, nil }
func (s *Sender) Test(key, id string) (d webhook.Delivery, err error)       { return d, nil }
func (s *Sender) Deliveries(filter webhook.Filter) []webhook.Delivery       { return nil }
func (s *Sender) Delivery(key, id string) (d webhook.Delivery, err error)   { return d, nil }
func (s *Sender) Redeliver(key, id string) (d webhook.Delivery, err error)  { return d, nil }
func (s *Sender) AddFault(f webhook.Fault) (webhook.Fault, error)           { return f, nil }
func (s *Sender) Faults(key string) []webhook.Fault                         { return nil }
func (s *Sender) ClearFaults(key string)                                    {}
func (s *Sender) RemoveFault(key, id string) bool                           { return false }
func (s *Sender) Overview(key string) (o webhook.Overview)                  { return o }
func (s *Sender) Reset(key string)                                          {}
func (s *Sender) Wake()                                                     {}
func (s *Sender) Close()                                                    {}
