package judge

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

type responseHeader struct {
	name   string
	spec   *openapi3.Header
	schema *openapi3.Schema // nil where the value is not judged
	shape  *shape
	path   string
	rule   string // its place in the contract
}

// responseHeaders are the headers that a response documents, in a fixed order. One that is named Content-Type is ignored, as OpenAPI 3.0.3
// asks ("Response Object").
func responseHeaders(headers openapi3.Headers, rule string, all shaper) (found []responseHeader) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if strings.EqualFold(name, "Content-Type") {
			continue
		}
		ref := headers[name]
		h := responseHeader{
			name: http.CanonicalHeaderKey(name),
			spec: ref.Value,
			path: "header " + name,
			rule: canonical(ref.Ref, rule+"/headers/"+EscapePointer(name)),
		}
		if unreadableHeader(h.spec) == "" {
			h.schema = h.spec.Schema.Value
			h.shape = all.shape(h.schema)
		}
		found = append(found, h)
	}
	return found
}

// unreadableHeader says why the values of a header are not judged; "" where they are.
func unreadableHeader(header *openapi3.Header) string {
	switch {
	case header.Schema == nil:
		return "only headers with a schema are read, not those with content"
	case isScalar(header.Schema.Value):
		return ""
	case header.Schema.Value.Type.Is(openapi3.TypeArray) && isScalar(header.Schema.Value.Items.Value):
		return ""
	}
	return "only a string, a number, a boolean or an array of these can be read from a header, and its schema must say which"
}

func isScalar(schema *openapi3.Schema) bool {
	return schema.Type.IsSingle() && !schema.Type.Is(openapi3.TypeObject) && !schema.Type.Is(openapi3.TypeArray)
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
		if h.schema == nil || len(values) == 1 && h.shape.acceptsText(values[0]) {
			continue
		}
		// A list may come in several lines (RFC 9110 section 5.3).
		if len(values) > 1 && !h.schema.Type.Is(openapi3.TypeArray) {
			violations = append(violations, Violation{Check: HeaderSchema, Path: h.path, Expected: "must be sent once", Got: strconv.Itoa(len(values)) + " of them", Rule: h.rule})
			continue
		}
		text := strings.Join(values, ",")
		for _, v := range op.judge.schemas().visit(h.schema, headerValue(h.schema, text), HeaderSchema, HeaderSchema) {
			v.Path, v.Pointer, v.Got = h.path, "", wording.Quote(text)
			violations = append(violations, v)
		}
	}
	return violations
}

// headerValue reads a header as its schema's type (style simple, OpenAPI 3.0.3 "Style Values"). What cannot be read so stays a string, and
// the schema says what is wrong with it.
func headerValue(schema *openapi3.Schema, text string) any {
	switch {
	case schema.Type.Is(openapi3.TypeArray):
		items := []any{}
		if text == "" {
			return items
		}
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, headerValue(schema.Items.Value, strings.Trim(item, " \t")))
		}
		return items
	case schema.Type.Is(openapi3.TypeInteger):
		if strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") != "" {
			break
		}
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
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
