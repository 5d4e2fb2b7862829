package mockserver

import (
	"errors"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// decodeInput decodes a body that keeps the contract.
func decodeInput(body []byte, input any) error {
	if len(body) <= transfer.FirstRead {
		return json.Unmarshal(body, input)
	}
	return json.Unmarshal(body, input, json.WithUnmarshalers(longLists))
}

// longLists decodes lists that can be long. The decoder alone would grow them by a quarter at a time, and so copy each five times over.
var longLists = json.JoinUnmarshalers(
	json.UnmarshalFromFunc(doubling[string]),
	json.UnmarshalFromFunc(doubling[gen.AddressInput]),
)

func doubling[T any](decoder *jsontext.Decoder, list *[]T) error {
	if decoder.PeekKind() != '[' {
		return errors.ErrUnsupported // what is no array is the decoder's to refuse
	}
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	items := []T{}
	for decoder.PeekKind() != ']' {
		if len(items) == cap(items) {
			items = slices.Grow(items, len(items)+1)
		}
		items = items[:len(items)+1]
		if err := json.UnmarshalDecode(decoder, &items[len(items)-1]); err != nil {
			return err
		}
	}
	*list = items
	_, err := decoder.ReadToken()
	return err
}
