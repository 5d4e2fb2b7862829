// Package client creates customers in a bitbybit company, and never the same one twice unless told to.
//
//	c, err := client.New("") // the key is in BITBYBIT_API_KEY
//	if err != nil { ... }
//	customer, err := c.CreateCustomer(ctx, client.CustomerInput{Email: new("jsmith@example.com"), Tags: []string{"vip"}})
//
// What a customer can have is told by
//
//	go doc github.com/bitbybit-go/bitbybit-go/gen.CustomerInput
//	go doc github.com/bitbybit-go/bitbybit-go/gen.AddressInput
//
// A client is made once and used from as many goroutines as you like. Options given to New hold for every call; a
// CallOption given to a call holds for that call.
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
//   - the vendor answered 429 RATE_LIMIT_EXCEEDED: again after RateLimit-Reset;
//   - the vendor answered 503 SERVICE_UNAVAILABLE: again after up to 1 s, 2 s, 4 s.
//
// Retry-After makes both waits longer, never shorter. A header that is there and cannot be read stands for the default
// wait, DefaultBackoff.
//
// Any other answer of the vendor is final. Attempts and waits are bounded by RetryPolicy, and no wait is begun that
// would outlast the context: the call fails at once and says so (ErrWaitTooLong). The transport is kept from sending
// a request again by itself, over HTTP/1 and HTTP/2, and redirects are not followed.
//
// # ErrOutcomeUnknown
//
// Once the first byte is out, only an answer settles whether there is a customer: a 201 with data.id, the vendor's error
// envelope with a 4xx, or with 503 SERVICE_UNAVAILABLE. Without one of these the error is ErrOutcomeUnknown: the
// connection broke, the attempt or the context timed out, the answer was cut short or too long, or it was a 201 without an
// id, a 101, 500, 502, 504, a redirect, or a page that a proxy wrote. It is never tried again unless
// RetryPolicy.RetryUnknown allows it.
//
// The names of an error are read as the contract spells them: "Error", "Code", either of them twice, or data beside the
// error settle nothing. A 201 with misspelt names is not a complete customer, and never sent again, see
// ErrUnreadableCustomer.
//
// Any 4xx with the envelope settles that no customer was created, since it says that the request cannot be fulfilled (RFC
// 9110, 15). That holds for 408, the request did not arrive whole, and for 425, it was not processed lest it be a replay;
// RFC 9110, 15.5.9, and RFC 8470, 5.2, allow to repeat both, which is left to the program. It holds for a gateway that
// writes the envelope, too: where it has forwarded the request and got no good answer, its status is 502 or 504 (RFC 9110,
// 15.6.3, 15.6.5). Without the envelope there is no telling who answers, and a 4xx settles nothing.
//
// What to do about it:
//
//   - Do not send the customer again blindly. Write it down as doubtful, with its email, phone number and time.
//   - Find out: look the customer up in bitbybit. If it is not there some minutes later, send it again.
//   - Or learn it from the webhook customer.created, which the vendor sends for each customer created. That it came is
//     proof. That it did not come is none before three hours have passed: a delivery that your receiver did not answer
//     in time is repeated after 30 s, 5 min, 30 min and 2 h.
//   - Where a customer twice is better than none, RetryUnknown does the sending again.
//   - If it happens often, the timeout is too short (WithTimeout) or something between you and the vendor cuts
//     connections.
//
// # ErrUnreadableCustomer
//
// A 201 with data.id says that the customer exists, even where the answer is not the complete customer of the contract:
//
//   - another field has the wrong type, a time is not RFC 3339;
//   - names are misspelt or repeated ("Data", "ID", two emails), or there is an error beside data;
//   - the id is not a string, or there are several;
//   - it is not JSON up to its end, or nested too deep;
//   - it was cut short, is too long, or the connection broke or the time ran out after the id.
//
// Then the error is ErrUnreadableCustomer. It is never tried again, under any policy. Error.CustomerID is the id where it is
// a whole, non-empty string and the only one: keep it, as for a customer that was returned. Where it is empty, look the
// customer up in bitbybit by its email or phone number. An id that is null or "" is none.
//
// Any other error is a promise: the call created no customer. Only a middleware or a transport of your own that sends a
// request more than once can break it, or a server that breaks the RFCs named here.
//
// # Errors
//
// Every failure of a call is an *Error: errors.Is with a sentinel of this package says what happened, the fields say
// the rest. Besides ErrOutcomeUnknown, ErrUnreadableCustomer, ErrInvalidInput and ErrWaitTooLong there is one for each
// code that the vendor documents: ErrValidation, ErrMissingCompanyID, ErrMissingAPIKey, ErrInvalidAPIKey,
// ErrInsufficientScope, ErrIPNotAllowed, ErrNotFound, ErrRateLimitExceeded, ErrServiceUnavailable. Error.Code is the
// code itself, one of the constants that
//
//	go doc github.com/bitbybit-go/bitbybit-go/gen.ErrorCode
//
// lists. Error() never holds the key or anything of the customer, so it may be logged. Error.Message, Error.Body,
// Error.CustomerID, a Code that is not documented and the causes that Unwrap returns are about a person, or can repeat what
// was sent.
//
// Which field was wrong is in Error.Message. Show it to whoever filled in the form, and log the error itself:
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
//
// # Environment
//
// BITBYBIT_API_KEY is the key where New is given none. BITBYBIT_BASE_URL is the base URL where WithBaseURL is not
// given: it points a program at a mock without a change of code. A URL without a path, such as http://127.0.0.1:4010, is
// enough: it gets the path of the contract. With http://, key and customers are sent unencrypted, through a proxy too; New
// warns of that through the logger, unless the host is a loopback one.
package client
