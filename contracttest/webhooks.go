package contracttest

import (
	"cmp"
	"net"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/delivery"
)

// Webhooks says how a run takes the webhooks of the customers that it creates. The server must know the address: a run enters
// it nowhere.
type Webhooks struct {
	// Listener is where webhooks arrive, over HTTP without TLS; net.Listen makes one. [Run] closes it.
	Listener net.Listener
	// Secrets are the signing secrets of the endpoint; more than one while a secret is replaced. They are not shown.
	Secrets []string
	// Wait is how long the run waits, after its last request, for webhooks that are missing; it ends as soon as there are none. Zero is
	// [WebhookWait]. From 45 seconds on, half as long again as the first retry takes, two deliveries are refused on purpose, to see them come again.
	Wait time.Duration
	// OnWait is called with how many webhooks are missing, and for how long they are waited for at most, when the run begins to wait and
	// when something arrived. Nil is no call.
	OnWait func(missing int, left time.Duration)
}

// WebhookWait is how long webhooks are waited for unless [Webhooks.Wait] says otherwise.
const WebhookWait = 10 * time.Second

// receive begins to take webhooks, where the configuration asks for it; nil where it does not.
func (s *suite) receive() (*delivery.Receiver, error) {
	w := s.config.Webhooks
	if w == nil {
		return nil, nil //nolint:nilnil // A nil receiver takes nothing.
	}
	return delivery.New(s.Contract, delivery.Options{Listener: w.Listener, Secrets: w.Secrets, Wait: cmp.Or(w.Wait, WebhookWait), OnWait: w.OnWait, Tag: s.tag})
}
