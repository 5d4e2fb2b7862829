package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Event is a delivery that verified.
type Event struct {
	ID        string          // the same in each retry. It is not signed: see the package comment
	Type      string          // gen.WebhookEventCustomerCreated, or one that this package does not know. It is not signed
	Timestamp time.Time       // when this delivery was signed, in whole seconds
	Customer  client.Customer // who was created; zero if Type is another one
	Payload   []byte          // the body as it came
}

// Receiver verifies deliveries, and has each event handled once. It is made by New and safe for concurrent use.
type Receiver struct{}

// Option sets up a Receiver; it is given to New.
type Option func(*Receiver) error

// WithClock sets where the time is read: time.Now by default.
func WithClock(now func() time.Time) Option { return nil }

// WithStore sets where it is kept which events were handled: a MemoryStore by default.
func WithStore(s Store) Option { return nil }

// WithLogger sets where refused deliveries and failures of the handler are logged: slog.Default by default.
func WithLogger(l *slog.Logger) Option { return nil }

// New returns a Receiver of deliveries that are signed with one of the secrets.
func New(secrets []string, opts ...Option) (*Receiver, error) { return nil, errors.ErrUnsupported }

// Verify checks a delivery without HTTP.
func (r *Receiver) Verify(body []byte, header http.Header) (Event, error) {
	return Event{}, errors.ErrUnsupported
}

// Read reads a delivery from a request and verifies it.
func (r *Receiver) Read(req *http.Request) (Event, error) { return Event{}, errors.ErrUnsupported }

// Handle calls f for an event that Verify or Read returned, unless it was handled before (ErrDuplicate, ErrReplay).
func (r *Receiver) Handle(ctx context.Context, e Event, f func(context.Context, Event) error) error {
	return errors.ErrUnsupported
}

// Handler answers deliveries as the vendor wants, and calls f once for each event customer.created.
func (r *Receiver) Handler(f func(context.Context, Event) error) http.Handler { return nil }

// StatusCode is the HTTP status that answers an error of Read, Verify or Handle; 200 for nil.
func StatusCode(err error) int { return http.StatusOK }

// Store keeps which events were handled.
type Store interface {
	Claim(ctx context.Context, c Claim) (context.Context, error)
	Commit(ctx context.Context, c Claim) error
	Release(ctx context.Context, c Claim) error
}

// Claim says which event is to be handled now.
type Claim struct {
	Event         string    // the event's key
	Delivery      string    // the delivery's key, a digest of what was signed
	Owner         string    // random, tells two claims of an event apart
	At            time.Time // now
	LeaseUntil    time.Time // a claim that is neither committed nor released ends then
	EventUntil    time.Time // how long a committed Event is kept
	DeliveryUntil time.Time // how long Delivery is kept
}
