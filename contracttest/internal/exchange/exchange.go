package exchange

import (
	"net/http"
	"strconv"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Response is what came back, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Number is the value of a header that is a number; otherwise where it is none, or the header is not there.
func (r *Response) Number(header string, otherwise int) int {
	if n, err := strconv.Atoi(r.Header.Get(header)); err == nil {
		return n
	}
	return otherwise
}

// Exchange is one case with its answer, and what the contract makes of both.
type Exchange struct {
	Contract *Contract
	Case     Case
	Class    Class
	Answer   *Response // nil where none came
	Err      error     // why none came
	// Sent and received are when the request left and when its answer was there.
	Sent, Received time.Time
	// Mask takes the request's key out of what is printed.
	Mask Masker
	// Origin is the scheme and host of the server.
	Origin string
	// Before is the 503 after which the request was sent again, as its answer advised; nil where there was none.
	Before *Response
	// Doubtful is set where no answer came because a connection ended that was open before, as happens to one that was idle for too long, and the
	// request was not sent again.
	Doubtful bool
	// Dropped is why the request got no answer at first, and was sent again; nil where it got one.
	Dropped error
	// Window counts the windows of the mock's rate limit that were begun before the request.
	Window int
	// CutShort is set where it was not possible to ask again after a 429.
	CutShort bool
	// Value is the decoded body of the answer; nil where it could not be read.
	Value any
}

// Exchange begins one: it says what the contract makes of a case. origin is the scheme and host of the server.
func (c *Contract) Exchange(one Case, origin string) *Exchange {
	one = c.fill(one.Written())
	x := &Exchange{Contract: c, Case: one, Class: c.Classify(one.Request), Origin: origin, Mask: c.Mask}
	if one.Rule != "" && x.Class.Valid() {
		x.Class.Rule = c.Rules.Of(one.Rule)
	}
	return x
}

// Take completes an exchange.
func (x *Exchange) Take(answer *Response, err error) {
	x.Answer, x.Err = answer, err
	if answer != nil {
		x.Value, _ = judge.ReadJSON(answer.Body)
	}
}

// Created reports whether the answer says that a valid request made something.
func (x *Exchange) Created() bool {
	return x.Carried() && x.Class.Op.Method != http.MethodGet
}

// Carried reports whether the answer says that a valid request was carried out.
func (x *Exchange) Carried() bool {
	return x.Class.Valid() && x.Case.Asked == nil && x.Answer != nil && x.Answer.Status/100 == 2
}

// ClassName says what the contract makes of the request.
func (x *Exchange) ClassName() string {
	switch {
	case x.Case.Asked == nil:
	case x.Case.Asked.Unasked && x.Case.Asked.Status == http.StatusTooManyRequests:
		return "beyond the rate limit"
	case x.Case.Asked.Unasked:
		return "temporarily unavailable"
	default:
		return "asked for an error"
	}
	return x.Class.Name
}

// Operation is the operation that the request means, or, where it means none, the one whose errors show how this
// server's errors look.
func (x *Exchange) Operation() *judge.Operation {
	if x.Class.Op != nil {
		return x.Class.Op
	}
	if all := x.Contract.Judge.Operations(); len(all) > 0 {
		return all[0]
	}
	return nil
}
