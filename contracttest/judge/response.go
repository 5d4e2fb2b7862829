package judge

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// response is one documented response, with its headers in a fixed order.
type response struct {
	spec    *openapi3.Response
	headers []responseHeader
	shapes  map[string]*shape // by media type
	rule    string            // its place in the contract
}

type responseHeader struct {
	name   string
	spec   *openapi3.Header
	schema *openapi3.Schema
	shape  *shape
	path   string
	rule   string // its place in the contract
}

func (op *Operation) addResponses(responses *openapi3.Responses, all shaper) {
	for status, ref := range responses.Map() {
		r := &response{spec: ref.Value, shapes: all.shapes(ref.Value.Content), rule: op.rule + "/responses/" + status}
		for _, name := range slices.Sorted(maps.Keys(ref.Value.Headers)) {
			h := responseHeader{
				name: http.CanonicalHeaderKey(name),
				spec: ref.Value.Headers[name].Value,
				path: "header " + name,
				rule: r.rule + "/headers/" + pointerToken.Replace(name),
			}
			if h.spec.Schema != nil {
				h.schema = h.spec.Schema.Value
				h.shape = all.shape(h.schema)
			}
			r.headers = append(r.headers, h)
		}
		if code, err := strconv.Atoi(status); err == nil {
			op.responses[code] = r
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
			violations = append(violations, Violation{Check: ResponseSchema, Path: "body", Expected: "must be absent"})
		}
		return violations
	}
	if surely(r.shapes, header, body) {
		return violations
	}
	media, wrong := negotiate(r.spec.Content, header)
	if wrong != nil {
		for i := range wrong {
			wrong[i].Rule = r.rule + "/content"
		}
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

func (op *Operation) headers(r *response, header http.Header) (violations Violations) {
	for _, h := range r.headers {
		values := header[h.name]
		if len(values) == 0 {
			if h.spec.Required {
				violations = append(violations, Violation{Check: RequiredHeaders, Path: h.path, Keyword: "required", Expected: "is required", Rule: h.rule + "/required"})
			}
			continue
		}
		if len(values) > 1 {
			violations = append(violations, Violation{Check: HeaderSchema, Path: h.path, Expected: "must be sent once", Got: strconv.Itoa(len(values)) + " of them", Rule: h.rule})
			continue
		}
		if h.schema == nil || h.shape.acceptsText(values[0]) {
			continue
		}
		for _, v := range op.judge.schemas().visit(h.schema, headerValue(h.schema, values[0]), HeaderSchema, HeaderSchema) {
			v.Path, v.Pointer, v.Got = h.path, "", quote(values[0])
			violations = append(violations, v)
		}
	}
	return violations
}

// headerValue reads a header as its schema's type (style simple, OpenAPI 3.0.3 "Style Values"). What cannot be read so stays a string, and
// the schema says what is wrong with it.
func headerValue(schema *openapi3.Schema, text string) any {
	switch {
	case schema.Type.Is(openapi3.TypeInteger):
		if n, err := strconv.ParseInt(text, 10, 53); err == nil && text[0] != '+' {
			return float64(n)
		}
	case schema.Type.Is(openapi3.TypeNumber):
		if value, violations := ReadJSON([]byte(text)); violations == nil {
			return value
		}
	case schema.Type.Is(openapi3.TypeBoolean):
		if text == "true" || text == "false" {
			return text == "true"
		}
	}
	return text
}
