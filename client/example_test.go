package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

var baseURL = "http://127.0.0.1:4010" // where bitbybit-mock listens

func ExampleClient_CreateCustomer() {
	ctx := context.Background()

	// Without WithBaseURL the client calls the vendor. An empty key is read from BITBYBIT_API_KEY.
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL))
	if err != nil {
		log.Fatal(err)
	}
	customer, err := c.CreateCustomer(ctx, client.CustomerInput{
		Email:     new("siti.rahma@example.com"),
		FirstName: new("Siti"),
		Tags:      []string{"vip"},
		Addresses: []client.AddressInput{
			{Address1: "Jl. Sudirman No. 1", City: new("Jakarta Selatan"), MainAddress: new(true)},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*customer.Email, customer.Tags, *customer.Addresses[0].City, customer.ImageURL == nil)
	// Output: siti.rahma@example.com [vip] Jakarta Selatan true
}

// What to do depends on what the error says about the customer.
func ExampleError() {
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL))
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.CreateCustomer(context.Background(), client.CustomerInput{Email: new("plain")})
	switch {
	case err == nil:
		fmt.Println("created")
	case errors.Is(err, client.ErrOutcomeUnknown):
		// The customer may exist. Find out before it is sent again: see the package comment.
		fmt.Println("in doubt")
	case errors.Is(err, client.ErrUnreadableCustomer):
		// The customer exists. Its id is in Error.CustomerID, if it could be read.
		fmt.Println("created, but the answer is not one that this program can read")
	case errors.Is(err, client.ErrValidation), errors.Is(err, client.ErrInvalidInput):
		fmt.Println("the data is wrong, sending it again does not help")
	case errors.Is(err, client.ErrRateLimitExceeded), errors.Is(err, client.ErrServiceUnavailable),
		errors.Is(err, client.ErrWaitTooLong):
		fmt.Println("not created; later is fine")
	case errors.Is(err, client.ErrMissingAPIKey), errors.Is(err, client.ErrInvalidAPIKey),
		errors.Is(err, client.ErrInsufficientScope), errors.Is(err, client.ErrIPNotAllowed),
		errors.Is(err, client.ErrMissingCompanyID), errors.Is(err, client.ErrNotFound):
		fmt.Println("not created; somebody has to look at the key or the set-up")
	default:
		fmt.Println("not created: the request did not get out, or ctx ended before")
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		fmt.Println(e.StatusCode, e.Code, e.Attempts)
	}
	// Output:
	// the data is wrong, sending it again does not help
	// 400 VALIDATION_ERROR 1
}

// Which field was wrong, and why, is for whoever filled in the form: it may repeat what they typed. The error itself holds
// nothing of the customer, so it is what a log gets.
func ExampleError_message() {
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL))
	if err != nil {
		log.Fatal(err)
	}
	form, logger := os.Stdout, log.New(os.Stdout, "log: ", 0)
	_, err = c.CreateCustomer(context.Background(), client.CustomerInput{Email: new("plain")})
	if e, ok := errors.AsType[*client.Error](err); ok && errors.Is(err, client.ErrValidation) {
		fmt.Fprintln(form, e.Message)
	}
	logger.Println(err)
	// Output:
	// email: must be an email address, got "plain"
	// log: bitbybit: create customer: answered 400 VALIDATION_ERROR
}

// A program is pointed at the mock by its environment, without a change of code.
func ExampleNew_environment() {
	// In a shell: export BITBYBIT_BASE_URL=http://127.0.0.1:4010, the first line that bitbybit-mock prints.
	os.Setenv("BITBYBIT_BASE_URL", baseURL)
	os.Setenv("BITBYBIT_API_KEY", "bbb_test_key")

	c, err := client.New("")
	if err != nil {
		log.Fatal(err)
	}
	customer, err := c.CreateCustomer(context.Background(), client.CustomerInput{PhoneNumber: new("+6281234567890")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*customer.PhoneNumber)
	os.Unsetenv("BITBYBIT_BASE_URL")
	os.Unsetenv("BITBYBIT_API_KEY")
	// Output: +6281234567890
}

// Many customers, kept under the rate limit. Results come in the order of the inputs.
func ExampleClient_CreateCustomers() {
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL), client.WithPacing(true))
	if err != nil {
		log.Fatal(err)
	}
	inputs := []client.CustomerInput{
		{Email: new("ana@example.com")},
		{Email: new("not an address")},
		{FirstName: new("Nobody")},
		{Email: new("budi@example.com")},
	}
	for i, r := range c.CreateCustomers(context.Background(), slices.Values(inputs), client.WithConcurrency(4)) {
		switch {
		case r.Err == nil:
			fmt.Println(i, "created", *r.Customer.Email)
		case errors.Is(r.Err, client.ErrOutcomeUnknown):
			fmt.Println(i, "in doubt") // keep r.Input for someone to look at
		default:
			fmt.Println(i, "not created:", r.Err)
		}
	}
	// Output:
	// 0 created ana@example.com
	// 1 not created: bitbybit: create customer: answered 400 VALIDATION_ERROR
	// 2 not created: bitbybit: create customer: either Email or PhoneNumber is required, both are nil
	// 3 created budi@example.com
}

// A transport of your own: through a proxy, with a header of your own on every attempt.
func ExampleWithMiddleware() {
	transport := client.NewTransport()
	transport.Proxy = nil // or http.ProxyURL(...)
	transport.TLSHandshakeTimeout = 3 * time.Second

	stamp := func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(r *http.Request) (*http.Response, error) { // like http.HandlerFunc, for the other side
			r = r.Clone(r.Context())
			r.Header.Set("X-Request-Source", "nightly-import")
			resp, err := next.RoundTrip(r)
			if err == nil {
				fmt.Println(r.Method, r.Header.Get("X-Request-Source"), resp.StatusCode)
			}
			return resp, err
		})
	}
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL),
		client.WithHTTPClient(&http.Client{Transport: transport}), client.WithMiddleware(stamp))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.CreateCustomer(context.Background(), client.CustomerInput{Email: new("ana@example.com")}); err != nil {
		log.Fatal(err)
	}
	// Output: POST nightly-import 201
}

// Options of a single call, and what the answer said beside the customer.
func ExampleWithResponse() {
	c, err := client.New("bbb_test_another", client.WithBaseURL(baseURL))
	if err != nil {
		log.Fatal(err)
	}
	var r client.Response
	_, err = c.CreateCustomer(context.Background(), client.CustomerInput{Email: new("ana@example.com")},
		client.WithTimeout(5*time.Second), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}), client.WithResponse(&r))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.StatusCode, r.Attempts, r.RateLimit.Remaining, "of", r.RateLimit.Limit)
	// Output: 201 1 99 of 100
}
