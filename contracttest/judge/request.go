package judge

import (
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Request judges the header and the body of a request. The value is the decoded body; it is nil where the body could not be read, where it is
// of a media type that is not JSON, or where the operation has none.
func (op *Operation) Request(header http.Header, body []byte) (value any, violations Violations) {
	return op.request(header, body, func(*openapi3.Schema) *view { return everything })
}

func (op *Operation) request(header http.Header, body []byte, viewOf func(*openapi3.Schema) *view) (value any, violations Violations) {
	if op.body == nil {
		if len(body) > 0 {
			return nil, Violations{{Check: RequestSchema, Path: "body", Expected: "must be absent", Rule: op.rule}}
		}
		return nil, nil
	}
	if len(body) == 0 && !op.body.Required {
		return nil, nil
	}
	media, isJSON, violations := negotiate(op.body.Content, header, op.bodyRule)
	if len(body) == 0 {
		return nil, append(violations, Violation{
			Check: SingleJSONValue, Path: "body", Keyword: "required", Expected: "is required", Rule: op.bodyRule + "/required",
		})
	}
	if violations != nil || !isJSON {
		return nil, violations
	}
	look := everything
	if media.Schema != nil {
		look = viewOf(media.Schema.Value)
	}
	value, violations, readable := read(body, look)
	if readable && media.Schema != nil && (violations != nil || !surely(op.shapes, header, body)) {
		violations = merge(violations, op.judge.schemas().visit(media.Schema.Value, value, RequestSchema, RequestFormat))
	}
	return value, violations
}

// merge adds what the schema says to what the reader said. Of a place that both name, the schema says more: a number that no float64 holds, where a
// string belongs, is first of all not a string.
func merge(reading, schema Violations) Violations {
	named := make(map[string]bool, len(schema))
	for _, v := range schema {
		named[v.Pointer] = true
	}
	reading = slices.DeleteFunc(reading, func(v Violation) bool { return v.Check == SingleJSONValue && named[v.Pointer] })
	return append(reading, schema...)
}

// RequestViolations is [Operation.Request] for those who do not need the value: a body that keeps the contract is not decoded, and another one no
// further than the contract looks into it. It costs a few times the size of the body, whatever the body is, where no schema refers to itself.
func (op *Operation) RequestViolations(header http.Header, body []byte) Violations {
	if surely(op.shapes, header, body) {
		return nil
	}
	_, violations := op.request(header, body, op.judge.schemas().viewOf)
	return violations
}

// StrictRequestViolations is [Operation.RequestViolations] and [Operation.UndocumentedInRequest] together, at the cost of the former.
func (op *Operation) StrictRequestViolations(header http.Header, body []byte) Violations {
	if surely(op.shapes, header, body) {
		return nil // a shape accepts no property that it does not know
	}
	value, violations := op.request(header, body, op.judge.schemas().viewOf)
	return append(violations, op.UndocumentedInRequest(value)...)
}

// UndocumentedInRequest lists the properties of a request's value that the contract does not name. They are no breach of it: its objects
// are open.
func (op *Operation) UndocumentedInRequest(value any) Violations {
	if op.body == nil {
		return nil
	}
	return op.undocumented(op.body.Content, value)
}

func (op *Operation) undocumented(content openapi3.Content, value any) Violations {
	media := content["application/json"]
	if media == nil || media.Schema == nil {
		return nil
	}
	return op.judge.schemas().undocumented(media.Schema.Value, value)
}

// ContentTypeViolations judges what the header of a request says of its body: what [Operation.Request] finds first, before the body is read.
func (op *Operation) ContentTypeViolations(header http.Header) Violations {
	if op.body == nil {
		return nil
	}
	_, _, violations := negotiate(op.body.Content, header, op.bodyRule)
	return violations
}
