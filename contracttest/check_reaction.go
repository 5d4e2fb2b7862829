package contracttest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// reactionCheck asks whether the server treats the request as its class asks: a valid one is carried out, any other is
// refused, with the status of its cause.
var reactionCheck = check{
	ids: []result.Check{
		result.ExpectedStatus, result.PositiveAccepted, result.NegativeRejected, result.MissingKey, result.WrongKey,
		result.KeyInWrongPlace, result.MediaType, result.MalformedJSON, result.EmptyBody, result.UniqueKeys, result.UTF8,
		result.MethodNotAllowed, result.UnknownPath,
	},
	rules: []string{"error-code", "repeat-is-new"}, needs: anAnswer, exchange: (*verdict).reaction,
}

func (v *verdict) reaction() {
	status := v.answer.status
	switch {
	case v.failed():
		v.makes(v.class.check) // it was looked at, and arrival says what came
	case v.c.asked != nil:
		v.expectStatus([]int{v.c.asked.status}, "asked for "+strconv.Itoa(v.c.asked.status), v.contract.rules.of("error-code"))
	case v.contract.mode == watching && turnedAway(status, errorCode(v.value)):
		// for a reason that only the server knows
	case v.class.check == result.MethodNotAllowed:
		v.method()
	case v.class.valid():
		v.makes(result.PositiveAccepted)
		if status/100 != 2 {
			rule := v.class.rule
			if status == http.StatusConflict {
				rule = v.contract.rules.of("repeat-is-new") // it may have a customer of that email address from an earlier run
			}
			v.fail(problem{
				check: result.PositiveAccepted, rule: rule, place: "status", variant: strconv.Itoa(status) + " " + v.reason(),
				message: fmt.Sprintf("expected a valid request to be carried out, got %d %s", status, v.excerpt()),
			})
			return
		}
		v.expectStatus(successes(v.operation().Spec), "a valid request", v.class.reply)
	default:
		v.makes(v.class.check)
		if status < 400 {
			v.fail(v.accepted(status))
			return
		}
		v.expectStatus(statusesOf(v.operation().Spec, v.class.codes...), v.class.name, v.class.reply)
	}
}

// turnedAway reports whether an answer is one that any request can get, whatever its bytes.
func turnedAway(status int, code string) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests:
		return true
	}
	return status == http.StatusBadRequest && code != codeValidation
}

// accepted is the problem of a request that should have been refused.
func (v *verdict) accepted(status int) problem {
	p := problem{check: v.class.check, rule: v.class.rule, place: v.class.name, variant: v.class.name}
	p.message = fmt.Sprintf("expected a request with %s to be refused, got %d", v.class.name, status)
	if len(v.class.violations) > 0 {
		p.place, p.variant = v.class.broken.Path, v.class.name+v.class.broken.Keyword
		p.message = fmt.Sprintf("expected a request to be refused (%s), got %d", v.class.violations, status)
	}
	return p
}

func (v *verdict) expectStatus(want []int, cause string, rule result.Rule) {
	check := result.ExpectedStatus
	if v.class.check == result.UnknownPath {
		check = result.UnknownPath
	}
	if len(want) == 0 || !v.makes(check) || slices.Contains(want, v.answer.status) {
		return
	}
	v.unexpected = true
	if check == result.ExpectedStatus &&
		!slices.Contains(sortedStatuses(v.operation().Spec.Responses.Map()), v.answer.status) {
		return // documented_status says so
	}
	v.fail(problem{
		check: check, rule: rule, place: "status", variant: fmt.Sprintf("%s %d", v.className(), v.answer.status),
		message: fmt.Sprintf("expected %s for %s, got %d %s", joined(want), cause, v.answer.status, v.excerpt()),
	})
}

// method asks for 405 with the methods that the path has (RFC 9110 section 15.5.6).
func (v *verdict) method() {
	v.makes(result.MethodNotAllowed)
	method, status := v.c.request.method, v.answer.status
	if status != http.StatusMethodNotAllowed {
		v.fail(problem{
			check: result.MethodNotAllowed, rule: v.class.rule, place: "status", variant: fmt.Sprintf("%s %d", method, status),
			message: fmt.Sprintf("expected 405 for the method %s, got %d", method, status),
		})
		return
	}
	var allowed []string
	for name := range strings.SplitSeq(strings.Join(v.answer.header.Values("Allow"), ","), ",") {
		allowed = append(allowed, strings.TrimSpace(name))
	}
	for _, name := range v.class.allow {
		if !slices.Contains(allowed, name) || slices.Contains(allowed, method) {
			v.fail(problem{
				check: result.MethodNotAllowed, rule: v.class.rule, place: "header Allow", variant: "allow",
				message: fmt.Sprintf(
					"expected Allow to list %s, got %q", strings.Join(v.class.allow, ", "),
					v.answer.header.Values("Allow"),
				),
			})
			return
		}
	}
}

// reason is the error code of an answer, and its message without what differs from request to request.
func (v *verdict) reason() string {
	return errorCode(v.value) + " " + wording.Cut(quotedOrNumber.ReplaceAllString(v.message(), "…"), 80)
}

// message is the message of an error envelope.
func (v *verdict) message() string {
	envelope, _ := v.value.(map[string]any)
	inner, _ := envelope["error"].(map[string]any)
	message, _ := inner["message"].(string)
	return message
}

// excerpt is the beginning of an answer's body.
func (v *verdict) excerpt() string {
	text := v.mask.text(string(v.answer.body[:min(len(v.answer.body), mostBody)]))
	return wording.Cut(strings.ToValidUTF8(strings.TrimSpace(text), "\ufffd"), 200)
}

func joined(statuses []int) string {
	var words []string
	for _, status := range statuses {
		words = append(words, strconv.Itoa(status))
	}
	return strings.Join(words, " or ")
}
