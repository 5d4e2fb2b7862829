package contracttest

import (
	"fmt"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// arrivalCheck asks whether the server answered at all, and not that it failed.
var arrivalCheck = check{
	ids: []result.Check{result.NotServerError}, rules: []string{"server-errors"}, needs: nothing, exchange: (*verdict).arrival,
}

func (v *verdict) arrival() {
	if !v.makes(result.NotServerError) {
		return
	}
	switch {
	case v.Err != nil:
		v.fail(problem{
			check:   result.NotServerError,
			place:   "answer",
			rule:    v.Contract.Rules.Of("server-errors"),
			message: "expected an answer, got none: " + v.Err.Error() + twice(v.Dropped != nil),
			variant: "none",
		})
	case v.Dropped != nil:
		// The request was answered when it was sent again: a connection that was about to be closed looks the same.
		v.fail(problem{
			check: result.NotServerError, place: "answer", rule: v.Contract.Rules.Of("server-errors"), sure: result.Uncertain, variant: "none at first",
			message: "expected an answer, got none at first: " + v.Dropped.Error(),
		})
	case v.failed():
		v.fail(problem{
			check:   result.NotServerError,
			place:   "status",
			message: fmt.Sprintf("expected no server error, got %d%s", v.Answer.Status, twice(v.Before != nil)),
			rule:    v.Contract.Rules.Of("server-errors"),
			variant: strconv.Itoa(v.Answer.Status),
		})
	}
}

// failed reports whether the server answered with an error of its own that nothing asked for.
func (v *verdict) failed() bool {
	return v.Answer.Status >= 500 && (v.Case.Asked == nil || v.Case.Asked.Status != v.Answer.Status)
}

// twice says in a message that a request was sent again.
func twice(again bool) string {
	if again {
		return ", and the same when the request was sent again"
	}
	return ""
}
