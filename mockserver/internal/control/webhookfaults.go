package control

import (
	"context"
	"net/http"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// AddWebhookFault sets a fault for the deliveries about a key's customers, or for all.
func (o operations) AddWebhookFault(
	_ context.Context, request gencontrol.AddWebhookFaultRequestObject,
) (gencontrol.AddWebhookFaultResponseObject, error) {
	key, err := o.existingKey(request.Params.Key)
	if err != nil {
		return nil, err
	}
	input := request.Body
	set, err := o.Sender.AddFault(webhook.Fault{
		Key: key, EndpointID: input.Endpoint, Kind: webhook.Kind(input.Kind), Delay: fromMilliseconds(input.DelayMilliseconds),
		Times: input.Times, Probability: input.Probability, Seed: uint64(input.Seed), // control.yaml bounds it
	})
	if err != nil {
		return nil, webhookRefusal(err, input.Endpoint)
	}
	return gencontrol.AddWebhookFault201JSONResponse(o.webhookFault(set)), nil
}

// ListWebhookFaults lists the faults of deliveries that are set.
func (o operations) ListWebhookFaults(
	_ context.Context, request gencontrol.ListWebhookFaultsRequestObject,
) (gencontrol.ListWebhookFaultsResponseObject, error) {
	list := gencontrol.ListWebhookFaults200JSONResponse{Data: []gencontrol.WebhookFault{}}
	for _, f := range o.Sender.Faults(o.key(request.Params.Key)) {
		list.Data = append(list.Data, o.webhookFault(f))
	}
	return list, nil
}

// DeleteWebhookFaults clears the faults of deliveries.
func (o operations) DeleteWebhookFaults(
	_ context.Context, request gencontrol.DeleteWebhookFaultsRequestObject,
) (gencontrol.DeleteWebhookFaultsResponseObject, error) {
	o.Sender.ClearFaults(o.key(request.Params.Key))
	return gencontrol.DeleteWebhookFaults204Response{}, nil
}

// DeleteWebhookFault clears one fault of deliveries.
func (o operations) DeleteWebhookFault(
	_ context.Context, request gencontrol.DeleteWebhookFaultRequestObject,
) (gencontrol.DeleteWebhookFaultResponseObject, error) {
	if !o.Sender.RemoveFault(o.key(request.Params.Key), request.ID) {
		message := "There is no fault " + untrusted.Quote(request.ID) + " of deliveries here; it may have hit as often as it should."
		return nil, &refusal{http.StatusNotFound, gencontrol.CodeNotFound, message}
	}
	return gencontrol.DeleteWebhookFault204Response{}, nil
}

// webhookFault is a fault of deliveries as it is shown.
func (o operations) webhookFault(f webhook.Fault) gencontrol.WebhookFault {
	shown := gencontrol.WebhookFault{
		ID: f.ID, Kind: gencontrol.WebhookFaultKind(f.Kind), Endpoint: f.EndpointID, DelayMilliseconds: int(f.Delay.Milliseconds()),
		Hits: f.Hits, Times: f.Times, Probability: f.Probability, Seed: int64(f.Seed),
	}
	shown.Key, shown.KeyID = o.keyShown(f.Key)
	return shown
}
