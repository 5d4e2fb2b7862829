package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// answer is a response that was read: completely, unless err says otherwise.
type answer struct {
	seen
	body []byte
	err  error // why body is not the whole answer
}

// judge tells what an answer settles. Only three things do: a complete 201 with a customer, and the vendor's error
// envelope with a 4xx or, for SERVICE_UNAVAILABLE, with 503. Who else may have answered, and after what was done, is
// not known.
//
// The vendor's envelope is one with error.code and error.message, spelled so. The code need not be one that openapi.yaml
// knows: the vendor may add one, and says with any 4xx that it did not carry the request out.
func judge(a answer) (*Customer, *Error) {
	switch {
	case a.err != nil:
		reason := fmt.Sprintf("answered %d, which broke off after %d bytes: %s", a.status, len(a.body), kindOf(a.err))
		return nil, a.unknown(reason, a.err)
	case a.status == http.StatusCreated:
		return a.created()
	case 400 <= a.status:
		return nil, a.failed()
	case 300 <= a.status:
		return nil, a.unknown(fmt.Sprintf("answered %d, a redirect, never followed; is the base URL right?", a.status))
	}
	return nil, a.unknown(fmt.Sprintf("answered %d, which is no documented answer", a.status))
}

func (a answer) created() (*Customer, *Error) {
	var envelope gen.CustomerResponse
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		return nil, a.unknown("answered 201, but not with the contract's customer: " + describe(err))
	}
	if envelope.Data.ID == "" {
		return nil, a.unknown("answered 201, but with no data.id")
	}
	return &envelope.Data, nil
}

// failed reads the vendor's error envelope, or says what came in its place.
func (a answer) failed() *Error {
	var envelope struct {
		Error struct {
			Code    gen.ErrorCode `json:"code"`
			Message *string       `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		return a.unknown(fmt.Sprintf("answered %d with %s, expected the vendor's error envelope: %s",
			a.status, a.contentType(), describe(err)))
	}
	if envelope.Error.Code == "" || envelope.Error.Message == nil || !spelled(a.body, "error", "code") {
		return a.unknown(fmt.Sprintf("answered %d with JSON that has no error.code and error.message", a.status))
	}
	e := a.unknown(fmt.Sprintf("answered %d %s", a.status, printable(envelope.Error.Code)))
	e.Code, e.Message = envelope.Error.Code, *envelope.Error.Message
	switch {
	case a.status < 500,
		a.status == http.StatusServiceUnavailable && e.Code == gen.CodeServiceUnavailable:
		e.outcome = refused
	}
	return e
}

// spelled tells whether body has this path of names, letter by letter. encoding/json takes other cases for the same.
func spelled(body []byte, path ...string) bool {
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil || object[name] == nil {
			return false
		}
		body = object[name]
	}
	return true
}

func (a answer) unknown(reason string, cause ...error) *Error {
	kept := min(len(a.body), maxErrorBody)
	return &Error{
		StatusCode: a.status,
		RateLimit:  a.rateLimit,
		Body:       slices.Clone(a.body[:kept]),
		outcome:    unknown,
		reason:     reason,
		cause:      cause,
		due:        parseDue(a.status, a.header),
	}
}

// contentType names the media type of an answer if it is a common one: others are a stranger's text.
func (a answer) contentType() string {
	t, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	switch {
	case err != nil:
		return "no media type"
	case slices.Contains([]string{"application/json", "application/problem+json", "application/xml", "text/html",
		"text/plain", "text/xml"}, t):
		return t
	}
	return "another media type"
}

// describe says what is wrong with JSON without repeating its values, as the texts of encoding/json and time do.
func describe(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("not JSON, or more or less than one value, at byte %d", syntax.Offset)
	}
	if typ, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return typ.Field + " has the wrong type"
	}
	return "a time is not RFC 3339"
}
