// Package webhooktest makes the vendor's deliveries for the tests of a receiver, right ones and wrong ones:
//
//	d := webhooktest.New(client.Customer{ID: "cust_1"}, secret)
//	handler.ServeHTTP(recorder, d.Request("/webhooks"))
//
// A Delivery is changed before its request is made:
//
//   - of the wrong secret: New(customer, "another")
//   - too old, or in the future: d.Timestamp = now.Add(-6*time.Minute)
//   - while a secret is replaced, with a signature for each: New(customer, "old", "new")
//   - a retry: another Timestamp. A duplicate: Request again. A replay under another id: another ID
//   - of an event that the receiver does not know: another Type
//   - of anything but a customer: another Payload
//   - with headers that are missing, there twice, wrong or in disagreement: change those of the request
package webhooktest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Delivery is a delivery to make requests of.
type Delivery struct {
	Secrets   []string  // it is signed with each, in this order
	ID        string    // of the event
	Type      string    // of the event
	Timestamp time.Time // when it is signed; what is finer than a second is dropped
	Payload   []byte    // the body
}

// New returns the delivery of customer.created for a customer, signed with the secrets now. Its ID is like no other's.
func New(customer client.Customer, secrets ...string) Delivery {
	var payload bytes.Buffer
	encoder := json.NewEncoder(&payload)
	encoder.SetEscapeHTML(false) // as JavaScript's JSON.stringify
	if err := encoder.Encode(customer); err != nil {
		panic("webhooktest: a customer has a time that JSON cannot have: " + err.Error()) // a year above 9999
	}
	return Delivery{
		Secrets:   secrets,
		ID:        "evt_" + strings.ToLower(rand.Text()),
		Type:      gen.WebhookEventCustomerCreated,
		Timestamp: time.Now(),
		Payload:   bytes.TrimSuffix(payload.Bytes(), []byte("\n")),
	}
}

// Sign returns the signature's header for a payload that is sent at a time: t, and a v1 for each secret.
func Sign(payload []byte, at time.Time, secrets ...string) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	items := []string{"t=" + seconds}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(seconds + "."))
		mac.Write(payload)
		items = append(items, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(items, ",")
}

// Request returns the delivery as the vendor sends it to a URL: for an http.Client, or for a handler's ServeHTTP. It panics if the URL
// cannot be parsed.
func (d Delivery) Request(url string) *http.Request {
	agent := gen.UserAgentWebhooks
	r, err := gen.NewCustomerCreatedCallbackRequestWithBody(url, &gen.CustomerCreatedParams{
		UserAgent:                 &agent,
		XBitByBitWebhookID:        d.ID,
		XBitByBitWebhookEvent:     gen.CustomerCreatedParamsXBitByBitWebhookEvent(d.Type),
		XBitByBitWebhookTimestamp: d.Timestamp.Unix(),
		XBitByBitWebhookSignature: Sign(d.Payload, d.Timestamp, d.Secrets...),
	}, "application/json", bytes.NewReader(d.Payload))
	if err != nil {
		panic("webhooktest: " + err.Error())
	}
	return r
}

// Header returns the headers of the delivery, for Receiver.Verify.
func (d Delivery) Header() http.Header { return d.Request("/").Header }
