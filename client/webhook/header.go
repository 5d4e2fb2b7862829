package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Bounds of the work that a signature makes before it is known to be the vendor's.
const (
	maxSignatureHeader = 4096 // bytes
	maxSignatures      = 16   // v1= in it
)

// binding is what the generated handler calls when all headers are there once and can be read.
type binding struct{ params gen.CustomerCreatedParams }

var _ gen.CallbackReceiverInterface = (*binding)(nil)

// HandleCustomerCreatedCallback keeps the headers.
func (b *binding) HandleCustomerCreatedCallback(_ http.ResponseWriter, _ *http.Request, params gen.CustomerCreatedParams) {
	b.params = params
}

// bind reads the headers of a delivery as the contract has them, with the generated handler. User-Agent, which proves nothing,
// is not looked at: it may be missing or be that of a proxy.
func bind(header http.Header) (gen.CustomerCreatedParams, error) {
	own := make(http.Header, 4)
	for name, values := range header {
		switch name = http.CanonicalHeaderKey(name); name { // not so in the header of an API gateway that has all in lower case
		case http.CanonicalHeaderKey(gen.WebhookIDHeader), http.CanonicalHeaderKey(gen.WebhookEventHeader),
			http.CanonicalHeaderKey(gen.WebhookTimestampHeader), http.CanonicalHeaderKey(gen.WebhookSignatureHeader):
			if len(values) > 0 {
				own[name] = append(own[name], values...)
			}
		}
	}
	var b binding
	var err error
	gen.CustomerCreatedCallbackHandler(&b, func(_ http.ResponseWriter, _ *http.Request, bad error) {
		err = documented(bad)
	}).ServeHTTP(nil, &http.Request{Header: own})
	return b.params, err
}

// documented is the error of this package for one of the generated handler.
func documented(err error) error {
	if e, ok := errors.AsType[*gen.RequiredHeaderError](err); ok {
		return fmt.Errorf("%w: %s", ErrMissingHeader, e.ParamName)
	}
	if e, ok := errors.AsType[*gen.TooManyValuesForParamError](err); ok {
		return fmt.Errorf("%w: %s, %d times", ErrRepeatedHeader, e.ParamName, e.Count)
	}
	if e, ok := errors.AsType[*gen.InvalidParamFormatError](err); ok && e.ParamName == gen.WebhookTimestampHeader {
		return fmt.Errorf("%w: expected %s to be the seconds since 1970", ErrMalformedTimestamp, e.ParamName)
	} else if ok { // a text is refused only for being empty
		return fmt.Errorf("%w: %s", ErrMissingHeader, e.ParamName)
	}
	return fmt.Errorf("%w: %w", ErrMissingHeader, err)
}

// signature is what a signature's header says.
type signature struct {
	timestamp int64    // seconds since 1970
	macs      [][]byte // of v1, each of the right length
}

// parseSignature reads t=<seconds>,v1=<hex>: t once, and v1 once or more, of which those that cannot be SHA-256 are left out.
// Hexadecimal digits may be of either case. Other schemes and white space around an item are ignored.
func parseSignature(text string) (signature, error) {
	malformed := func(why string, args ...any) (signature, error) {
		return signature{}, fmt.Errorf("%w: "+why, append([]any{ErrMalformedSignature}, args...)...)
	}
	if len(text) > maxSignatureHeader {
		return malformed("%d bytes, expected at most %d", len(text), maxSignatureHeader)
	}
	var s signature
	times, versions := 0, 0
	for item := range strings.SplitSeq(text, ",") {
		scheme, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		switch scheme {
		case "t":
			times++
			t, err := strconv.ParseInt(value, 10, 64)
			if err != nil || t < 0 || strconv.FormatInt(t, 10) != value { // what is signed is the text
				return signature{}, fmt.Errorf("%w: expected t of %s to be the seconds since 1970, got %d bytes that are not",
					ErrMalformedTimestamp, gen.WebhookSignatureHeader, len(value)) // which may be a signature or a secret
			}
			s.timestamp = t
		case "v1":
			versions++
			if mac, err := hex.DecodeString(value); err == nil && len(mac) == sha256.Size {
				s.macs = append(s.macs, mac)
			}
		}
	}
	switch {
	case times != 1:
		return malformed("expected t= once, got it %d times", times)
	case versions == 0:
		return malformed("expected v1=, there is none")
	case versions > maxSignatures:
		return malformed("expected at most %d v1=, got %d", maxSignatures, versions)
	case len(s.macs) == 0:
		return malformed("expected v1= to have %d hexadecimal digits, none of %d has", 2*sha256.Size, versions)
	}
	return s, nil
}
