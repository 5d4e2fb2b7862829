package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// deliveriesPerPage is the default of "limit" in control.yaml.
const deliveriesPerPage = 100

// ListWebhookDeliveries pages through the deliveries by id, the newest first.
func (o operations) ListWebhookDeliveries(
	_ context.Context, request gencontrol.ListWebhookDeliveriesRequestObject,
) (gencontrol.ListWebhookDeliveriesResponseObject, error) {
	parameters := request.Params
	filter := webhook.Filter{
		Key: o.key(parameters.Key), EndpointID: given(parameters.Endpoint), EventID: given(parameters.Event), Customer: given(parameters.Customer),
		State: webhook.State(given(parameters.State)), Before: given(parameters.Before), InShort: given(parameters.Short),
		Limit: 1, // at a time: a page costs the memory of one, whatever was sent
	}
	limit := cmp.Or(given(parameters.Limit), deliveriesPerPage)
	return list(func(yield func(json.RawMessage) bool) (next string) {
		for count, bytes := 0, 0; ; count++ {
			found := o.Sender.Deliveries(filter)
			if len(found) == 0 {
				return ""
			}
			encoded, _ := json.Marshal(o.delivery(found[0])) // texts, numbers and times of this age can always be encoded
			if bytes += len(encoded); count == limit || count > 0 && bytes > bytesPerPage {
				return filter.Before // the id of the last one of the page
			}
			if filter.Before = found[0].ID; !yield(encoded) {
				return ""
			}
		}
	}), nil
}

// VisitListWebhookDeliveriesResponse makes it an answer of listWebhookDeliveries.
func (l list) VisitListWebhookDeliveriesResponse(w http.ResponseWriter) error { return l.write(w) }

// GetWebhookDelivery shows one delivery.
func (o operations) GetWebhookDelivery(
	_ context.Context, request gencontrol.GetWebhookDeliveryRequestObject,
) (gencontrol.GetWebhookDeliveryResponseObject, error) {
	d, err := o.Sender.Delivery(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.GetWebhookDelivery200JSONResponse(o.delivery(d)), nil
}

// RedeliverWebhookDelivery delivers an event again.
func (o operations) RedeliverWebhookDelivery(
	_ context.Context, request gencontrol.RedeliverWebhookDeliveryRequestObject,
) (gencontrol.RedeliverWebhookDeliveryResponseObject, error) {
	d, err := o.Sender.Redeliver(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.RedeliverWebhookDelivery202JSONResponse(o.delivery(d)), nil
}

// delivery is a delivery as it is shown.
func (o operations) delivery(d webhook.Delivery) gencontrol.WebhookDelivery {
	shown := gencontrol.WebhookDelivery{
		ID: d.ID, Event: d.EventID, Type: d.Event, Endpoint: d.EndpointID, URL: mask.Keys(d.URL), Customer: d.Customer, Test: d.Test,
		RedeliveryOf: d.RedeliveryOf, State: gencontrol.WebhookDeliveryState(d.State), Reason: d.Reason, CreatedAt: d.Created.UTC(),
		Payload: text(d.Payload), PayloadSize: d.PayloadSize, Attempts: make([]gencontrol.WebhookAttempt, len(d.Attempts)),
	}
	if !d.Next.IsZero() {
		shown.NextAttemptAt = d.Next.UTC()
	}
	shown.Key, shown.KeyID = o.keyShown(d.Key)
	for i, a := range d.Attempts {
		shown.Attempts[i] = gencontrol.WebhookAttempt{
			Time: a.Time.UTC(), DurationMilliseconds: max(0, inMilliseconds(a.Duration)), Headers: sentHeaders(a.Header), Body: text(a.Body),
			Status: a.Status, Answer: text(a.Answer), More: a.More, Error: a.Error, Fault: gencontrol.WebhookFaultKind(a.Fault), FaultID: a.FaultID,
		}
	}
	return shown
}

// sentHeaders are the headers of an attempt, their names as they are sent: the vendor's are not in the canonical form of Go.
func sentHeaders(header http.Header) gencontrol.Headers {
	shown := headers(header)
	for _, name := range []string{gen.WebhookIDHeader, gen.WebhookEventHeader, gen.WebhookTimestampHeader, gen.WebhookSignatureHeader} {
		if canonical := http.CanonicalHeaderKey(name); canonical != name && shown[canonical] != nil {
			shown[name] = shown[canonical]
			delete(shown, canonical)
		}
	}
	return shown
}
