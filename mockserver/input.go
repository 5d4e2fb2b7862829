package mockserver

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// decodeInput decodes a body that keeps the contract.
func decodeInput(body []byte, input any) error {
	var err error
	if len(body) <= transfer.FirstRead {
		err = json.Unmarshal(body, input)
	} else {
		err = json.Unmarshal(body, input, json.WithUnmarshalers(longLists))
	}
	if err != nil {
		err = json.Unmarshal(body, input, json.WithUnmarshalers(json.JoinUnmarshalers(longLists, wholeNumbers)))
	}
	return err
}

// wholeNumbers decode an integer that is spelled with a fraction or an exponent, as in 1.0 or 1e2, which the contract takes.
var wholeNumbers = json.JoinUnmarshalers(
	json.UnmarshalFromFunc(whole[int]), json.UnmarshalFromFunc(whole[int32]), json.UnmarshalFromFunc(whole[int64]),
)

func whole[T int | int32 | int64](decoder *jsontext.Decoder, n *T) error {
	if decoder.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	var f float64
	err := json.UnmarshalDecode(decoder, &f)
	if *n = T(f); err == nil && float64(*n) != f {
		return fmt.Errorf("must be a whole number that fits into %T", *n)
	}
	return err
}

// placeOf says where a body could not be decoded, as a JSON Pointer. The text of err is left out: it shows values.
func placeOf(err error) string {
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && wrong.JSONPointer != "" {
		return ", which is not so at " + string(wrong.JSONPointer)
	}
	return ""
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
