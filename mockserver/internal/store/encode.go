package store

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// milliseconds is RFC 3339 in UTC with exactly three digits of a fraction, as the vendor's webhook examples print a
// time. encoding/json would drop zeros at the end.
const milliseconds = "2006-01-02T15:04:05.000Z"

// answer is the answer to a create: as encoding/json reads the struct tags of gen.CustomerResponse, but for the times.
type answer struct {
	Data customer `json:"data"`
}

// customer has times that hide the embedded ones.
type customer struct {
	gen.Customer

	CreatedAt string `json:"createdAt"`
	UpdatedAt string `json:"updatedAt"`
}

// Legacy leaves out with omitempty what encoding/json leaves out: a nil pointer, and not one to an empty string.
var Legacy = jsonv1.OmitEmptyWithLegacySemantics(true)

// encode is the answer that says that a customer was created. It cannot fail: every string of a customer came out of a
// JSON body. Its addresses have the ids that follow the customer's.
func encode(input gen.CustomerInput, id ID, now time.Time) []byte {
	var a answer
	a.Data.Customer = toCustomer(input)
	a.Data.ID = id.String()
	for i := range a.Data.Addresses {
		a.Data.Addresses[i].ID = id.plus(i + 1).text(addressPrefix)
	}
	a.Data.CreatedAt = now.UTC().Format(milliseconds)
	a.Data.UpdatedAt = a.Data.CreatedAt
	b, err := json.Marshal(&a, Legacy)
	if err != nil {
		panic(err)
	}
	return slices.Concat(b, []byte{'\n'})
}

const (
	envelopeStart = `{"data":`
	envelopeEnd   = "}\n"
)

// inEnvelope is the customer in an answer, which the store holds.
func inEnvelope(answer []byte) []byte {
	return answer[len(envelopeStart) : len(answer)-len(envelopeEnd)]
}

// Answer is the answer that shows a stored customer.
func Answer(customer []byte) []byte {
	return slices.Concat([]byte(envelopeStart), customer, []byte(envelopeEnd))
}

// Ordered is the JSON of a customer with its properties in the order in which the store has them.
func Ordered(encoded []byte) ([]byte, error) {
	var c customer
	if err := json.Unmarshal(encoded, &c); err != nil {
		return nil, err
	}
	return json.Marshal(&c, Legacy)
}

// Decode is a customer that the store holds.
func Decode(encoded []byte) (customer gen.Customer) {
	if err := json.Unmarshal(encoded, &customer); err != nil {
		panic(err)
	}
	return customer
}
