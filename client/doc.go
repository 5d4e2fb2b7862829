// Package client creates customers in a bitbybit company, and never the same one twice unless told to.
//
//	c, err := client.New("") // the key is in BITBYBIT_API_KEY
//	if err != nil { ... }
//	customer, err := c.CreateCustomer(ctx, client.CustomerInput{Email: new("jsmith@example.com"), Tags: []string{"vip"}})
//
// The fields of a customer are those of the contract: go doc github.com/bitbybit-go/bitbybit-go/gen.CustomerInput, and
// gen.AddressInput. A client is made once and used from as many goroutines as you like. Options given to New hold for every
// call, a CallOption for the call that it is given to. BITBYBIT_BASE_URL points a program at a mock without a change of code.
//
// # What is tried again, and what is not
//
// Creating a customer is a POST without an idempotency key, and the vendor documents no conflict error: the same
// request sent twice makes two customers. So a call is only tried again where it is certain that no customer was
// created:
//
//   - no byte of the request was written: no such host, connection refused, TLS failed, a proxy would not connect (see
//     NewTransport for how that is known, and where it cannot be);
//   - an HTTP/2 server says that it did not process the request: RST_STREAM with REFUSED_STREAM, or a stream above the
//     last one of GOAWAY (RFC 9113, 8.7), which is how proxies recycle connections;
//   - the vendor answered 429 RATE_LIMIT_EXCEEDED or 503 SERVICE_UNAVAILABLE.
//
// Any other answer of the vendor is final. A request of a safe method, such as GET, is tried again also where no answer
// settles anything. RetryPolicy says how long is waited and bounds attempts and waits; no wait is begun that would
// outlast the context: the call fails at once and says so (ErrWaitTooLong). The transport is kept from sending a request
// again by itself, over HTTP/1 and HTTP/2, and redirects are not followed.
//
// # ErrOutcomeUnknown
//
// Once the first byte is out, only an answer settles whether there is a customer: a 201 with data.id, the vendor's error
// envelope with a 4xx, or with 503 SERVICE_UNAVAILABLE. Without one of these the error is ErrOutcomeUnknown: the
// connection broke, the attempt or the context timed out, the answer was cut short or too long, or it was a 201 without an
// id, a 101, 500, 502, 504, a redirect, or a page that a proxy wrote. Names in an envelope that are misspelt or there twice
// settle nothing either. It is never tried again unless RetryPolicy.RetryUnknown allows it.
//
// Any 4xx with the envelope settles that no customer was created, since it says that the request cannot be fulfilled (RFC
// 9110, 15). That holds for 408, the request did not arrive whole, and for 425, it was not processed lest it be a replay;
// RFC 9110, 15.5.9, and RFC 8470, 5.2, allow to repeat both, which is left to the program. It holds for a gateway that
// writes the envelope, too: where it has forwarded the request and got no good answer, its status is 502 or 504 (RFC 9110,
// 15.6.3, 15.6.5). Without the envelope there is no telling who answers.
//
// What to do about it:
//
//   - Do not send the customer again blindly. Write it down as uncertain, with its email, phone number and time.
//   - Find out: look the customer up in bitbybit. If it is not there some minutes later, send it again.
//   - Or learn it from the webhook customer.created, which the vendor sends for each customer created. That it came is
//     proof. That it did not come is none before three hours have passed: a delivery that your receiver did not answer
//     in time is repeated after 30 s, 5 min, 30 min and 2 h. Package client/outcome does all of this.
//   - Where a customer twice is better than none, RetryUnknown does the sending again.
//   - If it happens often, the timeout is too short (WithTimeout) or something on the way cuts connections.
//
// # Errors
//
// Every failure of a call is an *Error: errors.Is with a sentinel of this package says what happened, the fields say
// the rest. ErrUnreadableCustomer: the customer exists, since a 201 has its id, but the answer is not a complete customer.
// ErrInvalidInput: nothing was sent. For each code that the vendor documents there is an error of its name, such as
// ErrValidation or ErrRateLimitExceeded: go doc client.ErrValidation lists them. An error that is neither ErrOutcomeUnknown nor ErrUnreadableCustomer is a promise: the call created no
// customer. Only a middleware or a transport of your own that sends a request more than once can break it, or a server that
// breaks the RFCs named here.
//
// Error() never holds the key or anything of the customer, so it may be logged. Which field was wrong is in Error.Message.
// Show it to whoever filled in the form, and log the error itself:
//
//	if e, ok := errors.AsType[*client.Error](err); ok && errors.Is(err, client.ErrValidation) {
//		fmt.Fprintln(w, e.Message) // email: must be an email address, got "plain"
//	}
//	log.Println(err) // bitbybit: create customer: answered 400 VALIDATION_ERROR
//
// # The rate limit
//
// The vendor allows 100 requests a minute and key. A call that meets 429 waits, which suits a few calls. For bulk
// work, WithPacing holds calls back before they meet it, and CreateCustomers streams many customers through a few
// calls at once.
package client
