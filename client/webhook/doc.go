// Package webhook receives the vendor's webhook customer.created: it proves that a delivery is the vendor's, has each event handled once, and
// answers as the vendor wants.
//
//	receiver, err := webhook.New([]string{secret}) // the endpoint's signing secret, which the vendor shows once
//	if err != nil { ... }
//	mux.Handle("/webhooks", receiver.Handler(func(ctx context.Context, e webhook.Event) error {
//		return save(ctx, e.Customer) // after an error the vendor sends the event again
//	}))
//
// Without net/http it is Verify, then Handle, then StatusCode for the answer. The numbers and the names of the headers are those of the contract:
// go doc github.com/bitbybit-go/bitbybit-go/gen.WebhookTolerance. Package webhooktest makes deliveries for tests.
//
// # What is the vendor's
//
// A delivery has an id, the event's type, a timestamp and a signature in its headers: t=<timestamp>,v1=<HMAC-SHA256 of "<timestamp>.<body>" in
// hexadecimal>. It is refused, each reason with an error of its own, from ErrMissingHeader to ErrPayload, unless
//
//   - each of the four headers is there once, and can be read. User-Agent and Content-Type are not looked at;
//   - the timestamp's header is the t of the signature. Only t is signed, and t is what counts; where they differ, somebody changed one;
//   - one v1 is the HMAC of the body as it came, byte for byte, with one of the secrets. All secrets are compared with all v1, in constant
//     time. There may be 16 of them, and schemes other than t and v1: they are ignored. The digits may be capitals, and a v1 of the wrong length is
//     none;
//   - t is within 5 minutes of now, before or after, in whole seconds;
//   - the body has at most 64 KB, and no Content-Encoding;
//   - the payload of customer.created is a customer, with an id. It is read as the client reads an answer: what is null and what is not there are alike, unknown
//     properties are ignored, a name of the contract that is there twice or in another case makes it unreadable, and so does a value of another type.
//
// The vendor does not say how a secret is replaced. The receiver takes deliveries that are signed with the old one, the new one or both: give New both
// for the time. Neither does it say whether a retry is signed anew; this package assumes that it is, since a retry after 5 minutes would be too
// old otherwise.
//
// # Once, and not lost
//
// The vendor sends an event until it is answered with 2xx, at most five times in three hours, and may send it twice in any case. Handle, and with it the
// Handler, claims an event before your function is called, commits it when that returned nil, and releases it when it failed, panicked or the
// request ended: a retry then has it handled. A retry that comes when it was handled is ErrDuplicate and gets 200. One that comes while it is being handled is
// ErrInProgress and gets 503, at once: were it 200, and the first one failed after it, the event would be lost.
//
// That is as good as the Store. The default, MemoryStore, is for one process, and a crash loses what it knows: an event that was being handled comes
// again, and one that was handled shortly before its answer got out does too. So your function should bear being called twice for a customer, as by an upsert. Of
// several replicas, and where twice is not to be borne, use a Store in your database, which claims the event in the transaction in
// which your function writes: examples/webhook-store is one on database/sql, to copy. Claims of a process that crashed end after Lease, or with their transaction.
//
// Answer soon: the vendor waits 30 s for it, "ideally" 1 to 2, and counts what takes longer as failed. Long work goes into a queue of yours, of which writing to it is
// what your function does. An Event can be stored as JSON. Set http.Server.ReadTimeout and ReadHeaderTimeout, as on every server.
//
// An event of a type that this package does not know must verify like any other. It gets 200 and is not handled, so that the vendor does not
// suspend the endpoint: choose the types of an endpoint at the vendor. Its "Send Test" may be one.
//
// # Replays
//
// The vendor's signature covers the time and the body, and neither the id nor the type. Whoever captures a delivery, from the log of a proxy for instance,
// can send it again within 5 minutes under another id, and it verifies. Deduplication by id, which the vendor recommends, does not notice. So Handle
// also deduplicates by what was signed, the body and its time: the same under another id is ErrReplay, gets 200 and is not handled again. If
// what the first one told was not handled yet, it is ErrInProgress and gets 503. That holds for ten minutes, after which the timestamp is too old for certain, and for
// every delivery of an event, retries included.
//
// What this means for your code:
//
//   - Event.ID and Event.Type are hints; what is proven is Event.Timestamp and Event.Payload, and with it Event.Customer. The customer's id is
//     what identifies the customer, and the best key for what you write.
//   - Under the type of another event a captured delivery of customer.created is ignored; that does not keep the true one from being handled. A
//     captured delivery of another type, sent as customer.created, is handled as one if its payload is that of a customer: customer.updated has such. Use an endpoint
//     for customer.created alone, and look the customer up where it matters.
//   - The id counts together with the customer's id, so that nobody can use up the id of an event that is still to come.
//   - Two endpoints of the vendor's that lead to one Store get an event each. Is the id the same, it is handled once. Is it not, it is handled
//     twice, but where both were signed in the same second and the first was handled before the second came.
//
// # Errors
//
// errors.Is finds the reason. No error of this package holds a secret, a signature or anything of the payload, and neither does what is logged (WithLogger); what your
// function returns is logged as it is. The Handler's answer says why a delivery was refused, which the vendor shows in its history.
package webhook
