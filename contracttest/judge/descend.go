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

// parts are a schema cut up for visiting a value level by level, so that the visit can stop.
type parts struct {
	combined *openapi3.Schema // allOf, anyOf, oneOf, not and enum alone; nil where it has none of them
	rest     *openapi3.Schema // everything else
	own      *openapi3.Schema // of the rest, what is said of the value itself, not of its members and items
	items    *openapi3.Schema // of the rest, what is said of the items; nil where nothing is
}

// cut makes the parts of a schema. All places in the document must be known by now.
func (s *schemas) cut(schema *openapi3.Schema) {
	own := *schema
	own.AllOf, own.AnyOf, own.OneOf, own.Not, own.Enum, own.Discriminator = nil, nil, nil, nil, nil, nil
	own.Items, own.AdditionalProperties = nil, openapi3.BoolSchema{}
	own.Properties = openapi3.Schemas{}
	for name, property := range schema.Properties {
		// One that is for the other direction is not allowed in this one, and not required.
		if property.Value.ReadOnly || property.Value.WriteOnly {
			standIn := &openapi3.Schema{Nullable: true, ReadOnly: property.Value.ReadOnly, WriteOnly: property.Value.WriteOnly}
			s.rules[standIn] = s.rules[property.Value]
			own.Properties[name] = &openapi3.SchemaRef{Value: standIn}
		}
	}
	p := parts{rest: schema, own: &own}
	s.rules[p.own] = s.rules[schema]
	if schema.Items != nil {
		p.items = &openapi3.Schema{Items: schema.Items}
	}
	if rest := s.uncomposed[schema]; rest != nil {
		p.rest = rest
		s.parts[rest] = &parts{rest: rest, own: p.own, items: p.items}
		p.combined = &openapi3.Schema{AllOf: schema.AllOf, AnyOf: schema.AnyOf, OneOf: schema.OneOf, Not: schema.Not, Enum: schema.Enum,
			Discriminator: schema.Discriminator, Nullable: schema.Nullable}
		s.rules[p.combined] = s.rules[schema]
		s.uncomposed[p.combined] = rest
	}
	s.parts[schema] = &p
}

func (v *visitor) full() bool { return len(v.violations) >= mostViolations }

// descend visits an array or an object level by level, and stops when enough is wrong. The violations come in the order in which kin-openapi lists
// them: what is wrong with the value itself, then its members by name or its items, then the members that are missing.
func (v *visitor) descend(p *parts, value any, at []string) {
	if p.combined != nil {
		if err := p.combined.VisitJSON(value, v.options...); err != nil {
			v.add(err, at) // which visits the rest as well
			return
		}
	}
	var missing []error
	for _, err := range each(p.own.VisitJSON(value, append(slices.Clip(v.options), openapi3.MultiErrors())...)) {
		if wrong, ok := errors.AsType[*openapi3.SchemaError](err); ok && wrong.SchemaField == "required" {
			missing = append(missing, err)
			continue
		}
		v.add(err, at)
	}
	switch value := value.(type) {
	case []any:
		if p.items != nil && p.rest.Type.Permits(openapi3.TypeArray) {
			v.visitItems(p.items, value, at)
		}
	case map[string]any:
		if p.rest.Type.Permits(openapi3.TypeObject) {
			v.visitMembers(p.rest, value, at)
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
