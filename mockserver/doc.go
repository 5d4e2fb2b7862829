// Package mockserver is bitbybit's create-customer API in memory: it behaves as the vendor documents it, says exactly
// what is wrong with a request, keeps what arrived to be looked at, and fails on demand.
//
// In a Go test, [Start] runs a server of the test's own:
//
//	mock := mockserver.Start(t)
//	c, err := client.New("bbb_test_key", client.WithBaseURL(mock.URL))
//
// A [Server] is an [http.Handler], so that it fits anywhere else as well; the program in cmd/bitbybit-mock runs one on
// a laptop.
//
// # How a request travels
//
// Every request of the API passes one chain of middleware, each in the file of its name:
//
//	reply             open the exchange, read the body, identify the key; at the end, send the answer
//	record            keep the exchange in the journal, log a line
//	wait              the latency that was asked for (latency.go)
//	recover           a bug of the mock is answered, and logged
//	cors              let pages of other origins call
//	route             find the operation: 404, 405
//	contractResponse  judge what the mock is about to answer (contract.go)
//	prefer, fault     the answer that the request, or a fault that was set, asks for
//	key               401
//	address           403 IP_NOT_ALLOWED
//	limit             429
//	scope             403 INSUFFICIENT_SCOPE
//	contractRequest   judge the request: 400 (contract.go)
//	operation         the generated strict server: decode the body, answer a magic value (trigger.go), else call the operation's method
//
// What the middleware knows of the request is in its exchange. A middleware that turns a request away does so through refuse,
// which writes the vendor's error envelope. The answer is held until it is whole and judged; reply sends it. What lies
// under /_mock/ is the mock's own and has a chain of its own, in internal/control.
//
// # How to add an operation
//
// Add it to openapi.yaml, with x-scope and examples, and run make generate. The compiler then asks for its method of the generated
// server interface, on operations (operation.go). The rest follows from the document: key, scope, rate limit, faults, Prefer,
// examples, the judging of parameters and body, journal, CORS, and the cases of the contract tests.
//
// # What is kept
//
// The API key is the tenant: customers, their ids, the rate limit, faults and the journal belong to a key. All of it is
// bounded: the customers ([WithMaxCustomers] and [WithStoreSize], over all keys, the oldest go first), the journal, and
// the keys themselves: the server remembers the rate limit of the 10,000 keys that were used last, and the ids of as many keys that hold no
// customers. A key that it forgot starts over.
//
// The endpoints of webhooks ([WithWebhook], [Server.AddWebhook]) are told of a customer once it is stored, and no create waits for that; they are not told
// of a seed. What was sent is in [Server.Deliveries], and a [webhook.Fault] makes it wrong.
//
// What is kept is shown as it came and as it was stored, from Go and under /_mock/, personal data included: it is test data
// that somebody put there to look at. API keys and other credentials are masked everywhere, and a line of the log shows no
// values.
//
// # What a request costs
//
// A body of 1 MiB costs 64 MB of memory at most, garbage included, whatever is in it: the judge reads it no further than
// the contract looks into it, and stops at 1,000 violations. Of bodies larger than 64 KiB the server works on 8 MiB at
// once, or on one of the largest size. Others wait for their turn, in the order in which they came, for as long as their
// callers do; a request that a fault or the latency keeps waiting keeps no place. A client that sends a large body
// slowly keeps its place meanwhile: the timeouts of [net/http.Server] are for that.
//
// # What is out of the server's hands
//
// Some requests are answered by [net/http] before any handler sees them, without the vendor's envelope, and so are not
// in the journal either: a request line, a header or a Host that is no HTTP (400), a header longer than http.Server
// allows (431), a transfer encoding other than chunked (501), an expectation other than 100-continue (417), a version
// of HTTP that the http.Server does not speak (505).
//
// It also sends the 100 of a client that expects 100-continue, over HTTP/1.1 as soon as the body is needed: a request that
// is refused for its path, its key, its scope, the rate limit or its media type is answered without asking for the body,
// and the connection closed. Over HTTP/2 the body is always asked for.
//
// A body beyond the limit ([WithMaxBody]) is answered at once, and read no further than that for the answer. Many
// clients send all of it before they look for an answer, so what still comes is read and dropped: as long as it keeps
// coming, for 30 seconds at most. A client that sends for longer may find its connection closed instead.
//
// # Answers on demand
//
// There are three ways to an answer that the request would not have got, and the first that applies counts:
//
//   - "Prefer: code=429" or "Prefer: code=400, example=MISSING_COMPANY_ID" asks for a documented answer, for the request
//     that carries it and no other; a success (code=201) is answered to a valid request alone, any other gets its 400;
//   - a [fault.Fault] ([Server.AddFault]) hits the next calls: a status, a delay, an answer in drops, a connection that breaks;
//   - a magic value ([Triggers]) in the email or the phone number of a valid customer, for those who can set neither.
//
// Only a fault can store the customer and lose the answer (Fault.Store). [Server.Requests] tells what was played.
package mockserver
