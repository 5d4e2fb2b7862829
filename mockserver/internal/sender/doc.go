// Package sender sends the mock's webhooks: it queues, signs, sends, retries and remembers them, within bounds, and never keeps a create waiting.
//
// [Sender.Created] makes an event, and a delivery of it to each endpoint that is told. A delivery is ready (in the queue of its endpoint), being sent (a
// goroutine), or waiting (for a retry, or since a fault says so), and ends in the history. One mutex guards all of that; nothing is sent, logged or formatted
// under it. The vendor's numbers come from the contract (package gen); what its pages leave open is decided so:
//
//   - A retry is signed anew, under the same id. Redelivering by hand is a new delivery of the same event, with retries of its own.
//   - An endpoint that fails is not suspended by itself, since the vendor gives no number: it shows how many events were given up.
//   - What happens while an endpoint is suspended is skipped; so is what becomes due then. What was waiting is still sent if the endpoint is reactivated before.
//   - A test event is a customer.created with the customer of the contract's example, and an id of its own.
//   - Under load, sending gives way to creating: see lull.
package sender
