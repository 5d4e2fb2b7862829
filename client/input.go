package client

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// creation returns the request that creates a customer. It refuses what is sure to be refused by the vendor, or cannot be
// sent as it is: text that is not UTF-8. Everything else is for the vendor to judge. The error names fields, never values.
func (c *Client) creation(in CustomerInput) (*http.Request, error) {
	if in.Email == nil && in.PhoneNumber == nil {
		return nil, notTried("either Email or PhoneNumber is required, both are nil", ErrInvalidInput)
	}
	// An empty text is sent: with this package's own meaning of omitempty it would not be.
	body, err := json.Marshal(in, jsonv1.OmitEmptyWithLegacySemantics(true))
	if text, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return nil, notTried(fieldPath(text.JSONPointer)+" is not valid UTF-8", ErrInvalidInput)
	}
	if err != nil {
		return nil, notTried("the customer cannot be written as JSON", ErrInvalidInput, err)
	}
	return gen.NewCreateCustomerRequestWithBody(c.server, "application/json", bytes.NewReader(body))
}

// fieldPath writes /addresses/0/zip as addresses[0].zip.
func fieldPath(p jsontext.Pointer) string {
	var b strings.Builder
	for token := range p.Tokens() {
		if isIndex(token) {
			fmt.Fprintf(&b, "[%s]", token)
		} else {
			b.WriteString("." + token)
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}

// isIndex tells the position in a list from a name: no name of the contract is a number.
func isIndex(token string) bool { return strings.Trim(token, "0123456789") == "" }

// unshared makes v share no memory with the value that it was copied from.
func unshared(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(v.Elem())
			unshared(p.Elem())
			v.Set(p)
		}
	case reflect.Slice:
		if !v.IsNil() {
			s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(s, v)
			for i := range s.Len() {
				unshared(s.Index(i))
			}
			v.Set(s)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() { // not so what time.Time keeps to itself
				unshared(field)
			}
		}
	}
}
