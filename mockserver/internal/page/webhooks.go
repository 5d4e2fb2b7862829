package page

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// deliveriesPerPage is how many deliveries are listed: they stand beside the requests.
const deliveriesPerPage = 20

// webhooks are the deliveries about one customer or all, and the faults of deliveries.
type webhooks struct {
	Customer string
	Rows     []deliveryRow
	Older    string // the address of those before; empty where there are none
	Soon     bool   // whether one of them is about to change
	Faults   []gencontrol.WebhookFault
	Kinds    []connection
	// Input is what the form for a fault was filled in with.
	Input webhookFaultInput
}

// kinds are the ways in which a delivery is sent wrongly.
var kinds = []connection{
	{string(gencontrol.WRONGSIGNATURE), "signed with another secret"},
	{string(gencontrol.SHORTSIGNATURE), "half of the signature"},
	{string(gencontrol.REFORMATTEDBODY), "reformatted after it was signed"},
	{string(gencontrol.OLDTIMESTAMP), "too old"},
	{string(gencontrol.FUTURETIMESTAMP), "in the future"},
	{string(gencontrol.TIMESTAMPMISMATCH), "header and signature disagree on the time"},
	{string(gencontrol.TWOSIGNATURES), "two signatures, the second is right"},
	{string(gencontrol.DUPLICATE), "sent twice"},
	{string(gencontrol.REORDERED), "after the next one"},
	{string(gencontrol.LATE), "late"},
	{string(gencontrol.NEVER), "not sent"},
	{string(gencontrol.OVERSIZEDBODY), "larger than a payload may be"},
	{string(gencontrol.UNKNOWNEVENT), "an event type that nobody knows"},
}

func (v *view) webhooks(ctx context.Context, api *gencontrol.Client, filledIn webhookFaultInput) error {
	w := &webhooks{Kinds: kinds, Input: filledIn}
	v.Webhooks = w
	if v.Query.Webhooks != allWebhooks {
		w.Customer = v.Query.Webhooks
	}
	limit := deliveriesPerPage
	page, err := decode[gencontrol.WebhookDeliveryPage](api.ListWebhookDeliveries(ctx, &gencontrol.ListWebhookDeliveriesParams{
		Customer: set(w.Customer), Before: set(v.Query.Sent), Limit: &limit, Short: set(true),
	}))
	v.note(err)
	for _, delivery := range page.Data {
		row := deliveryRow{delivery, v.Now, v.Query.OfDelivery(delivery.ID)}
		w.Soon = w.Soon || row.IsSoon()
		w.Rows = append(w.Rows, row)
	}
	if page.Next != "" {
		w.Older = v.Query.OlderWebhooks(page.Next)
	}
	faults, err := decode[gencontrol.WebhookFaultList](api.ListWebhookFaults(ctx, &gencontrol.ListWebhookFaultsParams{}))
	w.Faults = faults.Data
	return err
}

func (v *view) delivery(ctx context.Context, api *gencontrol.Client) error {
	found, err := decode[gencontrol.WebhookDelivery](api.GetWebhookDelivery(ctx, v.Query.Delivery, &gencontrol.GetWebhookDeliveryParams{}))
	if err != nil {
		return err
	}
	d := &delivery{deliveryRow: deliveryRow{found, v.Now, v.Query.OfDelivery(found.ID)}}
	for _, a := range found.Attempts {
		d.Tries = append(d.Tries, attempt{a})
	}
	v.Delivery = d
	return nil
}

// deliveryRow is a delivery in the list.
type deliveryRow struct {
	gencontrol.WebhookDelivery
	now     time.Time
	Address string
}

// delivery is the delivery that is shown.
type delivery struct {
	deliveryRow
	Tries []attempt
}

// Clock is when the event happened, by the clock of the machine that the mock runs on.
func (d deliveryRow) Clock() string { return d.CreatedAt.Local().Format("15:04:05.000") }

// Happened is the same with the date and the zone.
func (d deliveryRow) Happened() string { return d.CreatedAt.Local().Format(time.RFC3339Nano) }

