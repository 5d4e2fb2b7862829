package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// codeCheck asks whether an error's code is the one for the cause, and goes with its status as the contract's examples show.
var codeCheck = check{
	ids: []result.Check{result.ErrorCodeForCause}, rules: []string{"error-code"}, needs: success, exchange: (*Verdict).code,
}

func (v *Verdict) code() {
	status := v.Answer.Status
	code := exchange.ErrorCode(v.Value)
	if status < 400 || code == "" || status >= 500 && v.Case.Asked == nil || v.Class.Check == result.MethodNotAllowed ||
		!v.makes(result.ErrorCodeForCause) {
		return
	}
	want := v.Class.Codes
	if v.Case.Asked != nil {
		want = nil
		if v.Case.Asked.Code != "" {
			want = []string{v.Case.Asked.Code}
		}
	}
	op := v.Operation()
	rule := v.Class.Reply
	if v.Class.Valid() {
		rule = v.Contract.Rules.Of("error-code")
	}
	if v.unexpected || v.Contract.Mode == exchange.Watching && v.TurnedAway() {
		want = nil // expected_status said so; what is left is whether the code goes with the status
	}
	if len(want) > 0 && !slices.Contains(want, code) {
		v.fail(Problem{
			Check: result.ErrorCodeForCause, Rule: rule, Place: "error.code", Variant: v.ClassName() + " " + code,
			Message: fmt.Sprintf(
				"expected the code %s for %s, got %s", strings.Join(want, " or "), v.ClassName(), code,
			),
		})
		return
	}
	if statuses := exchange.StatusesOf(op.Spec, code); len(statuses) > 0 && !slices.Contains(statuses, status) &&
		exchange.ErrorStatus(op.Spec, status) == status {
		v.fail(Problem{
			Check: result.ErrorCodeForCause, Rule: rule, Place: "error.code", Variant: fmt.Sprintf("%d %s", status, code),
			Message: fmt.Sprintf("expected %s with the status %s, got it with %d", code, Joined(statuses), status),
		})
	}
}
