package webhook

import (
	"net/http"
	"time"
)

// State says what became of a delivery.
type State string

// The states of a delivery.
const (
	// Pending is on its way: waiting for its first attempt, being sent, or waiting for a retry.
	Pending State = "PENDING"
	// Delivered was answered 2xx.
	Delivered State = "DELIVERED"
	// Failed was given up after the last retry.
	Failed State = "FAILED"
	// Skipped was not sent, or not any more: Reason says why.
	Skipped State = "SKIPPED"
	// TooLarge was not sent: the payload is over the limit of the contract.
	TooLarge State = "TOO_LARGE"
)

// States lists every state that there is.
func States() []State { return []State{Pending, Delivered, Failed, Skipped, TooLarge} }

// Delivery is one event on its way to one endpoint, or at the end of it.
type Delivery struct {
	// ID names the delivery: "delivery_1", "delivery_2" … in the order in which the events happened.
	ID string
	// EventID is the event's identifier, the same for every endpoint and every attempt.
	EventID string
	// Event is the event's type.
	Event string
	// Key is the whole API key that created the customer; empty for a test event of an endpoint without a key.
	Key string
	// EndpointID and URL are where it goes.
	EndpointID, URL string
	// Customer is the customer's id; empty for a test event.
	Customer string
	// Test says that this is a test event.
	Test bool
	// RedeliveryOf is the id of the delivery that this one repeats; empty where it repeats none.
	RedeliveryOf string

	// State is what became of it, and Reason why, where the state alone does not say.
	State  State
	Reason string
	// Created is when the event happened, by the mock's clock.
	Created time.Time
	// Next is when the next attempt is due, by the mock's clock; zero where none is planned.
	Next time.Time

	// Payload is what is sent, unless a fault changes it (see [Attempt.Body]), and PayloadSize its length in bytes. Payload is nil in short, and where the
	// event was too large to be sent.
	Payload     []byte
	PayloadSize int
	// Attempts are what was tried, the first one first.
	Attempts []Attempt
}

// Attempt is one request to an endpoint.
type Attempt struct {
	// Time is when it was sent, by the mock's clock, and Duration how long it took.
	Time     time.Time
	Duration time.Duration
	// Header is what was sent; nil in short.
	Header http.Header
	// Body is what was sent where a fault changed that; nil where it was the payload, and in short.
	Body []byte
	// Status is what the endpoint answered; 0 where it answered nothing in time.
	Status int
	// Answer is the beginning of the answer's body as it came, untrusted text of which the secret and API keys are masked; nil in short. More says that it went on.
	Answer []byte
	More   bool
	// Error says why the attempt failed; empty where it did not.
	Error string
	// FaultID and Fault are the fault that hit the attempt; empty where none did.
	FaultID string
	Fault   Kind
}

// Filter says which deliveries are meant. The zero value of a field leaves that field open.
type Filter struct {
	// Key is the whole API key that created the customer.
	Key string
	// EndpointID, EventID and Customer are ids.
	EndpointID, EventID, Customer string
	// State is what became of it.
	State State
	// Before is the id of a delivery; only older ones are left. An id that no delivery can have leaves none.
	Before string
	// InShort leaves payloads, headers and bodies out.
	InShort bool
	// Limit is how many are given, the newest ones: 100 where it is 0, at most 1,000.
	Limit int
}
