package page

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// WebhookFaultText says what a fault of deliveries does.
func (v view) WebhookFaultText(f gencontrol.WebhookFault) string {
	which := "all attempts"
	if f.Times > 0 {
		which = fmt.Sprintf("the next %d of %d attempts", max(0, f.Times-f.Hits), f.Times)
	}
	if f.Endpoint != "" {
		which += " to " + f.Endpoint
	}
	if f.Key != "" {
		which += " of " + strings.TrimSpace(f.KeyID+" "+f.Key)
	}
	if f.Probability > 0 && f.Probability < 1 {
		which += fmt.Sprintf(", each with a probability of %v", f.Probability)
	}
	text := which + ": " + string(f.Kind)
	if f.DelayMilliseconds > 0 {
		text += fmt.Sprintf(" by %d ms", f.DelayMilliseconds)
	}
	return text
}

// webhookFaultInput is what the form for a fault of deliveries is filled in with, as text.
type webhookFaultInput struct{ Times, Endpoint, Kind, Delay string }

// emptyWebhookFault is what the form offers.
var emptyWebhookFault = webhookFaultInput{Times: "1"}

// IsGiven reports whether it was filled in, and not offered.
func (f webhookFaultInput) IsGiven() bool { return f.Kind != "" }

// webhookFaultIn is what was filled in; what is shown again of it only chooses from lists, or is a number.
func webhookFaultIn(form url.Values) webhookFaultInput {
	if form.Get("do") != "webhook-fault" {
		return emptyWebhookFault
	}
	get := func(name string) string { return mask.Keys(strings.TrimSpace(form.Get(name))) }
	return webhookFaultInput{Times: get("times"), Endpoint: get("endpoint"), Kind: get("kind"), Delay: get("delay")}
}

// actOnWebhooks does what a button says that is about webhooks; ok is false where it is about something else.
func actOnWebhooks(ctx context.Context, api *gencontrol.Client, action, about string, form url.Values, back *query) (ok bool, _ error) {
	deliver := func(d gencontrol.WebhookDelivery, err error) (bool, error) {
		if err == nil {
			*back = back.alone()
			back.Delivery = d.ID
		}
		return true, err
	}
	switch action {
	case "redeliver":
		return deliver(decode[gencontrol.WebhookDelivery](api.RedeliverWebhookDelivery(ctx, about, &gencontrol.RedeliverWebhookDeliveryParams{})))
	case "send-test":
		return deliver(decode[gencontrol.WebhookDelivery](api.TestWebhookEndpoint(ctx, about, &gencontrol.TestWebhookEndpointParams{})))
	case "suspend":
		return true, done(api.SuspendWebhookEndpoint(ctx, about, &gencontrol.SuspendWebhookEndpointParams{}))
	case "reactivate":
		return true, done(api.ReactivateWebhookEndpoint(ctx, about, &gencontrol.ReactivateWebhookEndpointParams{}))
	case "clear-webhook-fault":
		return true, done(api.DeleteWebhookFault(ctx, about, &gencontrol.DeleteWebhookFaultParams{}))
	case "webhook-fault":
		return true, addWebhookFault(ctx, api, webhookFaultIn(form))
	}
	return false, nil
}

func addWebhookFault(ctx context.Context, api *gencontrol.Client, input webhookFaultInput) error {
	fault := gencontrol.WebhookFaultInput{Kind: gencontrol.WebhookFaultKind(input.Kind), Endpoint: input.Endpoint}
	var err error
	if fault.Times, err = number(input.Times); err != nil {
		return failure("The number of attempts must be a whole number, 0 or more.")
	}
	if fault.DelayMilliseconds, err = number(input.Delay); err != nil {
		return failure("The delay must be a whole number of milliseconds.")
	}
	return done(api.AddWebhookFault(ctx, &gencontrol.AddWebhookFaultParams{}, fault))
}
