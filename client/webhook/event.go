package webhook

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Event is what a delivery that verified tells.
type Event struct {
	// ID is the same in each retry of the event. It is not signed: see "Replays" in the package comment.
	ID string
	// Type is gen.WebhookEventCustomerCreated, or another one of the vendor's. It is not signed either.
	Type string
	// Timestamp is when this delivery was signed, in whole seconds, UTC. A retry has a later one.
	Timestamp time.Time
	// Customer is who was created, decoded as the client decodes an answer: what the payload leaves out and what it gives as
	// null are both nil. It is zero if Type is not gen.WebhookEventCustomerCreated.
	Customer client.Customer
	// Payload is the body as it came, which was signed.
	Payload []byte
}

// String names the event without anything of the customer, so that fmt does not print personal data.
func (e Event) String() string { return fmt.Sprintf("%.80q %.80q", e.Type, e.ID) }

// LogValue is what log/slog writes of an event: what String returns.
func (e Event) LogValue() slog.Value { return slog.StringValue(e.String()) }

// key tells the event from others, whoever delivers it. Two events of the vendor never have the same id. The customer's id is
// signed and the event's is not: with it in the key, a delivery that someone sends under the id of an event that is still to
// come does not make that one a duplicate.
func (e Event) key() string { return digest(fmt.Sprintf("%q %q", e.ID, e.Customer.ID)) }

// delivery tells what was signed from what was signed at another time or of another payload, whatever secret signed it and
// however the signature is spelled.
func (e Event) delivery() string { return digest(signed(e.Timestamp.Unix(), e.Payload)) }

// signed is the text that a signature is made of, page "Webhooks: security".
func signed(timestamp int64, payload []byte) string {
	return strconv.FormatInt(timestamp, 10) + "." + string(payload)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
