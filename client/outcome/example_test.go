package outcome_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/fakevendor"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
)

// surroundings are a stand-in for the vendor that sends webhooks to mux, a client of it and a receiver. They live as long as the tests.
func surroundings() (vendor *fakevendor.Vendor, mux *http.ServeMux, c *client.Client, receiver *webhook.Receiver) {
	mux = http.NewServeMux()
	vendor = &fakevendor.Vendor{Created: func(customer client.Customer) {
		event := webhooktest.New(customer, "whsec_example").Request("/webhooks")
		mux.ServeHTTP(httptest.NewRecorder(), event)
	}}
	c, err1 := client.New("bbb_test_key", client.WithBaseURL(httptest.NewServer(vendor).URL))
	receiver, err2 := webhook.New([]string{"whsec_example"})
	if err := errors.Join(err1, err2); err != nil {
		log.Fatal(err)
	}
	return vendor, mux, c, receiver
}

// The vendor creates a customer and its answer is lost. Its webhook settles what became of the call.
func Example() {
	ctx := context.Background()
	vendor, mux, c, receiver := surroundings()

	settled := make(chan outcome.Outcome, 1)
	tracker, err := outcome.New(outcome.NewMemoryStore(0), func(_ context.Context, o outcome.Outcome) error {
		settled <- o // or write it down, by o.Ref; after an error it is told again
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("/webhooks", receiver.Handler(func(ctx context.Context, e webhook.Event) error {
		return tracker.Created(ctx, e.Customer)
	}))
	settle := func() {
		if err := tracker.Settle(ctx); err != nil {
			log.Print(err)
		}
	}
	settle()
	go func() {
		for range time.Tick(time.Minute) {
			settle()
		}
	}()

	vendor.LoseAnswers(1)
	_, err = tracker.CreateCustomer(ctx, c, client.CustomerInput{Email: new("siti@example.com")}, "order 7")
	fmt.Println(errors.Is(err, client.ErrOutcomeUnknown))
	settle() // in place of the next minute's: the event may have come before the call failed

	o := <-settled
	fmt.Println(o.Ref, o.Status, o.CustomerID == vendor.Customers("bbb_test_key")[0].ID)
	// Output:
	// true
	// order 7 created true
}
