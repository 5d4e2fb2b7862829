// Package outcome finds out what became of calls that ended in client.ErrOutcomeUnknown: it keeps them, and the webhook customer.created settles them.
//
//	tracker, err := outcome.New(store, func(ctx context.Context, o outcome.Outcome) error {
//		// o.Ref was created, with o.CustomerID; or it was not, and may be sent again; or nobody knows.
//	})
//	customer, err := tracker.CreateCustomer(ctx, c, input, "order 7") // in place of c.CreateCustomer
//	err = tracker.Created(ctx, event.Customer)                        // in the handler of the webhook
//	err = tracker.Settle(ctx)                                         // once a minute
//
// # What is told
//
// Each call that ended unknown is told of, by the ref that it was made with, as one of three:
//
//   - Created: an event has come for a customer with the content of the call. This takes as long as the vendor needs to deliver it, most often seconds.
//   - NotCreated: no such event has come, and none can come any more: Wait (five hours and 38 minutes) has passed since the call, in which the vendor would have
//     tried five times and given up, with three hours to spare. The customer may be sent again.
//   - Undecided: no event has come, and that means nothing. Somebody has to look the customer up in bitbybit, by its email or phone number.
//
// Created and Settle tell it, until the function that New was given returns nil; no call and no outcome is dropped. An outcome is told at least once,
// and told again with the same CallID. Where an event comes after NotCreated or Undecided was decided, and before it is noted that the function has taken that, the
// same CallID is told again as Created, which counts over the others. An event that comes after that finds no call and changes nothing. An outcome may be told before CreateCustomer has returned: what the function writes down should not be overwritten by the error
// that CreateCustomer returns. Calls that did not end unknown are not told of, but for two: one with a client.ErrUnreadableCustomer that has no CustomerID is told its id,
// and one during which the process crashed, or lost its Store, is told as unknown ones are, whatever it returned: what is told is true of it too.
//
// # When no event means no customer
//
// The vendor sends an event five times at most, over two hours and 36 minutes. A receiver that was down meanwhile never gets it. So NotCreated is told only where
//
//   - the receiver was alive while the call was waited for, but for five minutes in all: Settle notes it. So call Settle in the process that has
//     the receiver, as soon as it listens and once a minute from then on; a pause of more than two minutes counts as time in which the receiver was down, and
//     so does the time from one process's last Settle to the first of the next;
//   - an event of any customer was given to Created between the vendor's third attempt and its fourth, and one between its fourth and its last: of a call that
//     takes no time, from 7 minutes to 35 minutes and 30 seconds after it, and from 37 minutes and 30 seconds to two hours, 35 minutes and 30 seconds. (The first time of each counts
//     from the end of the call, and has 30 seconds for the answer to each attempt; the second counts from its begin; an event counts where the whole minute in which it came is between them.)
//     That the process is alive does not show that the vendor reaches it: the network may be down, the secret, the URL, a certificate or a firewall may be wrong, and the
//     vendor suspends endpoints that fail. With both events, all five attempts can only have failed if three such outages met them. Of the events that come between two
//     calls of Settle the last is remembered. Creating a customer brings one.
//
// Else the call is told as Undecided, with the reason. So is one with a customer of about 64 KB and more, of which the vendor may send no event; one during or after which the clock was
// set back by more than five minutes, or that begins before the clock is again where it was; and one of whose content an event came of a customer that was created
// before the call, by the clocks: where one of them was wrong, it is the call's.
//
// That the receiver was alive does not show that it did its work. Call Created first in the handler, before anything that can fail, and return
// its error: a handler that refuses the event of a customer all five times makes that customer one of which no event came.
//
// # How an event is matched with a call
//
// An event names a customer, and no call. What is compared is the content: everything that was sent and is answered, so neither ids and times nor mainAddress.
// What is absent, null, empty, false or zero is alike, lest a server that answers null for an empty text makes a customer seem missing. That text comes back unchanged is
// documented (rule stored-as-sent of openapi.yaml); of a server that changes it no event matches, and existing customers would be told as NotCreated. The same holds
// for a property that the contract gives a default other than false, zero or empty; today there is none.
//
// Calls with the same content cannot be told apart by an event, but they can be counted:
//
//   - Each event settles one call, the last of those that began before its customer was created, or up to five minutes later. Where two calls are unknown and one customer was created, one of them is told as Created and one as NotCreated.
//   - The event of a call that succeeded settles none: the Tracker knows the ids of the customers that its calls created, for Wait. So make every call through the Tracker
//     whose customer may be sent twice: of a client used directly, or of another company's key, it knows nothing.
//   - An event that comes while a call with the same content is under way waits for that call to end.
//   - Who creates a customer with the same content elsewhere (another program, a person at the dashboard) makes an unknown call of yours Created, with that id. The customer is
//     there, so that it need not be sent again. One that was created more than five minutes before the call, which is how far clocks may differ, is not mistaken for it.
//   - With client.RetryPolicy.RetryUnknown a call can create several customers. It is told of one.
//
// A webhook may be delivered again by hand. The receiver (client/webhook) knows for 24 hours what it has handled.
//
// # Bounds
//
// A call takes about 400 bytes and its ref, for its time under way and for Wait after it ended or its outcome was told, also when it succeeded: at the vendor's 100 requests a minute
// that are 34,000 calls. Of one content 100 calls are kept, and 100 events that wait for calls under way. Where a bound is reached, the next call fails with ErrNotTracked
// before it is sent, and the next event with ErrFull, so that the vendor sends it again: nothing that is there is given up for it. A call lasts at most MaxCall: one
// that a Store has as being under way for five minutes more is one whose process is gone.
//
// # The Store
//
// With a MemoryStore the calls of a process that ends are forgotten, and not told of. To have them outlive it, implement Store on your database: two methods, tested by
// package outcometest; several processes can share it, if their clocks do not differ by more than five minutes. One Store is for one company, and for this package alone.
//
// A Store holds refs, ids of customers, times, and SHA-256 digests of what was sent: no personal data in clear. Someone who has it can try out whether a
// customer that they know is among those of the last hours. Do not put personal data into a ref.
//
// It must not lose what it has taken: without the call, its outcome is not told; without the customer of a call that succeeded, its event can be taken for that of another call with the
// same content. A Store that has taken a change and returns an error all the same, as a database may whose connection broke, does no harm: the Tracker tries again from Settle.
package outcome
