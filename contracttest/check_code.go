package contracttest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// codeCheck asks whether an error's code is the one for the cause, and goes with its status as the contract's examples show.
var codeCheck = check{
	ids: []result.Check{result.ErrorCodeForCause}, rules: []string{"error-code"}, needs: success, exchange: (*verdict).code,
}

func (v *verdict) code() {
	status := v.answer.status
	code := errorCode(v.value)
	if status < 400 || code == "" || status >= 500 && v.c.asked == nil || v.class.check == result.MethodNotAllowed ||
		!v.makes(result.ErrorCodeForCause) {
		return
	}
	want := v.class.codes
	if v.c.asked != nil {
		want = nil
		if v.c.asked.code != "" {
			want = []string{v.c.asked.code}
		}
	}
	op := v.operation()
	rule := v.class.reply
	if v.class.valid() {
		rule = v.contract.rules.of("error-code")
	}
	if v.unexpected || v.contract.mode == watching && turnedAway(status, code) {
		want = nil // expected_status said so; what is left is whether the code goes with the status
	}
	if len(want) > 0 && !slices.Contains(want, code) {
		v.fail(problem{
			check: result.ErrorCodeForCause, rule: rule, place: "error.code", variant: v.className() + " " + code,
			message: fmt.Sprintf(
				"expected the code %s for %s, got %s", strings.Join(want, " or "), v.className(), code,
			),
		})
		return
	}
	if statuses := statusesOf(op.Spec, code); len(statuses) > 0 && !slices.Contains(statuses, status) &&
		errorStatus(op.Spec, status) == status {
		v.fail(problem{
			check: result.ErrorCodeForCause, rule: rule, place: "error.code", variant: fmt.Sprintf("%d %s", status, code),
			message: fmt.Sprintf("expected %s with the status %s, got it with %d", code, joined(statuses), status),
		})
	}
}
