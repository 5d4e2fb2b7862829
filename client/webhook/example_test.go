package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
)

var (
	signingSecret = "whsec_example" // from the environment, as every secret
	mux           = http.NewServeMux()
)

func save(_ context.Context, c client.Customer) error {
	fmt.Println("saved", c.ID, *c.Email)
	return nil
}

// An endpoint, and a delivery of a test that comes twice.
func Example() {
	receiver, err := webhook.New([]string{signingSecret})
	if err != nil {
		log.Fatal(err)
	}
	mux.Handle("/webhooks", receiver.Handler(func(ctx context.Context, e webhook.Event) error {
		return save(ctx, e.Customer) // after an error the vendor sends the event again
	}))

	server := httptest.NewServer(mux)
	delivery := webhooktest.New(client.Customer{ID: "cust_1", Email: new("siti@example.com")}, signingSecret)
	for range 2 {
		resp, err := http.DefaultClient.Do(delivery.Request(server.URL + "/webhooks"))
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	server.Close()
	// Output:
	// saved cust_1 siti@example.com
	// 200 OK
	// 200 OK
}

// A function behind an API gateway, which has no net/http request: what came, and the status to answer.
func ExampleReceiver_Verify() {
	receiver, err := webhook.New([]string{signingSecret})
	if err != nil {
		log.Fatal(err)
	}
	answer := func(ctx context.Context, body []byte, header http.Header) int {
		event, err := receiver.Verify(body, header)
		if err == nil {
			err = receiver.Handle(ctx, event, func(ctx context.Context, e webhook.Event) error { return save(ctx, e.Customer) })
		}
		return webhook.StatusCode(err)
	}

	delivery := webhooktest.New(client.Customer{ID: "cust_1", Email: new("siti@example.com")}, signingSecret)
	fmt.Println(answer(context.Background(), delivery.Payload, delivery.Header()))
	fmt.Println(answer(context.Background(), append(delivery.Payload, '\n'), delivery.Header())) // something on the way changed it
	// Output:
	// saved cust_1 siti@example.com
	// 200
	// 400
}

// A request in a handler of your own. Each reason for which one is refused has its error.
func ExampleReceiver_Read() {
	receiver, err := webhook.New([]string{signingSecret})
	if err != nil {
		log.Fatal(err)
	}
	delivery := webhooktest.New(client.Customer{ID: "cust_1"}, signingSecret)
	delivery.Timestamp = time.Now().Add(-time.Hour)
	_, err = receiver.Read(delivery.Request("/webhooks"))
	fmt.Println(errors.Is(err, webhook.ErrTooOld), webhook.StatusCode(err))

	delivery = webhooktest.New(client.Customer{ID: "cust_1"}, "another secret")
	_, err = receiver.Read(delivery.Request("/webhooks"))
	fmt.Println(errors.Is(err, webhook.ErrSignatureMismatch), webhook.StatusCode(err))
	// Output:
	// true 400
	// true 400
}

// While a secret is replaced, deliveries of both are the vendor's, and so are those that are signed with both.
func ExampleNew_rotation() {
	receiver, err := webhook.New([]string{"the new one", "the old one"})
	if err != nil {
		log.Fatal(err)
	}
	for _, secrets := range [][]string{{"the old one"}, {"the new one"}, {"the old one", "the new one"}} {
		_, err := receiver.Read(webhooktest.New(client.Customer{ID: "cust_1"}, secrets...).Request("/webhooks"))
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
}
