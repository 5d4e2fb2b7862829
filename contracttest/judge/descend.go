package judge

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// mostViolations is how many violations are looked for in one value: kin-openapi alone makes one of each item of a body, 574 MB for 1 MB.
const mostViolations = 1_000

// level is a schema without alternatives, split into what it says of a value itself and of its items, so that a value is visited one level of nesting
// at a time and the visit can stop.
type level struct {
	schema *openapi3.Schema
	own    *openapi3.Schema // what is said of the value itself, not of its members and items
	items  *openapi3.Schema // what is said of the items; nil where nothing is
}

// cut makes the levels of a schema.
func (s *schemas) cut(schema *openapi3.Schema) {
	own := *schema
	own.Items, own.AdditionalProperties = nil, openapi3.BoolSchema{}
	own.Properties = openapi3.Schemas{}
	for name, property := range schema.Properties {
		// One that is for the other direction is not required in this one.
		if property.Value.ReadOnly || property.Value.WriteOnly {
			own.Properties[name] = &openapi3.SchemaRef{Value: &openapi3.Schema{
				Nullable: true, ReadOnly: property.Value.ReadOnly, WriteOnly: property.Value.WriteOnly,
			}}
		}
	}
	l := &level{schema: schema, own: &own}
	s.rules[l.own] = s.rules[schema]
	if schema.Items != nil {
		l.items = &openapi3.Schema{Items: schema.Items}
	}
	s.levels[schema] = l
}

func (v *visitor) full() bool { return len(v.violations) >= mostViolations }

// descend visits an array or an object level by level, and stops when enough is wrong. The violations come in the order in which kin-openapi lists
// them: what is wrong with the value itself, then its members by name or its items, then the members that are missing.
func (v *visitor) descend(l *level, value any, at []string) {
	var missing []error
	for _, err := range each(l.own.VisitJSON(value, append(slices.Clip(v.options), openapi3.MultiErrors())...)) {
		if wrong, ok := errors.AsType[*openapi3.SchemaError](err); ok && wrong.SchemaField == "required" {
			missing = append(missing, err)
			continue
		}
		v.add(err, at)
	}
	switch value := value.(type) {
	case []any:
		if l.items != nil && l.schema.Type.Permits(openapi3.TypeArray) {
			v.visitItems(l.items, value, at)
		}
	case map[string]any:
		if l.schema.Type.Permits(openapi3.TypeObject) {
			v.visitMembers(l.schema, value, at)
		}
	}
	for _, err := range missing {
		if !v.full() {
			v.add(err, at)
		}
	}
}

// each are the errors that an error consists of.
func each(err error) []error {
	//nolint:errorlint // Not what it wraps: a SchemaError may wrap the errors of branches that did not have to match.
	if several, ok := err.(openapi3.MultiError); ok {
		return several
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// visitItems has kin-openapi look for the next item that is wrong, and visits only that: those that are right cost next to nothing.
func (v *visitor) visitItems(schema *openapi3.Schema, items []any, at []string) {
	for i := 0; i < len(items) && !v.full(); i++ {
		err := schema.VisitJSON(items[i:], v.options...)
		if err == nil {
			return
		}
		if wrong, ok := errors.AsType[*openapi3.SchemaError](err); ok && len(wrong.JSONPointer()) > 0 {
			skipped, _ := strconv.Atoi(wrong.JSONPointer()[0])
			i += skipped
		}
		v.visit(schema.Items.Value, items[i], append(slices.Clip(at), strconv.Itoa(i)))
	}
}

func (v *visitor) visitMembers(schema *openapi3.Schema, members map[string]any, at []string) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		here := append(slices.Clip(at), name)
		allowed, others := schema.AdditionalProperties.Has, schema.AdditionalProperties.Schema
		switch property := schema.Properties[name]; {
		case v.full():
			return
		case property != nil:
			v.visit(property.Value, members[name], here)
		case others != nil:
			v.visit(others.Value, members[name], here)
		case allowed != nil && !*allowed:
			v.add(&openapi3.SchemaError{Schema: schema, SchemaField: "properties", Value: members,
				Reason: fmt.Sprintf("property %q is unsupported", name)}, at)
		}
	}
}
