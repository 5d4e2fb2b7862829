package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	// deliveriesPerPage is the default of "limit" in control.yaml.
	deliveriesPerPage = 100
	// deliveriesAtOnce is how many are asked for at a time: few enough that a list costs little more memory than its page, whatever was sent.
	deliveriesAtOnce = 20
)

// ListWebhookDeliveries pages through the deliveries by id, the newest first.
func (o operations) ListWebhookDeliveries(
	_ context.Context, request gencontrol.ListWebhookDeliveriesRequestObject,
) (gencontrol.ListWebhookDeliveriesResponseObject, error) {
	parameters := request.Params
	filter := webhook.Filter{
		Key: o.key(parameters.Key), EndpointID: given(parameters.Endpoint), EventID: given(parameters.Event), Customer: given(parameters.Customer),
		State: webhook.State(given(parameters.State)), Before: given(parameters.Before), InShort: given(parameters.Short), Limit: deliveriesAtOnce,
	}
	limit := cmp.Or(given(parameters.Limit), deliveriesPerPage)
	page, bytes := encodedPage{Data: []json.RawMessage{}}, 0
	for {
		found := o.Sender.Deliveries(filter)
		for _, d := range found {
			encoded, err := json.Marshal(o.delivery(d))
			if err != nil {
				return nil, err
			}
			if bytes += len(encoded); len(page.Data) == limit || len(page.Data) > 0 && bytes > bytesPerPage {
				page.Next = filter.Before // the id of the last one of the page
				return page, nil
			}
			page.Data, filter.Before = append(page.Data, encoded), d.ID
		}
		if len(found) < deliveriesAtOnce {
			return page, nil
		}
	}
}

// VisitListWebhookDeliveriesResponse makes it an answer of listWebhookDeliveries.
func (p encodedPage) VisitListWebhookDeliveriesResponse(w http.ResponseWriter) error {
	return writeJSON(w, p)
}

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
		ID: d.ID, Event: d.EventID, Type: d.Event, Endpoint: d.EndpointID, URL: d.URL, Customer: d.Customer, Test: d.Test,
		RedeliveryOf: d.RedeliveryOf, State: gencontrol.WebhookDeliveryState(d.State), Reason: d.Reason, CreatedAt: d.Created.UTC(),
		Payload: text(d.Payload), PayloadSize: d.PayloadSize, Attempts: make([]gencontrol.WebhookAttempt, len(d.Attempts)),
	}
	if !d.Next.IsZero() {
		shown.NextAttemptAt = d.Next.UTC()
	}
	shown.Key, shown.KeyID = o.keyShown(d.Key)
	for i, a := range d.Attempts {
		shown.Attempts[i] = gencontrol.WebhookAttempt{
			Time: a.Time.UTC(), DurationMilliseconds: max(0, inMilliseconds(a.Duration)), Headers: headers(a.Header), Body: text(a.Body),
			Status: a.Status, Answer: text(a.Answer), More: a.More, Error: a.Error, Fault: gencontrol.WebhookFaultKind(a.Fault), FaultID: a.FaultID,
		}
	}
	return shown
}
