package player

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// author writes one answer that obeys a schema.
type author struct {
	turn int
	now  time.Time
	code string // of an error
	ids  int
}

// write makes a value that a schema allows. What was sent is used where the request's schema knows it and the
// response's allows it.
func (a *author) write(schema, request *openapi3.Schema, sent any, name string) any {
	if schema == nil || schema.Type == nil && len(schema.Properties) == 0 {
		if sent != nil {
			return sent
		}
		return "text"
	}
	switch {
	case len(schema.Properties) > 0 || schema.Type.Is("object"):
		return a.object(schema, request, sent)
	case schema.Type.Is("array") && schema.Items != nil:
		return a.array(schema, request, sent)
	case name == "code" && a.code != "" && allows(schema, a.code):
		return a.code
	case sent != nil && (allows(schema, sent) || isTime(request) && isTime(schema) && schema.VisitJSON(sent) == nil):
		return sent
	}
	for _, candidate := range a.candidates(name, schema) {
		if allows(schema, candidate) {
			return candidate
		}
	}
	return nil
}

func (a *author) object(schema, request *openapi3.Schema, sent any) any {
	members, _ := sent.(map[string]any)
	written := map[string]any{}
	for i, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		property := schema.Properties[name].Value
		asked := inner(request, name)
		value, was := members[name]
		required := slices.Contains(schema.Required, name)
		switch {
		case name == "data" || name == "error":
			written[name] = a.write(property, request, sent, name) // the envelope is not in the request
		case was && asked != nil:
			written[name] = a.write(property, asked, value, name)
		case required:
			written[name] = a.write(property, asked, nil, name)
		case property.Nullable && (a.turn+i)%2 == 0:
			written[name] = nil
		}
		if written[name] == nil && was && !property.Nullable && !required {
			delete(written, name)
		}
	}
	for _, name := range schema.Required {
		if _, ok := written[name]; !ok {
			written[name] = "text"
		}
	}
	if open := schema.AdditionalProperties; a.turn%4 == 1 && open.Schema == nil && (open.Has == nil || *open.Has) {
		written["more"] = "than documented"
	}
	return written
}

func (a *author) array(schema, request *openapi3.Schema, sent any) any {
	items, ok := sent.([]any)
	if !ok {
		items = make([]any, schema.MinItems)
	}
	if request != nil && request.Items != nil {
		request = request.Items.Value
	}
	written := make([]any, len(items))
	for i, item := range items {
		written[i] = a.write(schema.Items.Value, request, item, "")
	}
	return written
}

// candidates are values to try, the most natural for the name first.
func (a *author) candidates(name string, schema *openapi3.Schema) []any {
	var values []any
	a.ids++
	switch schema.Format {
	case "date-time":
		values = append(values, a.now.UTC().Format("2006-01-02T15:04:05.000Z"))
	case "email":
		values = append(values, "someone@example.com")
	}
	if schema.Format+schema.Pattern != "" && schema.Example != nil {
		values = append(values, schema.Example)
	}
	values = append(values, schema.Enum...)
	return append(
		values,
		fmt.Sprintf("%s-%d-%d", name, a.turn, a.ids),
		"123",
		"",
		strings.Repeat("long ", 50),
		123.0,
		0.0,
		1e6,
		1009.0,
		true,
		false,
	)
}

// allows reports whether a schema allows a value. A format asks for what candidates makes of it.
func allows(schema *openapi3.Schema, value any) bool {
	if shape := shapes[schema.Format]; shape != nil {
		if text, ok := value.(string); ok && !shape.MatchString(text) {
			return false
		}
	}
	return schema.VisitJSON(value) == nil
}

func isTime(schema *openapi3.Schema) bool { return schema != nil && schema.Format == "date-time" }

var shapes = map[string]*regexp.Regexp{
	"date-time": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$`),
	"email":     regexp.MustCompile(`^[a-z.]+@[a-z.]+$`),
}

func inner(schema *openapi3.Schema, name string) *openapi3.Schema {
	if schema == nil || schema.Properties[name] == nil {
		return nil
	}
	return schema.Properties[name].Value
}
