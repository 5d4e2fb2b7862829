package check

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// contractCheck has the judge look at the answer. An error of a status that the contract does not list is held to the
// envelope of those that it lists: "every error has this shape" (page "Errors").
var contractCheck = check{
	ids:   slices.Concat([]result.Check{result.DocumentedStatus}, successChecks, errorChecks),
	rules: []string{"statuses", "other-answers", "repeat-is-new"}, needs: success, exchange: (*Verdict).conforms,
}

func (v *Verdict) conforms() {
	op, status := v.Operation(), v.Answer.Status
	if op == nil || v.Case.Request.Method == http.MethodHead {
		return
	}
	v.Violations = op.Response(status, v.Answer.Header, v.Answer.Body)
	if len(v.Violations) > 0 && v.Violations[0].Check == result.DocumentedStatus {
		v.undocumentedStatus(v.Violations[0])
		like := exchange.ErrorStatus(op.Spec, status)
		if status < http.StatusBadRequest || like == status {
			return
		}
		v.Violations = op.Response(like, v.Answer.Header, v.Answer.Body)
	} else if v.Class.Op == nil && status < http.StatusBadRequest {
		return
	}
	if v.Class.Op != nil {
		v.makes(result.DocumentedStatus)
	}
	judged := successChecks
	if status >= http.StatusBadRequest {
		judged = errorChecks
	}
	if v.otherMediaType() && !v.judgeAsJSON() {
		judged = []result.Check{result.ContentType, result.RequiredHeaders, result.HeaderSchema} // there is nothing else to look at
	}
	for _, id := range judged {
		v.makes(id)
	}
	for _, one := range v.Violations {
		if v.echoesInvalid(one) {
			continue
		}
		v.violated(one)
	}
}

// violated notes a violation of an answer.
func (v *Verdict) violated(one judge.Violation) {
	rule := v.Contract.Rules.OfAnswer(one)
	switch {
	case one.Check == result.PropertyDirection: // OpenAPI 3.0.3: "SHOULD NOT be sent as part of the response"
		v.fail(Problem{
			Check: one.Check, Rule: rule, Sure: result.Uncertain, Place: one.Path, Message: one.String(), Variant: one.Keyword,
		})
	case v.Class.Op == nil:
		v.broken(one, v.Contract.Rules.Of("other-answers"))
	default:
		v.broken(one, rule)
	}
}

// otherMediaType reports whether the judge stopped at the media type of the answer.
func (v *Verdict) otherMediaType() bool {
	return slices.ContainsFunc(v.Violations, func(one judge.Violation) bool { return one.Check == result.ContentType })
}

// judgeAsJSON has the judge look at the body of an answer that is JSON under another media type. It reports whether there
// was one.
func (v *Verdict) judgeAsJSON() bool {
	if v.Value == nil {
		return false
	}
	op, status := v.Operation(), v.Answer.Status
	if !slices.Contains(exchange.SortedStatuses(op.Spec.Responses.Map()), status) {
		status = exchange.ErrorStatus(op.Spec, status)
	}
	ref := op.Spec.Responses.Map()[strconv.Itoa(status)]
	if ref == nil {
		return false
	}
	_, media := exchange.JSONSchema(ref.Value.Content)
	header := v.Answer.Header.Clone()
	header.Del("Content-Encoding")
	header.Set("Content-Type", media)
	for _, one := range op.Response(status, header, v.Answer.Body) {
		if one.Check != result.ContentType && !strings.HasPrefix(one.Path, "header ") {
			v.Violations = append(v.Violations, one)
		}
	}
	return true
}

// undocumentedStatus notes a status that the contract does not list for an operation of its own. Where the server may
// take the liberty to answer otherwise, reaction says so.
func (v *Verdict) undocumentedStatus(one judge.Violation) {
	switch {
	case v.Class.Op == nil:
	case v.Class.Valid() && v.Answer.Status == http.StatusConflict:
		v.broken(one, v.Contract.Rules.Of("repeat-is-new"))
	case v.Class.Reply.Provenance == result.Assumed:
		v.broken(one, v.Class.Reply)
	case v.Class.Rule.Provenance == result.Assumed && v.Answer.Status >= http.StatusBadRequest:
	default:
		v.broken(one, v.Contract.Rules.Of("statuses"))
	}
}

// echoesInvalid reports whether a violation of an answer only repeats that an invalid request was carried out: what was
// wrong with the request comes back.
func (v *Verdict) echoesInvalid(one judge.Violation) bool {
	if v.Class.Valid() || v.Answer.Status >= http.StatusBadRequest || one.Pointer == "" {
		return false
	}
	for _, wrong := range v.Class.Violations {
		if wrong.Pointer != "" && hasSuffixPointer(one.Pointer, wrong.Pointer) {
			return true
		}
	}
	return false
}

// hasSuffixPointer reports whether a place in an answer is the place of a request, or within it, below the property that
// the answer's envelope adds.
func hasSuffixPointer(answer, request string) bool {
	_, below, found := strings.Cut(strings.TrimPrefix(answer, "/"), "/")
	return found && strings.HasPrefix("/"+below+"/", request+"/")
}

// What is made of an answer that carried a request out, and of one that refused it.
var (
	answerChecks = []result.Check{
		result.ContentType,
		result.SingleJSONValue,
		result.UniqueKeys,
		result.UTF8,
		result.RequiredHeaders,
		result.HeaderSchema,
		result.ResponseFormat,
	}
	successChecks = append(slices.Clone(answerChecks), result.ResponseSchema, result.PropertyDirection)
	errorChecks   = append(slices.Clone(answerChecks), result.ErrorEnvelope)
)
