package judge

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// response is one documented response, with its headers in a fixed order.
type response struct {
	spec    *openapi3.Response
	headers []responseHeader
	shapes  map[string]*shape // by media type
	rule    string            // its place in the contract
}

func (op *Operation) addResponses(responses *openapi3.Responses, all shaper) {
	for status, ref := range responses.Map() {
		r := &response{spec: ref.Value, shapes: all.shapes(ref.Value.Content), rule: canonical(ref.Ref, op.rule+"/responses/"+status)}
		r.headers = responseHeaders(ref.Value.Headers, r.rule, all)
		if code, err := strconv.Atoi(status); err == nil {
			op.responses[code] = r
		} else if class, isRange := strings.CutSuffix(status, "XX"); isRange {
			n, _ := strconv.Atoi(class)
			op.ranges[n] = r
		} else if status == "default" {
			op.fallback = r
		}
	}
}

// Response judges a whole response. The body must have been read to its end.
func (op *Operation) Response(status int, header http.Header, body []byte) Violations {
	r, violations := op.documented(status)
	if violations != nil {
		return violations
	}
	violations = op.headers(r, header)
	if len(r.spec.Content) == 0 {
		if len(body) > 0 {
			violations = append(violations, Violation{Check: ResponseSchema, Path: "body", Expected: "must be absent", Rule: r.rule})
		}
		return violations
	}
	if surely(r.shapes, header, body) {
		return violations
	}
	media, isJSON, wrong := negotiate(r.spec.Content, header, r.rule)
	if wrong != nil || !isJSON {
		return append(violations, wrong...)
	}
	value, wrong, readable := read(body, everything)
	if readable {
		wrong = merge(wrong, op.bodyValue(status, media, value))
	}
	return append(violations, wrong...)
}

// UndocumentedInResponse lists the properties of a response's value that the contract does not name. They are no breach of it: its objects
// are open.
func (op *Operation) UndocumentedInResponse(status int, value any) Violations {
	r, violations := op.documented(status)
	if violations != nil {
		return nil
	}
	return op.undocumented(r.spec.Content, value)
}

func (op *Operation) documented(status int) (*response, Violations) {
	if r := op.responses[status]; r != nil {
		return r, nil
	}
	if r := op.ranges[status/100]; r != nil {
		return r, nil
	}
	if op.fallback != nil {
		return op.fallback, nil
	}
	return nil, Violations{{
		Check:    DocumentedStatus,
		Path:     "status",
		Keyword:  "responses",
		Expected: "must be a status that the contract lists for " + op.ID,
		Got:      strconv.Itoa(status),
		Rule:     op.rule + "/responses",
	}}
}

func (op *Operation) bodyValue(status int, media *openapi3.MediaType, value any) Violations {
	if media.Schema == nil {
		return nil
	}
	check := ResponseSchema
	if status >= http.StatusBadRequest {
		check = ErrorEnvelope
	}
	return op.judge.schemas().visit(media.Schema.Value, value, check, ResponseFormat)
}
