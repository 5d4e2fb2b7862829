package judge

import (
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// misdirected finds what is sent the wrong way: readOnly properties in a request and writeOnly ones in a response. OpenAPI 3.0.3 ("Schema
// Object") says that they SHOULD NOT be sent so; it does not forbid it. kin-openapi's own check of this is off, since with it an alternative
// of anyOf or oneOf fails when such a property is sent.
func (v *visitor) misdirected(schema *openapi3.Schema, value any, at []string) {
	here := split{schema, len(at)}
	if v.full() || slices.Contains(v.open, here) {
		return // enough is wrong, or the schema is one of its own parts
	}
	v.open = append(v.open, here)
	defer func() { v.open = v.open[:len(v.open)-1] }()
	for _, part := range schema.AllOf {
		v.misdirected(part.Value, value, at)
	}
	for _, branch := range slices.Concat(schema.AnyOf, schema.OneOf) {
		if v.accepts(branch.Value, value) {
			v.misdirected(branch.Value, value, at)
		}
	}
	switch value := value.(type) {
	case []any:
		if schema.Items == nil {
			return
		}
		for i, item := range value {
			v.misdirected(schema.Items.Value, item, append(slices.Clip(at), strconv.Itoa(i)))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			property := schema.Properties[name]
			if property == nil {
				property = schema.AdditionalProperties.Schema
			}
			if property == nil {
				continue
			}
			there := append(slices.Clip(at), name)
			v.direct(property.Value, there)
			v.misdirected(property.Value, value[name], there)
		}
	}
}

// direct judges the direction of one property that was sent. What it held is not shown: writeOnly is for passwords and the like.
func (v *visitor) direct(property *openapi3.Schema, at []string) {
	violation := Violation{Check: Direction, Keyword: "readOnly", Expected: "should not be sent: it is read-only"}
	wrong := property.ReadOnly
	if v.check != RequestSchema {
		violation.Keyword, violation.Expected = "writeOnly", "should not be answered: it is write-only"
		wrong = property.WriteOnly
	}
	if !wrong {
		return
	}
	violation.Path, violation.Pointer = place(v.root, at)
	violation.Rule = v.rules[property] + "/" + violation.Keyword
	if v.seen == nil {
		v.seen = map[string]bool{}
	}
	if !v.seen[violation.Pointer] { // several parts of a schema may name the property
		v.seen[violation.Pointer] = true
		v.violations = append(v.violations, violation)
	}
}
