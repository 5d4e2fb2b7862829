package webhook

import (
	"errors"
	"log/slog"
	"time"
)

// Errors of what is done with endpoints and deliveries, for [errors.Is].
var (
	// ErrNotFound says that there is no such endpoint or delivery, or not any more.
	ErrNotFound = errors.New("webhook: not found")
	// ErrSuspended says that nothing is sent to a suspended endpoint.
	ErrSuspended = errors.New("webhook: the endpoint is suspended")
	// ErrPending says that a delivery is still on its way: it cannot be redelivered yet.
	ErrPending = errors.New("webhook: the delivery is still pending")
	// ErrFull says that there is no room: too many endpoints, faults or pending deliveries.
	ErrFull = errors.New("webhook: no room")
	// ErrClosed says that the mock was closed, and sends nothing any more.
	ErrClosed = errors.New("webhook: closed")
)

// Secret is the key that deliveries are signed with. What formats, logs or encodes it shows dots; string(secret) is the secret.
type Secret string

const masked = "…"

// String shows nothing of the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String, for encoding/json.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Endpoint is a URL that is told of new customers.
type Endpoint struct {
	// ID names the endpoint: "endpoint_1", "endpoint_2" … in the order in which they were added. The mock gives it.
	ID string
	// Key is the whole API key whose customers it is told of; empty for those of every key.
	Key string
	// URL is where it is: http or https, without credentials and without a fragment, at most 2,048 bytes.
	URL string
	// Secret signs its deliveries. Whoever adds an endpoint without one is given a generated one. The vendor shows a secret once, and so does the mock: it is
	// set in what adding an endpoint returns, and empty in what lists endpoints.
	Secret Secret

	// Created is when it was added, by the mock's clock.
	Created time.Time
	// Suspended says that nothing is sent to it.
	Suspended bool
	// Failing is how many events were given up since the endpoint last answered 2xx or was reactivated; 0 while it is well.
	Failing int

	Counts
}

// Counts are numbers of deliveries.
type Counts struct {
	// Pending are on their way: waiting for their first attempt, being sent, or waiting for a retry.
	Pending int
	// Retrying are those of Pending that failed at least once.
	Retrying int
	// Delivered were answered 2xx.
	Delivered int
	// Failed were given up after the last retry.
	Failed int
	// Skipped were not sent since the endpoint was suspended or removed, or a fault withheld them.
	Skipped int
	// TooLarge were not sent since the payload was over the limit of the contract.
	TooLarge int
	// Dropped were not sent, and are not in the history, since there was no room for more pending deliveries.
	Dropped int
}

// Overview is what all endpoints have in common.
type Overview struct {
	Counts
	// Endpoints is how many there are.
	Endpoints int
	// Sending is how many requests are under way.
	Sending int
	// PendingBytes and PendingLimit are what the pending deliveries take of memory, and may take, in bytes.
	PendingBytes, PendingLimit int
	// History is how many ended deliveries can be listed, and Forgotten how many ended ones had to go for newer ones.
	History, Forgotten int
}
