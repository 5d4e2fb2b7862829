package client

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/client/internal/decode"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The names of the two envelopes.
var (
	customerNames = decode.NamesOf(reflect.TypeFor[gen.CustomerResponse]())
	failureNames  = decode.NamesOf(reflect.TypeFor[failure]())
)

// answer is a response that was read: completely, unless err says otherwise.
type answer struct {
	status    int
	header    http.Header
	rateLimit *RateLimit
	url       string // that was called
	body      []byte
	err       error // why body is not the whole answer
}

// settle tells what an answer settles; the package comment says what does. The vendor's envelope is one with error.code and
// error.message, spelled so. The code need not be one that openapi.yaml knows: the vendor may add one, and says with any 4xx
// that the request "cannot be fulfilled" (RFC 9110, 15).
func settle(a answer, success int) (*Customer, *Error) {
	switch {
	case a.status == success:
		return a.customer()
	case a.err != nil:
		return nil, a.unknown(fmt.Sprintf("answered %d, which %s", a.status, a.brokeOff()))
	case 400 <= a.status:
		return nil, a.failed()
	case 300 <= a.status:
		return nil, a.unknown(fmt.Sprintf("answered %d, a redirect, never followed; is the base URL right?", a.status))
	}
	return nil, a.unknown(fmt.Sprintf("answered %d, which is no documented answer", a.status))
}

// brokeOff says why the answer is not whole.
func (a answer) brokeOff() string {
	return fmt.Sprintf("broke off after %d bytes: %s", len(a.body), kindOf(a.err))
}

// customer reads a success. An answer that is not a complete customer as the contract spells it is an error. Where it has
// an id nevertheless there is a customer, whatever else is wrong with the answer, or with its end.
func (a answer) customer() (*Customer, *Error) {
	var envelope gen.CustomerResponse
	err := a.err
	if err == nil {
		err = decode.Object(a.body, &envelope, customerNames, "error")
	}
	if err == nil && envelope.Data.ID != "" {
		return &envelope.Data, nil
	}
	id, found := findID(a.body)
	reason := fmt.Sprintf("answered %d", a.status)
	if found {
		reason += " with an id"
	}
	switch {
	case a.err != nil:
		reason += ", which " + a.brokeOff()
	case errors.Is(err, decode.ErrContradiction):
		reason += ", but with an error"
	case found:
		reason += ", but the rest cannot be read: " + a.describe(err)
	case err != nil:
		reason += ", but with no data.id: " + a.describe(err)
	default:
		reason += ", but with no data.id"
	}
	e := a.unknown(reason)
	if found {
		e.outcome, e.CustomerID = exists, id
	}
	return nil, e
}

// failure is the vendor's error envelope, like gen.ErrorResponse, with a message that can be absent.
type failure struct {
	Error struct {
		Code    gen.ErrorCode `json:"code"`
		Message *string       `json:"message"`
	} `json:"error"`
}

// failed reads the vendor's error envelope, or says what came in its place.
func (a answer) failed() *Error {
	var envelope failure
	err := decode.Object(a.body, &envelope, failureNames, "data")
	vendors := envelope.Error
	answered := fmt.Sprintf("answered %d ", a.status)
	switch {
	case errors.Is(err, decode.ErrContradiction):
		return a.unknown(answered + "with JSON that has data beside error")
	case err == nil && (vendors.Code == "" || vendors.Message == nil), errors.Is(err, decode.ErrSpelling):
		return a.unknown(answered + "with JSON that has no error.code and error.message" + a.whereabouts())
	case err != nil:
		return a.unknown(answered + "with " + a.contentType() + ", expected the vendor's error envelope: " +
			a.describe(err) + a.whereabouts())
	}
	e := a.unknown(answered + string(printable(vendors.Code)) + a.whereabouts())
	e.Code, e.Message = vendors.Code, *vendors.Message
	if a.status < 500 || a.status == http.StatusServiceUnavailable && e.Code == gen.CodeServiceUnavailable {
		e.outcome = refused
	}
	return e
}

// whereabouts names the URL where it is the likely cause. It holds neither key nor password, see parseBaseURL.
func (a answer) whereabouts() string {
	if a.status != http.StatusNotFound {
		return ""
	}
	return "; is the base URL right? " + a.url + " was called"
}

// unknown is the error of an answer that settles nothing, with what cut it off.
func (a answer) unknown(reason string) *Error {
	var cause []error
	if a.err != nil {
		cause = []error{a.err}
	}
	return &Error{
		StatusCode: a.status,
		RateLimit:  a.rateLimit,
		Body:       slices.Clone(a.body[:min(len(a.body), 4<<10)]),
		outcome:    unknown,
		reason:     reason,
		cause:      cause,
		due:        parseDue(a.status, a.header),
	}
}

// describe says what is wrong with the JSON of an answer without repeating its values.
func (a answer) describe(err error) string {
	if is[*jsontext.SyntacticError](err) {
		if coding := a.compression(); coding != "" {
			return "it is compressed (" + coding + ") and was not decoded; net/http decodes gzip that it asked for itself," +
				" does a transport or a middleware set Accept-Encoding or DisableCompression?"
		}
	}
	return decode.Describe(err)
}

// contentType names a common media type. Any other, like any other content coding, is untrusted input.
func (a answer) contentType() string {
	t, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	switch t {
	case "application/json", "application/problem+json", "application/xml", "text/html", "text/plain", "text/xml":
		return t
	}
	if err != nil {
		return "no media type"
	}
	return "another media type"
}

// compression names how an answer is compressed as it came from the transport, "" if it is not. RFC 9110, 8.4.1.
func (a answer) compression() string {
	switch coding := strings.ToLower(strings.TrimSpace(a.header.Get("Content-Encoding"))); coding {
	case "br", "compress", "deflate", "gzip", "x-compress", "x-gzip", "zstd":
		return coding
	case "", "identity":
		if bytes.HasPrefix(a.body, []byte{0x1f, 0x8b}) { // RFC 1952, 2.3.1
			return "gzip, unannounced"
		}
		return ""
	}
	return "another coding"
}
