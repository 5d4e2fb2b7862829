package contractdiff

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// form says which members of an object are compared, and how each is read. All else (descriptions, examples, tags, extensions) is left out.
type form map[string]func(b *builder, p place, depth int) (*node, error)

// The forms of the objects of OpenAPI. Filled in by init, since they contain each other.
var operationForm, parameterForm, requestBodyForm, responseForm, headerForm, mediaTypeForm, schemeForm, schemaForm form

func init() {
	value := (*builder).value
	schema := (*builder).schema
	schemas := func(b *builder, p place, depth int) (*node, error) { return b.things(p, schema, exactly, depth) }
	branches := func(b *builder, p place, depth int) (*node, error) { return b.list(p, schema, depth) }
	content := func(b *builder, p place, depth int) (*node, error) {
		return b.things(p, referred(mediaTypeForm), mediaType, depth)
	}
	headers := func(b *builder, p place, depth int) (*node, error) {
		return b.things(p, referred(headerForm), strings.ToLower, depth)
	}
	mediaTypeForm = form{"schema": schema}
	headerForm = form{"required": value, "deprecated": value, "schema": schema, "content": content}
	parameterForm = form{
		"name": value, "in": value, "required": value, "deprecated": value, "style": value, "explode": value, "schema": schema, "content": content,
	}
	requestBodyForm = form{"required": value, "content": content}
	responseForm = form{"headers": headers, "content": content}
	operationForm = form{
		"deprecated": value, "parameters": (*builder).parameters, "requestBody": referred(requestBodyForm),
		"responses": func(b *builder, p place, depth int) (*node, error) {
			return b.things(b.withoutExtensions(p), referred(responseForm), strings.ToLower, depth)
		},
	}
	schemeForm = form{"type": value, "name": value, "in": value, "scheme": value, "flows": value, "openIdConnectUrl": value}
	schemaForm = form{
		"properties": schemas, "patternProperties": schemas, "dependentSchemas": schemas,
		"items": schema, "not": schema, "if": schema, "then": schema, "else": schema, "contains": schema, "propertyNames": schema,
		"additionalProperties": schema, "unevaluatedItems": schema, "unevaluatedProperties": schema, "contentSchema": schema,
		"allOf": branches, "anyOf": branches, "oneOf": branches, "prefixItems": branches,
	}
	for _, name := range []string{
		"type", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
		"minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "minContains", "maxContains", "required", "dependentRequired",
		"enum", "const", "default", "nullable", "readOnly", "writeOnly", "deprecated", "discriminator", "contentEncoding", "contentMediaType",
	} {
		schemaForm[name] = value
	}
}

func exactly(name string) string { return name }

