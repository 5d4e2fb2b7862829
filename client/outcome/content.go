package outcome

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/decode"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// names are the properties that are compared, each with those of the object, or of the objects of the list, in it; nil compares the whole value.
type names map[string]names

// compared has what both a customer to create and a created one have. What only one of them has is the server's to choose (id, times), or is not
// answered (mainAddress).
var compared = common(decode.NamesOf(reflect.TypeFor[client.CustomerInput]()), decode.NamesOf(reflect.TypeFor[client.Customer]()))

func common(sent, created []decode.Name) names {
	if sent == nil || created == nil {
		return nil
	}
	both := names{}
	for _, a := range sent {
		for _, b := range created {
			if a.Text == b.Text {
				both[a.Text] = common(a.Inside, b.Inside)
			}
		}
	}
	return both
}

// content is the digest of what is compared of a client.CustomerInput or a client.Customer, in hexadecimal, and the length of its JSON in bytes.
// Absent, null, empty, false and zero are alike: that a server keeps them apart is assumed (rule empty-stays-empty), and if it did not, a customer that
// exists would not be found.
func content(customer any) (digest string, length int, err error) {
	text, err := json.Marshal(customer)
	if err != nil {
		return "", 0, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return "", 0, err
	}
	canonical, err := json.Marshal(reduce(value, compared)) // which sorts names
	if err != nil {
		return "", 0, err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), len(text), nil
}

// reduce leaves of a value what is compared.
func reduce(value any, within names) any {
	switch value := value.(type) {
	case map[string]any:
		if within == nil {
			return value
		}
		reduced := map[string]any{}
		for name, inside := range within {
			if v := reduce(value[name], inside); !empty(v) {
				reduced[name] = v
			}
		}
		return reduced
	case []any:
		reduced := make([]any, len(value))
		for i, item := range value {
			reduced[i] = reduce(item, within)
		}
		return reduced
	}
	return value
}

func empty(value any) bool {
	switch value := value.(type) {
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return value == nil || value == "" || value == false || value == 0.0
}

// added bounds what a server adds to the JSON of a customer, in bytes, and to that of an address: ids, times and null for what it does not have.
const added = 1024

// tooLarge tells whether the payload of a customer's event may be over what the vendor sends, for a customer whose JSON has this length.
func tooLarge(in client.CustomerInput, length int) bool {
	return length+added*(1+len(in.Addresses)) > gen.WebhookMaxPayload
}
