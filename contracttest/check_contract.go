package contracttest

import "net/http"

// contract has the judge look at the answer. An error of a status that the contract does not list is held to the
// envelope of those that it lists: "every error has this shape" (page "Errors").
func (v *verdict) contract() {
	op, status := v.operation(), v.answer.status
	if op == nil || v.c.request.method == http.MethodHead {
		return
	}
	fine := v.class.op == nil
	v.violations = op.Response(status, v.answer.header, v.answer.body)
	if len(v.violations) > 0 && v.violations[0].Check == DocumentedStatus {
		if v.class.op != nil {
			v.broken(v.violations[0], v.c.fine || v.class.fine)
		}
		like := errorStatus(op.Spec, status)
		if status < http.StatusBadRequest || like == status {
			return
		}
		v.violations, fine = op.Response(like, v.answer.header, v.answer.body), true
	} else if v.class.op == nil && status < http.StatusBadRequest {
		return
	}
	if v.class.op != nil {
		v.makes(DocumentedStatus)
	}
	judged := successChecks
	if status >= http.StatusBadRequest {
		judged = errorChecks
	}
	for _, id := range judged {
		v.makes(id)
	}
	for _, one := range v.violations {
		v.broken(one, fine)
	}
}

// What is made of an answer that carried a request out, and of one that refused it.
var (
	successChecks = []Check{
		ContentType,
		SingleJSONValue,
		UniqueKeys,
		UTF8,
		RequiredHeaders,
		HeaderSchema,
		ResponseFormat,
		ResponseSchema,
	}
	errorChecks = []Check{
		ContentType,
		SingleJSONValue,
		UniqueKeys,
		UTF8,
		RequiredHeaders,
		HeaderSchema,
		ResponseFormat,
		ErrorEnvelope,
	}
)
