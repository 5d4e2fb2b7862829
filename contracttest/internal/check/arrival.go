package check

import (
	"fmt"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// arrivalCheck asks whether the server answered at all, and not that it failed.
var arrivalCheck = check{
	ids: []result.Check{result.NotServerError}, rules: []string{"server-errors"}, needs: nothing, exchange: (*Verdict).arrival,
}

func (v *Verdict) arrival() {
	if !v.makes(result.NotServerError) {
		return
	}
	switch {
	case v.Err != nil:
		p := Problem{
			Check:   result.NotServerError,
			Place:   "answer",
			Rule:    v.Contract.Rules.Of("server-errors"),
			Message: "expected an answer, got none: " + v.Err.Error() + twice(v.Dropped != nil),
			Variant: "none",
		}
		if v.Doubtful { // nobody sends it again to be sure
			p.Sure, p.Variant = result.Uncertain, "none at first"
		}
		v.fail(p)
	case v.Dropped != nil:
		// The request was answered when it was sent again: a connection that was about to be closed looks the same.
		v.fail(Problem{
			Check: result.NotServerError, Place: "answer", Rule: v.Contract.Rules.Of("server-errors"), Sure: result.Uncertain, Variant: "none at first",
			Message: "expected an answer, got none at first: " + v.Dropped.Error(),
		})
	case v.failed():
		v.fail(Problem{
			Check:   result.NotServerError,
			Place:   "status",
			Message: fmt.Sprintf("expected no server error, got %d%s", v.Answer.Status, twice(v.Before != nil)),
			Rule:    v.Contract.Rules.Of("server-errors"),
			Variant: strconv.Itoa(v.Answer.Status),
		})
	}
}

// failed reports whether the server answered with an error of its own that nothing asked for.
func (v *Verdict) failed() bool {
	return v.Answer.Status >= 500 && (v.Case.Asked == nil || v.Case.Asked.Status != v.Answer.Status)
}

// twice says in a message that a request was sent again.
func twice(again bool) string {
	if again {
		return ", and the same when the request was sent again"
	}
	return ""
}
