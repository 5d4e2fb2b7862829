package mockserver

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// milliseconds is RFC 3339 in UTC with exactly three digits of a fraction, as the vendor's webhook examples print a
// time. encoding/json would drop zeros at the end.
const milliseconds = "2006-01-02T15:04:05.000Z"

// encoding is how customers are written: as encoding/json reads the struct tags, but for the times, and without
// escaping HTML.
var encoding = json.JoinOptions(
	jsonv1.OmitEmptyWithLegacySemantics(true),
	json.WithMarshalers(json.MarshalToFunc(func(e *jsontext.Encoder, t time.Time) error {
		return e.WriteToken(jsontext.String(t.UTC().Format(milliseconds)))
	})),
)

// encode is the customer in JSON. It cannot fail: every string of a customer came out of a JSON body.
func encode(customer gen.Customer) []byte {
	b, err := json.Marshal(customer, encoding)
	if err != nil {
		panic(err)
	}
	return b
}

// decode is the customer that encode was given.
func decode(encoded []byte) (customer gen.Customer) {
	if err := json.Unmarshal(encoded, &customer); err != nil {
		panic(err)
	}
	return customer
}
