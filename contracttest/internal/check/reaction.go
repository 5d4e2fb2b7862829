package check

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
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
	rules: []string{"error-code", "repeat-is-new"}, needs: anAnswer, exchange: (*Verdict).reaction,
}

func (v *Verdict) reaction() {
	status := v.Answer.Status
	switch {
	case v.failed():
		v.makes(v.Class.Check) // it was looked at, and arrival says what came
	case v.Case.Asked != nil:
		v.expectStatus([]int{v.Case.Asked.Status}, "asked for "+strconv.Itoa(v.Case.Asked.Status), v.Contract.Rules.Of("error-code"))
	case v.Contract.Mode == exchange.Watching && v.TurnedAway() &&
		!slices.Contains(exchange.StatusesOf(v.Operation().Spec, v.Class.Codes...), status):
		// for a reason that only the server knows
	case v.Class.Check == result.MethodNotAllowed:
		v.method()
	case v.Class.Valid():
		v.makes(result.PositiveAccepted)
		if v.Class.MayBeAbsent && status == http.StatusNotFound && slices.Contains(exchange.SortedStatuses(v.Operation().Spec.Responses.Map()), status) {
			return // nothing tells whether it is there
		}
		if status/100 != 2 {
			rule := v.Class.Rule
			if status == http.StatusConflict {
				rule = v.Contract.Rules.Of("repeat-is-new") // it may have a customer of that email address from an earlier run
			}
			v.fail(Problem{
				Check: result.PositiveAccepted, Rule: rule, Place: "status", Variant: strconv.Itoa(status) + " " + v.reason(),
				Message: fmt.Sprintf("expected a valid request to be carried out, got %d %s", status, v.Excerpt()),
			})
			return
		}
		v.expectStatus(exchange.Successes(v.Operation().Spec), "a valid request", v.Class.Reply)
	default:
		v.makes(v.Class.Check)
		if status < 400 {
			v.fail(v.accepted(status))
			return
		}
		v.expectStatus(exchange.StatusesOf(v.Operation().Spec, v.Class.Codes...), v.Class.Name, v.Class.Reply)
	}
}

// TurnedAway reports whether the answer is one that any request can get, whatever its bytes.
func (v *Verdict) TurnedAway() bool {
	switch v.Answer.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests:
		return true
	}
	return v.Answer.Status == http.StatusBadRequest && exchange.ErrorCode(v.Value) != exchange.CodeValidation
}

// accepted is the problem of a request that should have been refused.
func (v *Verdict) accepted(status int) Problem {
	p := Problem{Check: v.Class.Check, Rule: v.Class.Rule, Place: v.Class.Name, Variant: v.Class.Name}
	p.Message = fmt.Sprintf("expected a request with %s to be refused, got %d", v.Class.Name, status)
	if len(v.Class.Violations) > 0 {
		p.Place, p.Variant = v.Class.Broken.Path, v.Class.Name+v.Class.Broken.Keyword
		p.Message = fmt.Sprintf("expected a request to be refused (%s), got %d", v.Class.Violations, status)
	}
	return p
}

func (v *Verdict) expectStatus(want []int, cause string, rule result.Rule) {
	check := result.ExpectedStatus
	if v.Class.Check == result.UnknownPath {
		check = result.UnknownPath
	}
	if len(want) == 0 || !v.makes(check) || slices.Contains(want, v.Answer.Status) {
		return
	}
	v.unexpected = true
	if check == result.ExpectedStatus &&
		!slices.Contains(exchange.SortedStatuses(v.Operation().Spec.Responses.Map()), v.Answer.Status) {
		return // documented_status says so
	}
	v.fail(Problem{
		Check: check, Rule: rule, Place: "status", Variant: fmt.Sprintf("%s %d", v.ClassName(), v.Answer.Status),
		Message: fmt.Sprintf("expected %s for %s, got %d %s", Joined(want), cause, v.Answer.Status, v.Excerpt()),
	})
}

// method asks for 405 with the methods that the path has (RFC 9110 section 15.5.6).
func (v *Verdict) method() {
	v.makes(result.MethodNotAllowed)
	method, status := v.Case.Request.Method, v.Answer.Status
	if status != http.StatusMethodNotAllowed {
		v.fail(Problem{
			Check: result.MethodNotAllowed, Rule: v.Class.Rule, Place: "status", Variant: fmt.Sprintf("%s %d", method, status),
			Message: fmt.Sprintf("expected 405 for the method %s, got %d", method, status),
		})
		return
	}
	var allowed []string
	for name := range strings.SplitSeq(strings.Join(v.Answer.Header.Values("Allow"), ","), ",") {
		allowed = append(allowed, strings.TrimSpace(name))
	}
	for _, name := range v.Class.Allow {
		if !slices.Contains(allowed, name) || slices.Contains(allowed, method) {
			v.fail(Problem{
				Check: result.MethodNotAllowed, Rule: v.Class.Rule, Place: "header Allow", Variant: "allow",
				Message: fmt.Sprintf(
					"expected Allow to list %s, got %q", strings.Join(v.Class.Allow, ", "),
					v.Answer.Header.Values("Allow"),
				),
			})
			return
		}
	}
}

// reason is the error code of an answer, and its message without what differs from request to request.
func (v *Verdict) reason() string {
	return exchange.ErrorCode(v.Value) + " " + wording.Cut(exchange.QuotedOrNumber.ReplaceAllString(v.message(), "…"), 80)
}

// message is the message of an error envelope.
func (v *Verdict) message() string {
	envelope, _ := v.Value.(map[string]any)
	inner, _ := envelope["error"].(map[string]any)
	message, _ := inner["message"].(string)
	return message
}

// Excerpt is the beginning of an answer's body.
func (v *Verdict) Excerpt() string {
	text := v.Mask.Text(string(v.Answer.Body[:min(len(v.Answer.Body), MostBody)]))
	return wording.Cut(strings.ToValidUTF8(strings.TrimSpace(text), "\ufffd"), 200)
}

// Joined names statuses in a message: "400 or 422".
func Joined(statuses []int) string {
	var words []string
	for _, status := range statuses {
		words = append(words, strconv.Itoa(status))
	}
	return strings.Join(words, " or ")
}
