// Package exchange has one request, its response, and what the contract says of the request: whether a server has to
// carry it out, by which rule, and with which status and code it is refused otherwise.
//
// A [Contract] reads the document for one server. [Contract.Exchange] begins an exchange from a [Case]: its [Class] is
// computed from the bytes that are sent. [Exchange.Take] completes it with the answer. The checks look at exchanges,
// the plan makes cases; neither knows how they are sent.
package exchange
