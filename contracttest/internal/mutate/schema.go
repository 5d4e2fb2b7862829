package mutate

import (
	"slices"
	"strconv"
	"strings"
)

func digits(i int) string { return strconv.Itoa(i) }

// types are the types of OpenAPI 3.0.3.
var types = []string{"string", "integer", "number", "boolean", "array", "object"}

// schema changes each keyword of one schema, and goes down into those inside it. A reference is not followed: what it
// means is changed where it stands.
func (w *walker) schema(at pointer) {
	schema := w.at(at)
	if schema == nil || schema["$ref"] != nil {
		return
	}
	w.typeOf(at, schema)
	w.format(at, schema)
	w.nullable(at, schema)
	w.enum(at, schema)
	w.branches(at, schema)
	w.required(at, schema)
	w.properties(at, schema)
	w.defaultOf(at, schema)
	w.bounds(at, schema)
	if inner, ok := schema["items"].(object); ok {
		if w.references(at, "items"); inner["$ref"] != nil {
			w.add("items", at, "items may be anything", set("items", object{}))
		}
		w.schema(at.to("items"))
	}
}

func (w *walker) typeOf(at pointer, schema object) {
	name, _ := schema["type"].(string)
	if name == "" {
		return
	}
	w.add("type", at, "type is dropped", drop("type"))
	for _, other := range types {
		if other == name {
			continue
		}
		w.add("type", at, name+" becomes "+other, func(node object) {
			node["type"] = other
			if delete(node, "items"); other == "array" {
				node["items"] = object{}
			}
		})
	}
}

func (w *walker) format(at pointer, schema object) {
	format, _ := schema["format"].(string)
	if format != "" {
		w.add("format", at, "format is dropped", drop("format"))
	}
	if schema["type"] != "string" || schema["enum"] != nil {
		return
	}
	for _, other := range []string{"email", "date-time"} {
		if other != format {
			w.add("format", at, "format is "+other, set("format", other))
		}
	}
}

func (w *walker) nullable(at pointer, schema object) {
	switch nullable, _ := schema["nullable"].(bool); {
	case nullable:
		w.add("nullable", at, "is never null", drop("nullable"))
	case schema["type"] != nil:
		w.add("nullable", at, "may be null", set("nullable", true))
	}
}

func (w *walker) enum(at pointer, schema object) {
	values := items(schema["enum"])
	if len(values) == 0 {
		return
	}
	w.add("enum", at, "enum is dropped", drop("enum"))
	w.add(
		"enum",
		at,
		"TEAPOT is added",
		func(node object) { node["enum"] = append(node["enum"].([]any), "TEAPOT") },
	)
	for i, value := range values {
		w.add("enum", at, value+" is dropped", func(node object) { node["enum"] = without(node["enum"], i) })
		if lower := strings.ToLower(value); lower != value {
			w.add("enum", at, value+" becomes lower case", func(node object) { node["enum"].([]any)[i] = lower })
		}
	}
}

func (w *walker) branches(at pointer, schema object) {
	for _, keyword := range []string{"anyOf", "oneOf", "allOf"} {
		branches, _ := schema[keyword].([]any)
		if len(branches) == 0 {
			continue
		}
		w.add("branch", at, keyword+" is dropped", drop(keyword))
		w.add(
			"branch",
			at,
			keyword+" has a branch that allows anything",
			func(node object) { node[keyword] = append(node[keyword].([]any), object{}) },
		)
		for i := range branches {
			branch := keyword + " branch " + digits(i)
			w.add("branch", at, branch+" is dropped", func(node object) { node[keyword] = without(node[keyword], i) })
			w.schema(at.to(keyword, digits(i)))
		}
		for _, other := range []string{"anyOf", "oneOf", "allOf", "not"} {
			if other == keyword {
				continue
			}
			w.add("branch", at, keyword+" becomes "+other, func(node object) {
				if rename(node, keyword, other); other == "not" {
					node[other] = object{"anyOf": node[other]}
				}
			})
		}
	}
}

func (w *walker) required(at pointer, schema object) {
	required := items(schema["required"])
	for i, name := range required {
		w.add("required", at, name+" is optional", func(node object) {
			if node["required"] = without(node["required"], i); len(node["required"].([]any)) == 0 {
				delete(node, "required")
			}
		})
	}
	for _, name := range names(schema["properties"]) {
		if !slices.Contains(required, name) {
			w.add("required", at, name+" is required", func(node object) { require(node, name) })
		}
	}
}

func require(node object, name string) {
	required, _ := node["required"].([]any)
	node["required"] = append(required, name)
}

func (w *walker) properties(at pointer, schema object) {
	properties, _ := schema["properties"].(object)
	if properties == nil {
		return
	}
	for _, name := range names(properties) {
		w.add("property", at.to("properties"), name+" is dropped", drop(name))
		w.add("property", at, name+" becomes "+name+"2", func(node object) {
			rename(node["properties"].(object), name, name+"2")
			for i, required := range items(node["required"]) {
				if required == name {
					node["required"].([]any)[i] = name + "2"
				}
			}
		})
		w.references(at.to("properties"), name)
		w.schema(at.to("properties", name))
	}
	w.add("property", at.to("properties"), "an optional property is added", set("added", object{"type": "integer"}))
	w.add("property", at, "a required property is added", func(node object) {
		node["properties"].(object)["added"] = object{"type": "integer"}
		require(node, "added")
	})
	w.add("additional properties", at, "no other properties are allowed", set("additionalProperties", false))
	w.add(
		"additional properties",
		at,
		"other properties are integers",
		set("additionalProperties", object{"type": "integer"}),
	)
}

func (w *walker) defaultOf(at pointer, schema object) {
	value, ok := schema["default"]
	if !ok {
		return
	}
	w.add("default", at, "default is dropped", drop("default"))
	if truth, ok := value.(bool); ok {
		w.add("default", at, "default is the opposite", set("default", !truth))
	}
}
