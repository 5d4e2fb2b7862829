package contracttest

import (
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// response is what came back, read to its end.
type response struct {
	status int
	header http.Header
	body   []byte
}

// exchange is one case with its answer, and what the contract makes of both.
type exchange struct {
	contract *contract
	c        testCase
	class    class
	answer   *response // nil where none came
	err      error     // why none came
	// sent and received are when the request left and when its answer was there.
	sent, received time.Time
	// mask takes the request's key out of what is printed.
	mask masker
	// origin is the scheme and host of the server.
	origin string
	// before is the 503 after which the request was sent again, as its answer advised; nil where there was none.
	before *response
	// dropped is why the request got no answer at first, and was sent again; nil where it got one.
	dropped error
	// window counts the windows of the mock's rate limit that were begun before the request.
	window int
	// cutShort is set where it was not possible to ask again after a 429.
	cutShort bool
	// value is the decoded body of the answer; nil where it could not be read.
	value any
}

// exchange begins one: it says what the contract makes of a case. origin is the scheme and host of the server.
func (c *contract) exchange(one testCase, origin string) *exchange {
	one = one.written()
	x := &exchange{contract: c, c: one, class: c.classify(one.request), origin: origin, mask: c.mask}
	if one.rule != "" && x.class.valid() {
		x.class.rule = c.rules.of(one.rule)
	}
	return x
}

// take completes an exchange.
func (x *exchange) take(answer *response, err error) {
	x.answer, x.err = answer, err
	if answer != nil {
		x.value, _ = judge.ReadJSON(answer.body)
	}
}

// created reports whether the answer says that a valid request was carried out.
func (x *exchange) created() bool {
	return x.class.valid() && x.c.asked == nil && x.answer != nil && x.answer.status/100 == 2
}

// className says what the contract makes of the request.
func (x *exchange) className() string {
	switch {
	case x.c.asked == nil:
	case x.c.asked.unasked && x.c.asked.status == http.StatusTooManyRequests:
		return "beyond the rate limit"
	case x.c.asked.unasked:
		return "temporarily unavailable"
	default:
		return "asked for an error"
	}
	return x.class.name
}

// operation is the operation that the request means, or, where it means none, the one whose errors show how this
// server's errors look.
func (x *exchange) operation() *judge.Operation {
	if x.class.op != nil {
		return x.class.op
	}
	if all := x.contract.judge.Operations(); len(all) > 0 {
		return all[0]
	}
	return nil
}
