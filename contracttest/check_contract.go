package contracttest

import "net/http"

// contract has the judge look at the answer. An error of a status that the contract does not list is held to the envelope of those that it lists: "every
// error has this shape" (page "Errors").
func (v *verdict) contract() {
	op, status := v.operation(), v.answer.status
	if op == nil || v.c.request.method == http.MethodHead {
		return
	}
	fine := v.class.op == nil
	if v.class.op != nil && v.makes(DocumentedStatus) {
		for _, one := range op.Response(status, v.answer.header, v.answer.body) {
			if one.Check == DocumentedStatus {
				v.broken(one, v.c.fine || v.class.fine)
			}
		}
	}
	like := status
	if status >= http.StatusBadRequest {
		like = errorStatus(op.Spec, status)
		fine = fine || like != status
	} else if v.class.op == nil {
		return
	}
	judged := []Check{ContentType, SingleJSONValue, UniqueKeys, UTF8, RequiredHeaders, HeaderSchema, ResponseFormat, ResponseSchema}
	if status >= http.StatusBadRequest {
		judged[len(judged)-1] = ErrorEnvelope
	}
	violations := op.Response(like, v.answer.header, v.answer.body)
	if len(violations) > 0 && violations[0].Check == DocumentedStatus {
		return
	}
	for _, id := range judged {
		v.makes(id)
	}
	for _, one := range violations {
		v.broken(one, fine)
	}
}
