package sender

import (
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// Redeliver sends the event of a delivery that has ended again, to the same endpoint: a new delivery under the event's id, with retries of its own. It is
// [webhook.ErrPending] while the delivery is on its way, [webhook.ErrSuspended] where its endpoint is, [webhook.ErrNotFound] where that is removed, and
// [webhook.ErrFull] where there is no room. An event that was too large to be sent cannot be redelivered.
func (s *Sender) Redeliver(key, id string) (webhook.Delivery, error) {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.delivery(key, id)
	if err != nil {
		return webhook.Delivery{}, err
	}
	if d.state == webhook.Pending {
		return webhook.Delivery{}, webhook.ErrPending
	}
	if d.payload == nil {
		return webhook.Delivery{}, fmt.Errorf("webhook: %s cannot be sent: %s", id, d.reason)
	}
	e, err := s.find("", d.to.ID)
	if err != nil {
		return webhook.Delivery{}, fmt.Errorf("%w: its endpoint was removed", err)
	}
	made, err := s.byHand(&delivery{event: d.event, to: e, repeats: d.number})
	if err != nil {
		return webhook.Delivery{}, err
	}
	s.pump(now)
	return made.found().shown(false), nil
}

// Test sends a test event to an endpoint: a customer.created with the customer of the contract's example and an id of its own. The errors are those of
// Redeliver.
func (s *Sender) Test(key, id string) (webhook.Delivery, error) {
	payload := testPayload()
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.find(key, id)
	if err != nil {
		return webhook.Delivery{}, err
	}
	made, err := s.byHand(&delivery{to: e, event: &event{
		id: s.ids.next(now), key: e.Key, payload: payload, size: len(payload), created: now, test: true,
	}})
	if err != nil {
		return webhook.Delivery{}, err
	}
	s.pump(now)
	return made.found().shown(false), nil
}

// byHand queues a delivery that someone asked for.
func (s *Sender) byHand(d *delivery) (*delivery, error) {
	d.to.events++
	d.sequence, d.state, d.place = d.to.events, webhook.Pending, -1
	switch {
	case s.closed:
		return nil, webhook.ErrClosed
	case d.to.Suspended:
		return nil, webhook.ErrSuspended
	case !s.admit(d):
		return nil, fmt.Errorf("%w: too much is pending", webhook.ErrFull)
	}
	return d, nil
}

// testPayload is the customer of the contract's first example of a create, in the order of every other payload.
var testPayload = sync.OnceValue(func() []byte {
	var answer struct {
		Data jsontext.Value `json:"data"`
	}
	documented := example.Of(judge.Contract().Operation(gen.OperationCreateCustomer)).FirstSuccess()
	if err := json.Unmarshal(documented.Body, &answer); err != nil {
		panic(err) // the contract's own tests would have failed
	}
	customer, err := store.Ordered(answer.Data)
	if err != nil {
		panic(err)
	}
	return stringify(customer)
})
