// Package delivery receives the webhooks of a run and judges them: what arrives for the customers that the run created.
//
// A [Receiver] listens while the run sends its requests, and keeps what arrives. [Receiver.Wait] waits, after the last request, for
// what is missing, and [Receiver.Judge] asks of each delivery what the callback in the contract says: its headers, its
// signature, its time and its payload, which must be the customer of the 201. Header names, event types and numbers are those of the
// document at hand.
//
// # What is refused on purpose
//
// Whether a sender tries again shows only where it is refused. Where the wait is long enough (see [LongestRetry]), the first
// delivery of one customer is answered 503 and that of another is redirected; both must come again. Only deliveries that carry the
// tag of the run are refused, so that nobody else's are held up.
//
// # What is no finding
//
// Deliveries that belong to no customer of the run are counted and not judged: others may use the same test environment. Nor are events of
// another type, where the event of the contract came too. Deliveries may repeat, in any order and some seconds late.
//
// # Bounds
//
// Whoever finds the address can send to it. At most 256 connections are open and 64 requests under way, each with 16 KiB of headers,
// 256 KiB of body and 10 seconds; 64 MiB are kept in all. What is beyond that is turned away and counted, and from then on a delivery
// that is missing is a warning at most.
package delivery
