package control

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// GetWebhooks shows the endpoints, and what became of the deliveries.
func (o operations) GetWebhooks(
	_ context.Context, request gencontrol.GetWebhooksRequestObject,
) (gencontrol.GetWebhooksResponseObject, error) {
	key := o.key(request.Params.Key)
	overview := o.Sender.Overview(key)
	return gencontrol.GetWebhooks200JSONResponse{
		Endpoints: o.endpoints(key), Deliveries: counts(overview.Counts), Sending: overview.Sending,
		PendingBytes: overview.PendingBytes, PendingLimit: overview.PendingLimit, History: overview.History, Forgotten: overview.Forgotten,
	}, nil
}

// ListWebhookEndpoints lists the endpoints.
func (o operations) ListWebhookEndpoints(
	_ context.Context, request gencontrol.ListWebhookEndpointsRequestObject,
) (gencontrol.ListWebhookEndpointsResponseObject, error) {
	return gencontrol.ListWebhookEndpoints200JSONResponse{Data: o.endpoints(o.key(request.Params.Key))}, nil
}

// AddWebhookEndpoint adds an endpoint, and shows its secret this once.
func (o operations) AddWebhookEndpoint(
	_ context.Context, request gencontrol.AddWebhookEndpointRequestObject,
) (gencontrol.AddWebhookEndpointResponseObject, error) {
	key, err := o.existingKey(request.Params.Key)
	if err != nil {
		return nil, err
	}
	added, err := o.Sender.AddEndpoint(webhook.Endpoint{URL: request.Body.URL, Secret: webhook.Secret(request.Body.Secret), Key: key})
	if err != nil {
		return nil, webhookRefusal(err, "")
	}
	shown := o.endpoint(added)
	shown.Secret = string(added.Secret)
	return gencontrol.AddWebhookEndpoint201JSONResponse(shown), nil
}

// GetWebhookEndpoint shows one endpoint.
func (o operations) GetWebhookEndpoint(
	_ context.Context, request gencontrol.GetWebhookEndpointRequestObject,
) (gencontrol.GetWebhookEndpointResponseObject, error) {
	e, err := o.Sender.Endpoint(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.GetWebhookEndpoint200JSONResponse(o.endpoint(e)), nil
}

// DeleteWebhookEndpoint takes away one endpoint.
func (o operations) DeleteWebhookEndpoint(
	_ context.Context, request gencontrol.DeleteWebhookEndpointRequestObject,
) (gencontrol.DeleteWebhookEndpointResponseObject, error) {
	if err := o.Sender.RemoveEndpoint(o.key(request.Params.Key), request.ID); err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.DeleteWebhookEndpoint204Response{}, nil
}

// SuspendWebhookEndpoint suspends an endpoint.
func (o operations) SuspendWebhookEndpoint(
	_ context.Context, request gencontrol.SuspendWebhookEndpointRequestObject,
) (gencontrol.SuspendWebhookEndpointResponseObject, error) {
	e, err := o.Sender.Suspend(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.SuspendWebhookEndpoint200JSONResponse(o.endpoint(e)), nil
}

// ReactivateWebhookEndpoint reactivates an endpoint.
func (o operations) ReactivateWebhookEndpoint(
	_ context.Context, request gencontrol.ReactivateWebhookEndpointRequestObject,
) (gencontrol.ReactivateWebhookEndpointResponseObject, error) {
	e, err := o.Sender.Reactivate(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.ReactivateWebhookEndpoint200JSONResponse(o.endpoint(e)), nil
}

// TestWebhookEndpoint sends a test event.
func (o operations) TestWebhookEndpoint(
	_ context.Context, request gencontrol.TestWebhookEndpointRequestObject,
) (gencontrol.TestWebhookEndpointResponseObject, error) {
	d, err := o.Sender.Test(o.key(request.Params.Key), request.ID)
	if err != nil {
		return nil, webhookRefusal(err, request.ID)
	}
	return gencontrol.TestWebhookEndpoint202JSONResponse(o.delivery(d)), nil
}

// webhookRefusal is the answer where the sender does not do what it was asked to do with the endpoint or the delivery of an id.
func webhookRefusal(err error, id string) error {
	switch {
	case errors.Is(err, webhook.ErrNotFound):
		message := "There is no " + untrusted.Quote(id) + " here, or not any more; GET " + Path + "/webhooks lists the endpoints, and " +
			Path + "/webhooks/deliveries the deliveries."
		return &refusal{http.StatusNotFound, gencontrol.CodeNotFound, message}
	case errors.Is(err, webhook.ErrSuspended), errors.Is(err, webhook.ErrPending), errors.Is(err, webhook.ErrFull), errors.Is(err, webhook.ErrClosed):
		return &refusal{http.StatusConflict, gencontrol.CodeConflict, withoutPackage(err)}
	}
	return &refusal{http.StatusBadRequest, gencontrol.CodeInvalidRequest, withoutPackage(err)}
}

// withoutPackage is an error's text without the name of the Go package that it begins with, which means nothing over HTTP.
func withoutPackage(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "webhook: "), "fault: ")
}

// existingKey is the key that a parameter means, where it is one that the mock takes.
func (o operations) existingKey(parameter *gencontrol.Key) (string, error) {
	key := o.key(parameter)
	if key != "" && o.Keys.Grant(key) == nil {
		return "", invalid(errors.New("query key: must be one of the keys that the mock was started with (--key, or WithKeys in Go), got " + mask.Key(key)))
	}
	return key, nil
}

func (o operations) endpoints(key string) []gencontrol.WebhookEndpoint {
	shown := []gencontrol.WebhookEndpoint{}
	for _, e := range o.Sender.Endpoints(key) {
		shown = append(shown, o.endpoint(e))
	}
	return shown
}

// endpoint is an endpoint as it is shown, its secret masked.
func (o operations) endpoint(e webhook.Endpoint) gencontrol.WebhookEndpoint {
	shown := gencontrol.WebhookEndpoint{
		ID: e.ID, URL: mask.Keys(e.URL), Secret: "…", State: gencontrol.ACTIVE, CreatedAt: e.Created.UTC(), Failing: e.Failing, Deliveries: counts(e.Counts),
	}
	if e.Suspended {
		shown.State = gencontrol.SUSPENDED
	}
	shown.Key, shown.KeyID = o.keyShown(e.Key)
	return shown
}

func counts(c webhook.Counts) gencontrol.WebhookCounts {
	return gencontrol.WebhookCounts{
		Pending: c.Pending, Retrying: c.Retrying, Delivered: c.Delivered, Failed: c.Failed, Skipped: c.Skipped, TooLarge: c.TooLarge, Dropped: c.Dropped,
	}
}

// keyShown is an API key, masked, and its id; both are empty where there is none.
func (o operations) keyShown(key string) (masked, id string) {
	if key == "" {
		return "", ""
	}
	return mask.Key(key), o.Limiter.IDOf(key)
}