// mediaType is a media type without its parameters.
func mediaType(name string) string {
	name, _, _ = strings.Cut(name, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// absent are values that say the same as no value, as are empty mappings and lists in the same places.
var absent = map[string]string{
	"required": "false", "deprecated": "false", "readOnly": "false", "writeOnly": "false", "uniqueItems": "false", "nullable": "false",
	"minLength": "0", "minItems": "0", "minProperties": "0", "additionalProperties": "", "unevaluatedProperties": "", "unevaluatedItems": "",
	"items": "", "content": "", "headers": "", "properties": "", "parameters": "", "allOf": "",
}

// saysNothing says whether a member of a name could as well be left out.
func (n *node) saysNothing(name string) bool {
	usual, known := absent[name]
	return known && (len(n.members) == 0 && len(n.items) == 0 && n.scalar == usual)
}

// object reads the members that a form has.
func (b *builder) object(p place, f form, depth int) (*node, error) {
	if err := b.visit(p, depth); err != nil {
		return nil, err
	}
	all, err := b.members(p)
	if err != nil {
		return nil, err
	}
	n := mapping(p.node())
	if n.rules, err = b.rulesOf(all["x-rules"]); err != nil {
		return nil, err
	}
	for _, name := range sortedKeys(all) {
		read, found := f[name]
		if !found {
			continue
		}
		child, err := read(b, all[name], depth+1)
		if err != nil {
			return nil, err
		}
		if !child.saysNothing(name) {
			n.members[name] = child
		}
	}
	return n, nil
}

// referred reads an object of a form, or what a reference in its place leads to.
func referred(f form) func(b *builder, p place, depth int) (*node, error) {
	return func(b *builder, p place, depth int) (*node, error) {
		p, done, err := b.follow(p)
		if err != nil {
			return nil, err
		}
		defer done()
		return b.object(p, f, depth)
	}
}

// things reads a mapping whose keys are names of the API's own.
func (b *builder) things(p place, read func(*builder, place, int) (*node, error), fold func(string) string, depth int) (*node, error) {
	if err := b.visit(p, depth); err != nil {
		return nil, err
	}
	n := mapping(p.node())
	n.fold = fold
	return n, b.each(p, func(name string, p place) error {
		child, err := read(b, p, depth+1)
		if err != nil {
			return err
		}
		return b.add(n, name, child)
	})
}

// add adds a member to a mapping whose names are the API's own.
func (b *builder) add(n *node, name string, child *node) error {
	if other, twice := n.spelled[n.fold(name)]; twice {
		return b.errorf(child.line, "%s: the name %s is the same as %s, which is there too", shown(child.pointer), shown(name), shown(other))
	}
	if n.spelled == nil {
		n.spelled = map[string]string{}
	}
	n.spelled[n.fold(name)] = name
	n.members[name] = child
	return nil
}

func (b *builder) list(p place, read func(*builder, place, int) (*node, error), depth int) (*node, error) {
	all, err := b.items(p)
	if err != nil {
		return nil, err
	}
	n := p.node()
	n.list = true
	for _, child := range all {
		item, err := read(b, child, depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, item)
	}
	return n, nil
}

// parameters are by where they are and what they are called, since their order says nothing.
func (b *builder) parameters(p place, depth int) (*node, error) {
	all, err := b.list(p, referred(parameterForm), depth)
	if err != nil {
		return nil, err
	}
	n := mapping(p.node())
	n.fold = foldParameter
	for _, parameter := range all.items {
		in, name := parameter.get("in").text(), parameter.get("name").text()
		if in == "" || name == "" {
			return nil, b.errorf(parameter.line, "%s: expected a parameter with a name and what it is in", shown(parameter.pointer))
		}
		switch http.CanonicalHeaderKey(name) {
		case "Accept", "Content-Type", "Authorization":
			if in == "header" {
				continue // OpenAPI 3.1 section 4.8.12.2 has them ignored
			}
		}
		for member, usual := range map[string]string{"style": usualStyle(in), "explode": strconv.FormatBool(usualStyle(in) == "form")} {
			if value := parameter.get(member); value != nil && strings.Trim(value.scalar, `"`) == usual {
				delete(parameter.members, member)
			}
		}
		if err := b.add(n, in+" "+name, parameter); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// foldParameter makes the names of headers equal in whatever case (RFC 9110 section 5.1).
func foldParameter(key string) string {
	if strings.HasPrefix(key, "header ") {
		return strings.ToLower(key)
	}
	return key
}

func usualStyle(in string) string {
	if in == "query" || in == "cookie" {
		return "form"
	}
	return "simple"
}

// rulesOf reads an x-rules. They are ours: a page has none.
func (b *builder) rulesOf(p place) ([]Rule, error) {
	if p.raw == nil || b.offset > 0 {
		return nil, nil
	}
	items, err := b.items(p)
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, item := range items {
		var rule Rule
		if err := item.raw.Decode(&rule); err != nil {
			return nil, fmt.Errorf("%s:%d: an entry of x-rules is not a rule: %w", b.name, item.line, bounded(err))
		}
		rule.Line = item.line
		rules = append(rules, rule)
	}
	b.rules = append(b.rules, rules...)
	return rules, nil
}
