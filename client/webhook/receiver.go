package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client/internal/decode"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Receiver verifies deliveries, and has each event handled once. It is made by New and safe for concurrent use.
type Receiver struct {
	sign   func(text string) [][]byte // with each secret, which is in no field: a field shows up where a program prints its receiver
	now    func() time.Time
	store  Store
	logger *slog.Logger
}

// Option sets up a Receiver; it is given to New.
type Option func(*Receiver) error

// WithClock sets where the time is read, for tests. The default is time.Now.
func WithClock(now func() time.Time) Option {
	return option(now == nil, "WithClock: the function is nil", func(r *Receiver) { r.now = now })
}

// WithStore sets what keeps which events were handled. The default is a MemoryStore, which one process has for itself and
// loses when it ends.
func WithStore(s Store) Option {
	return option(s == nil, "WithStore: the store is nil", func(r *Receiver) { r.store = s })
}

// WithLogger sets where Handler and Handle log: failures of the function that handles events, with the text of its error, and
// of the store (Error), refused deliveries (Warn), duplicates and events of other types (Info). The default is slog.Default.
// Nothing of a customer is logged, unless the function's error has it.
func WithLogger(l *slog.Logger) Option {
	return option(l == nil, "WithLogger: the logger is nil", func(r *Receiver) { r.logger = l })
}

func option(bad bool, why string, apply func(*Receiver)) Option {
	return func(r *Receiver) error {
		if bad {
			return errors.New(why)
		}
		apply(r)
		return nil
	}
}

// New returns a Receiver of deliveries that are signed with any of the secrets, each the signing secret of an endpoint as the
// vendor showed it once. Its bytes are the key as they are: nothing is decoded or trimmed. While a secret is replaced, give the
// old one and the new one. No secret, an empty one and a nil option are errors.
func New(secrets []string, opts ...Option) (*Receiver, error) {
	if len(secrets) == 0 {
		return nil, errors.New("webhook: new receiver: a signing secret is needed")
	}
	keys := make([][]byte, 0, len(secrets))
	for i, secret := range secrets {
		if secret == "" {
			return nil, fmt.Errorf("webhook: new receiver: secret %d of %d is empty", i+1, len(secrets))
		}
		keys = append(keys, []byte(secret))
	}
	r := &Receiver{now: time.Now, logger: slog.Default(), sign: func(text string) [][]byte { return sign(keys, text) }}
	for i, apply := range opts {
		if apply == nil {
			return nil, fmt.Errorf("webhook: new receiver: option %d of %d is nil", i+1, len(opts))
		}
		if err := apply(r); err != nil {
			return nil, fmt.Errorf("webhook: new receiver: %w", err)
		}
	}
	if r.store == nil {
		r.store = NewMemoryStore(0)
	}
	return r, nil
}

func sign(keys [][]byte, text string) [][]byte {
	macs := make([][]byte, 0, len(keys))
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(text))
		macs = append(macs, mac.Sum(nil))
	}
	return macs
}

// Verify checks a delivery that came by whatever way: body as it was sent, byte for byte, and its headers, whose names may be
// in any case. The event's Payload is body itself. The error is one of those from ErrMissingHeader to ErrPayload. What it
// does not check is whether the event was handled before: that is Handle's.
func (r *Receiver) Verify(body []byte, header http.Header) (Event, error) {
	params, err := bind(header)
	if err != nil {
		return Event{}, err
	}
	return r.verify(body, params)
}

func (r *Receiver) verify(body []byte, params gen.CustomerCreatedParams) (Event, error) {
	if len(body) > gen.WebhookMaxPayload {
		return Event{}, fmt.Errorf("%w: %d bytes, expected at most %d", ErrTooLarge, len(body), gen.WebhookMaxPayload)
	}
	s, err := parseSignature(params.XBitByBitWebhookSignature)
	if err != nil {
		return Event{}, err
	}
	if s.timestamp != params.XBitByBitWebhookTimestamp {
		return Event{}, fmt.Errorf("%w: %s is %d, t of %s is %d", ErrTimestampsDisagree,
			gen.WebhookTimestampHeader, params.XBitByBitWebhookTimestamp, gen.WebhookSignatureHeader, s.timestamp)
	}
	if !matches(r.sign(signed(s.timestamp, body)), s.macs) {
		return Event{}, fmt.Errorf("%w: expected HMAC-SHA256 of the time, a full stop and the body as it was sent;"+
			" is the secret this endpoint's, without a line end, and did nothing reformat the body?", ErrSignatureMismatch)
	}
	// In whole seconds on both sides, as the vendor's sample has it.
	const tolerance = int64(gen.WebhookTolerance / time.Second)
	switch age := r.now().Unix() - s.timestamp; {
	case age > tolerance:
		return Event{}, fmt.Errorf("%w: by %d s, expected at most %d; is this machine's clock right?", ErrTooOld, age, tolerance)
	case age < -tolerance:
		return Event{}, fmt.Errorf("%w: by %d s, expected at most %d; is this machine's clock right?", ErrInFuture, -age, tolerance)
	}
	e := Event{
		ID:        params.XBitByBitWebhookID,
		Type:      string(params.XBitByBitWebhookEvent),
		Timestamp: time.Unix(s.timestamp, 0).UTC(),
		Payload:   body,
	}
	if e.Type != gen.WebhookEventCustomerCreated {
		return e, nil
	}
	return e.decode()
}

var customerNames = decode.NamesOf(reflect.TypeFor[gen.Customer]())

// decode reads the customer of the payload, as the client reads that of an answer.
func (e Event) decode() (Event, error) {
	var customer gen.Customer
	if err := decode.Object(e.Payload, &customer, customerNames, ""); err != nil {
		return e, fmt.Errorf("%w: %s", ErrPayload, decode.Describe(err))
	}
	if customer.ID == "" {
		return e, fmt.Errorf("%w: it has no id", ErrPayload)
	}
	e.Customer = customer
	return e, nil
}

// matches reports whether one of the macs was computed. It compares all with all, each in constant time.
func matches(computed, given [][]byte) bool {
	found := false
	for _, c := range computed {
		for _, g := range given {
			found = hmac.Equal(c, g) || found
		}
	}
	return found
}
