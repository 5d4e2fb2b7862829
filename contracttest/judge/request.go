package judge

import (
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Request judges the header and the body of a request. The value is the decoded body; it is nil where the body could not be read, where it is
// of a media type that is not JSON, or where the operation has none.
func (op *Operation) Request(header http.Header, body []byte) (value any, violations Violations) {
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
	value, violations, readable := read(body)
	if readable && media.Schema != nil {
		violations = merge(violations, op.judge.schemas().visit(media.Schema.Value, value, RequestSchema, RequestFormat))
	}
	return value, violations
}

// merge adds what the schema says to what the reader said. Of a place that both name, the schema says more: a number that no float64 holds, where a
// string belongs, is first of all not a string.
func merge(reading, schema Violations) Violations {
	reading = slices.DeleteFunc(reading, func(v Violation) bool {
		return v.Check == SingleJSONValue && slices.ContainsFunc(schema, func(w Violation) bool { return w.Pointer == v.Pointer })
	})
	return append(reading, schema...)
}

// RequestViolations is [Operation.Request] for those who do not need the value: a body that keeps the contract is not decoded.
func (op *Operation) RequestViolations(header http.Header, body []byte) Violations {
	if surely(op.shapes, header, body) {
		return nil
	}
	_, violations := op.Request(header, body)
	return violations
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
	return op.judge.schemas().undocumented(media.Schema.Value, value, value, nil)
}
