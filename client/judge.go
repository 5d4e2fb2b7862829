package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// answer is a response that was read: completely, unless err says otherwise.
type answer struct {
	seen
	url  string // that was called
	body []byte
	err  error // why body is not the whole answer
}

// judge tells what an answer settles. Only three things do: a 201 with the id of a customer, and the vendor's error
// envelope with a 4xx or, for SERVICE_UNAVAILABLE, with 503. Who else may have answered, and after what was done, is not
// known.
//
// The vendor's envelope is one with error.code and error.message, spelled so. The code need not be one that openapi.yaml
// knows: the vendor may add one, and says with any 4xx that the request "cannot be fulfilled" (RFC 9110, 15). That holds
// for 408 and 425, too: the request did not arrive whole (RFC 9110, 15.5.9), or was not processed since it might be a
// replay (RFC 8470, 5.2). And it holds for a gateway that writes the envelope: one that forwarded the request and got no
// good answer has 502 and 504 to say so (RFC 9110, 15.6.3 and 15.6.5), and these settle nothing.
func judge(a answer) (*Customer, *Error) {
	switch {
	case a.status == http.StatusCreated:
		return a.created()
	case a.err != nil:
		return nil, a.unknown(fmt.Sprintf("answered %d, which %s", a.status, a.brokeOff()), a.err)
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

// created reads a 201. An answer that is not a complete customer as the contract spells it is an error. Where it has an
// id nevertheless there is a customer, whatever else is wrong with the answer, or with its end.
func (a answer) created() (*Customer, *Error) {
	var customer *Customer
	err := a.err
	if err == nil {
		customer, err = readCustomer(a.body)
	}
	if err == nil && customer.ID != "" {
		return customer, nil
	}
	id, found := createdID(a.body)
	reason := "answered 201"
	if found {
		reason += " with an id"
	}
	switch {
	case a.err != nil:
		reason += ", which " + a.brokeOff()
	case errors.Is(err, errContradiction):
		reason += ", but with an error"
	case found:
		reason += ", but the rest cannot be read: " + a.describe(err)
	case err != nil:
		reason += ", but with no data.id: " + a.describe(err)
	default:
		reason += ", but with no data.id"
	}
	e := a.unknown(reason)
	if a.err != nil {
		e.cause = []error{a.err}
	}
	if found {
		e.outcome, e.CustomerID = exists, id
	}
	return nil, e
}

// readCustomer reads the customer of a complete 201. Its ID may be empty.
func readCustomer(body []byte) (*Customer, error) {
	var envelope struct {
		Data struct {
			Customer
			CreatedAt instant `json:"createdAt"` // in place of Customer's
			UpdatedAt instant `json:"updatedAt"`
		} `json:"data"`
	}
	err := json.Unmarshal(body, &envelope)
	switch {
	case isSyntax(err):
		return nil, err
	case has(body, "error"):
		return nil, errContradiction
	case err != nil:
		return nil, err
	case misspells(body, []string{"data"}), misspelledCustomer(find(body, "data")):
		return nil, errSpelling
	}
	c := &envelope.Data.Customer
	c.CreatedAt, c.UpdatedAt = envelope.Data.CreatedAt.Time, envelope.Data.UpdatedAt.Time
	return c, nil
}

func misspelledCustomer(data []byte) bool {
	if misspells(data, customerNames) {
		return true
	}
	for address := range items(find(data, "addresses")) {
		if misspells(address, addressNames) {
			return true
		}
	}
	return false
}

// failed reads the vendor's error envelope, or says what came in its place.
func (a answer) failed() *Error {
	var envelope struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil {
		return a.unknown(fmt.Sprintf("answered %d with %s, expected the vendor's error envelope: %s",
			a.status, a.contentType(), a.describe(err)) + a.whereabouts())
	}
	inner := find(a.body, "error")
	code, _ := text(inner, "code")
	message, explained := text(inner, "message")
	switch {
	case code == "" || !explained:
		return a.unknown(fmt.Sprintf("answered %d with JSON that has no error.code and error.message", a.status) +
			a.whereabouts())
	case has(a.body, "data"):
		return a.unknown(fmt.Sprintf("answered %d with JSON that has data beside error", a.status))
	}
	e := a.unknown("")
	e.Code, e.Message = gen.ErrorCode(code), message
	e.reason = fmt.Sprintf("answered %d %s", a.status, printable(e.Code)) + a.whereabouts()
	switch {
	case a.status < 500,
		a.status == http.StatusServiceUnavailable && e.Code == gen.CodeServiceUnavailable:
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

// What can be wrong with a 201 beside its JSON.
var (
	errSpelling      = errors.New("a name is there more than once, or in another case")
	errContradiction = errors.New("an error beside the customer")
)
