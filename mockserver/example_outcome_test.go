package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// surroundings are a mock that sends webhooks to mux, a client of the mock and a receiver. They live as long as the tests.
func surroundings() (mock *mockserver.Server, mux *http.ServeMux, c *client.Client, receiver *webhook.Receiver) {
	mux = http.NewServeMux()
	mock, err1 := mockserver.New(mockserver.WithWebhook(httptest.NewServer(mux).URL+"/webhooks", "whsec_example"))
	c, err2 := client.New("bbb_test_key", client.WithBaseURL(httptest.NewServer(mock).URL))
	receiver, err3 := webhook.New([]string{"whsec_example"})
	if err := errors.Join(err1, err2, err3); err != nil {
		log.Fatal(err)
	}
	return mock, mux, c, receiver
}

// The mock stores a customer and loses the answer. Its webhook settles what became of the call.
func Example_outcome() {
	ctx := context.Background()
	mock, mux, c, receiver := surroundings()

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

	if _, err = mock.AddFault(fault.Fault{Connection: fault.Reset, Store: true, Times: 1}); err != nil {
		log.Fatal(err)
	}
	_, err = tracker.CreateCustomer(ctx, c, client.CustomerInput{Email: new("siti@example.com")}, "order 7")
	fmt.Println(errors.Is(err, client.ErrOutcomeUnknown))
	settle() // in place of the next minute's: the event may have come before the call failed

	o := <-settled
	fmt.Println(o.Ref, o.Status, o.CustomerID == mock.Customers("bbb_test_key")[0].ID)
	// Output:
	// true
	// order 7 created true
}
