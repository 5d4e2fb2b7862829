package mockserver

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/sender"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// webhooks are what the options say of them.
type webhooks struct {
	endpoints []webhook.Endpoint
	allow     []netip.Prefix
	speed     float64
}

// WithWebhook adds an endpoint that is told of each customer that is created, whatever key created it, in webhooks that are signed with the secret
// (page "Webhooks: overview"). Given again, it adds one more, up to [gen.WebhookMaxEndpoints]. [Server.AddWebhook] adds one to a server that runs,
// for one key alone if need be, and generates a secret.
func WithWebhook(url, secret string) Option {
	return func(c *config) error {
		if secret == "" {
			return errors.New("WithWebhook: must have a secret, got none")
		}
		c.webhooks.endpoints = append(c.webhooks.endpoints, webhook.Endpoint{URL: url, Secret: webhook.Secret(secret)})
		return nil
	}
}

// WithWebhookAllow names addresses that webhooks may be sent to beside loopback ones: single ones, or ranges in CIDR notation. What a name
// resolves to counts, when the connection is made.
func WithWebhookAllow(addresses ...string) Option {
	return func(c *config) error {
		for _, text := range addresses {
			prefix, err := access.ParseRange(text)
			if err != nil {
				return fmt.Errorf("WithWebhookAllow: must be an address or a range like 10.1.0.0/16, got %q", text)
			}
			c.webhooks.allow = append(c.webhooks.allow, prefix)
		}
		return nil
	}
}

// WithWebhookSpeed divides the time between the retries of a webhook, for a demonstration: at 100 the last one comes after a minute and a half, instead of
// two and a half hours. The times in what is sent are real. The default is 1, and the largest is 1,000,000. A test moves the clock instead
// ([Running.Advance]).
func WithWebhookSpeed(n int) Option {
	return func(c *config) error {
		if n < 1 || n > 1_000_000 {
			return fmt.Errorf("WithWebhookSpeed: must be from 1 to 1,000,000, got %d", n)
		}
		c.webhooks.speed = float64(n)
		return nil
	}
}

func (s *Server) newSender() (*sender.Sender, error) {
	return sender.New(sender.Config{
		Endpoints: s.webhooks.endpoints, Allow: s.webhooks.allow, Speed: s.webhooks.speed, IDSeed: s.idSeed, Now: s.now, Logger: s.logger,
	})
}

// AddWebhook adds an endpoint, and returns it with its ID and its secret, which is generated where it has none and not shown again. It is told
// of the customers that are created from now on, of its key or of all. What cannot be sent to, and one endpoint too many ([gen.WebhookMaxEndpoints]), is an error that
// says what was expected.
func (s *Server) AddWebhook(endpoint webhook.Endpoint) (webhook.Endpoint, error) {
	return s.sender.AddEndpoint(endpoint)
}

// Webhooks lists the endpoints of one API key, or all of them with "". They have no secrets.
func (s *Server) Webhooks(key string) []webhook.Endpoint { return s.sender.Endpoints(key) }

// RemoveWebhook takes away the endpoint with an id. What was still to be sent to it is not sent.
func (s *Server) RemoveWebhook(id string) error { return s.sender.RemoveEndpoint("", id) }

// SuspendWebhook stops what is sent to the endpoint with an id. What happens meanwhile is not sent to it.
func (s *Server) SuspendWebhook(id string) (webhook.Endpoint, error) { return s.sender.Suspend("", id) }

// ReactivateWebhook ends what [Server.SuspendWebhook] began.
func (s *Server) ReactivateWebhook(id string) (webhook.Endpoint, error) {
	return s.sender.Reactivate("", id)
}

// Deliveries lists what was sent to endpoints and what is to be sent, the newest first; it shows at most 100, or as many as the filter says.
func (s *Server) Deliveries(filter webhook.Filter) []webhook.Delivery {
	return s.sender.Deliveries(filter)
}

// Redeliver sends the event of the delivery with an id again, under the same event id, as a delivery of its own.
func (s *Server) Redeliver(id string) (webhook.Delivery, error) { return s.sender.Redeliver("", id) }

// AddWebhookFault sets a fault of deliveries, and returns it with its ID. It is an error that says what was expected where it cannot be carried out.
func (s *Server) AddWebhookFault(f webhook.Fault) (webhook.Fault, error) { return s.sender.AddFault(f) }

// WebhookFaults lists the faults of deliveries that are set for one API key, or all of them with "".
func (s *Server) WebhookFaults(key string) []webhook.Fault { return s.sender.Faults(key) }

// ClearWebhookFaults takes away the faults of deliveries that are set for one API key, or all of them with "".
func (s *Server) ClearWebhookFaults(key string) { s.sender.ClearFaults(key) }
