package judge

import (
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// undocumented lists the properties of a value that its schema does not name. Objects of this contract are open, so they are no
// breach of it; they are worth a notice, since they are often a misspelt name. There are mostViolations notices at most.
func (s *schemas) undocumented(schema *openapi3.Schema, root any) (notices Violations) {
	var at []string
	var visit func(schema *openapi3.Schema, value any)
	step := func(schema *openapi3.Schema, value any, token string) {
		at = append(at, token)
		visit(schema, value)
		at = at[:len(at)-1]
	}
	visit = func(schema *openapi3.Schema, value any) {
		if one := s.wholes[schema]; one != nil {
			schema = one
		}
		switch value := value.(type) {
		case []any:
			for i := 0; schema.Items != nil && i < len(value) && len(notices) < mostViolations; i++ {
				step(schema.Items.Value, value[i], strconv.Itoa(i))
			}
		case map[string]any:
			if len(schema.Properties) == 0 {
				return // it names nothing
			}
			for _, name := range notable(schema, value) {
				if property := schema.Properties[name]; property != nil {
					step(property.Value, value[name], name)
				} else if len(notices) < mostViolations {
					path, pointer := place(root, append(at, name))
					notices = append(notices, Violation{
						Check: Undocumented, Path: path, Pointer: pointer, Keyword: "properties", Rule: s.rules[schema] + "/properties",
						Expected: "is not a documented property",
					})
				}
			}
		}
	}
	visit(schema, root)
	return notices
}

// notable are the names of the members that must be looked at, sorted: those that have others in them, and those that a schema does not name.
func notable(schema *openapi3.Schema, value map[string]any) (names []string) {
	for name, member := range value {
		_, isObject := member.(map[string]any)
		if _, isArray := member.([]any); isObject || isArray || schema.Properties[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