// StateText is the state in words.
func (d deliveryRow) StateText() string {
	return strings.ReplaceAll(strings.ToLower(string(d.State)), "_", " ")
}

// Class is that of a status which is as good or bad.
func (d deliveryRow) Class() int {
	switch d.State {
	case gencontrol.DELIVERED:
		return 2
	case gencontrol.FAILED:
		return 5
	case gencontrol.PENDING:
		return 1
	default:
		return 4
	}
}

// AttemptText is how often it was sent.
func (d deliveryRow) AttemptText() string {
	if len(d.Attempts) == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", len(d.Attempts))
}

// Why is why it was not taken, and when it comes again.
func (d deliveryRow) Why() string {
	why := d.Reason
	if n := len(d.Attempts); n > 0 && d.State != gencontrol.DELIVERED {
		why = strings.Trim(why+": "+d.Attempts[n-1].Error, ": ")
	}
	if next := d.NextText(); next != "" && len(d.Attempts) > 0 {
		why = strings.TrimPrefix(why+"; again at "+next, "; ")
	}
	return why
}

// NextText is when the next attempt is due; empty where none is planned.
func (d deliveryRow) NextText() string {
	if d.NextAttemptAt.IsZero() {
		return ""
	}
	return d.NextAttemptAt.Local().Format(time.TimeOnly)
}

// IsSoon reports whether it is about to change without a request, so that the page asks again.
func (d deliveryRow) IsSoon() bool {
	const soon = time.Minute
	return d.State == gencontrol.PENDING && d.NextAttemptAt.Sub(d.now) < soon
}

// KeyText is the key as the page shows it.
func (d deliveryRow) KeyText() string { return strings.TrimSpace(d.KeyID + " " + d.Key) }

// PayloadText is the payload, in which a key can be by mistake.
func (d deliveryRow) PayloadText() string { return mask.Keys(d.Payload) }

// attempt is one request to an endpoint.
type attempt struct{ gencontrol.WebhookAttempt }

// Clock is when it was sent.
func (a attempt) Clock() string { return a.Time.Local().Format("15:04:05.000") }

// Sent is the same with the date and the zone.
func (a attempt) Sent() string { return a.Time.Local().Format(time.RFC3339Nano) }

// Took is how long it took.
func (a attempt) Took() string { return fmt.Sprintf("%.1f ms", a.DurationMilliseconds) }

// Outcome is the status in words.
func (a attempt) Outcome() string {
	if a.Status == 0 {
		return "no answer"
	}
	return strconv.Itoa(a.Status)
}

// Class is the first digit of the status; 4 where it is one that a receiver should not give, 0 where nothing was answered.
func (a attempt) Class() int {
	if class := a.Status / 100; class == 2 || class == 5 || class == 0 {
		return class
	}
	return 4
}

// HeaderText are the headers that were sent.
func (a attempt) HeaderText() string { return headerLines(a.Headers) }

// BodyText is what a fault sent in the place of the payload.
func (a attempt) BodyText() string { return mask.Keys(a.Body) }

// EndpointText says how an endpoint is.
func (v view) EndpointText(e gencontrol.WebhookEndpoint) string {
	switch {
	case e.State == gencontrol.SUSPENDED:
		return "suspended"
	case e.Failing > 0:
		return fmt.Sprintf("failing, %d given up", e.Failing)
	}
	return "active"
}

// CountText says what became of deliveries, in those numbers that are not 0.
func (v view) CountText(c gencontrol.WebhookCounts) string {
	var parts []string
	for _, one := range []struct {
		n    int
		what string
	}{
		{c.Pending, "pending"}, {c.Delivered, "delivered"}, {c.Failed, "failed"}, {c.Skipped, "skipped"}, {c.TooLarge, "too large"}, {c.Dropped, "dropped"},
	} {
		if one.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", one.n, one.what))
		}
	}
	if parts == nil {
		return "nothing was sent"
	}
	return strings.Join(parts, ", ")
}

// Failing is how many endpoints do not take what is sent.
func (v view) Failing() (n int) {
	for _, e := range v.Overview.Endpoints {
		if e.Failing > 0 {
			n++
		}
	}
	return n
}
