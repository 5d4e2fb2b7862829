package mutate

import (
	"slices"
	"strings"
)

func (w *walker) document() {
	w.servers()
	w.security()
	for _, path := range names(w.root["paths"]) {
		w.path(path)
	}
	components := pointer("/components")
	for _, name := range names(w.at(components.to("headers"))) {
		w.header(components.to("headers", name))
	}
	for _, name := range names(w.at(components.to("responses"))) {
		w.response(components.to("responses", name))
	}
	for _, name := range names(w.at(components.to("schemas"))) {
		w.schema(components.to("schemas", name))
	}
}

func (w *walker) servers() {
	servers, _ := w.root["servers"].([]any)
	for i := range servers {
		server := servers[i].(object)
		w.add(
			"server",
			"",
			"server "+server["url"].(string)+" is dropped",
			func(root object) { root["servers"] = without(root["servers"], i) },
		)
		w.add(
			"server",
			pointer("/servers").to(digits(i)),
			"the base path is another",
			func(node object) { node["url"] = node["url"].(string) + "/v0" },
		)
	}
}

func (w *walker) security() {
	w.add("security", "", "security is dropped", drop("security"))
	w.add(
		"security",
		"",
		"a key becomes optional",
		func(root object) { root["security"] = append(root["security"].([]any), object{}) },
	)
	schemes := pointer("/components/securitySchemes")
	for _, name := range names(w.at(schemes)) {
		at := schemes.to(name)
		w.add("security", at, "the key's header is x-another-key", set("name", "x-another-key"))
		w.add("security", at, "the key is in the query", set("in", "query"))
		w.add("security", at, "the key is in a cookie", set("in", "cookie"))
		w.add("security", at, "the key is a bearer token", func(node object) {
			clear(node)
			node["type"], node["scheme"] = "http", "bearer"
		})
	}
}

func (w *walker) path(path string) {
	paths := pointer("/paths")
	w.add("path", paths, path+" becomes "+path+"-v2", func(node object) { rename(node, path, path+"-v2") })
	for _, method := range []string{"get", "put", "post", "delete", "patch"} {
		at := paths.to(path, method)
		operation := w.at(at)
		if operation == nil {
			continue
		}
		for _, other := range []string{"put", "patch", "delete"} {
			if other != method {
				w.add(
					"method",
					paths.to(path),
					method+" becomes "+other,
					func(node object) { rename(node, method, other) },
				)
			}
		}
		w.add("security", at, "the operation needs no key", set("security", []any{}))
		w.requestBody(at)
		w.statuses(at)
	}
}

func (w *walker) requestBody(operation pointer) {
	at := operation.to("requestBody")
	if w.at(at) == nil {
		return
	}
	w.add("request body", operation, "requestBody is dropped", drop("requestBody"))
	w.add("request body", at, "is optional", drop("required"))
	w.content(at)
}

func (w *walker) statuses(operation pointer) {
	at := operation.to("responses")
	documented := names(w.at(at))
	for _, status := range documented {
		w.add("status", at, status+" is dropped", drop(status))
		other := "422"
		if status[0] == '2' {
			other = "200"
		}
		if status == "200" {
			other = "202"
		}
		w.add("status", at, status+" becomes "+other, func(node object) { rename(node, status, other) })
		w.response(at.to(status))
	}
	for _, status := range []string{"200", "202", "418", "500", "default"} {
		if !slices.Contains(documented, status) {
			w.add("status", at, status+" is added", func(node object) {
				like := "400"
				if status[0] == '2' {
					like = documented[slices.IndexFunc(documented, func(s string) bool { return s[0] == '2' })]
				}
				node[status] = node[like]
			})
		}
	}
}

// response changes what is written in place; a response that is only referred to is changed where it is.
func (w *walker) response(at pointer) {
	response := w.at(at)
	if response["$ref"] != nil {
		return
	}
	headers := at.to("headers")
	for _, name := range names(response["headers"]) {
		w.add("header", headers, name+" is dropped", drop(name))
		w.add("header", headers, name+" becomes X-"+name, func(node object) { rename(node, name, "X-"+name) })
		w.add("header", headers, name+" is an optional string", set(name, object{"schema": object{"type": "string"}}))
	}
	w.add("header", at, "a required header is added", func(node object) {
		added, _ := node["headers"].(object)
		if added == nil {
			added = object{}
			node["headers"] = added
		}
		added["Retry-At"] = object{"required": true, "schema": object{"type": "string"}}
	})
	w.add("media type", at, "content is dropped", drop("content"))
	w.content(at)
}

func (w *walker) content(body pointer) {
	at := body.to("content")
	for _, name := range names(w.at(at)) {
		for _, other := range []string{"application/xml", "text/plain", "application/vnd.api+json"} {
			w.add("media type", at, name+" becomes "+other, func(node object) { rename(node, name, other) })
		}
		w.add("media type", at, "application/xml is added", func(node object) { node["application/xml"] = node[name] })
		media := at.to(name)
		w.add("schema", media, "schema is dropped", drop("schema"))
		w.references(media, "schema")
	}
}

func (w *walker) header(at pointer) {
	header := w.at(at)
	if required, _ := header["required"].(bool); required {
		w.add("header", at, "is optional", drop("required"))
	}
	w.schema(at.to("schema"))
}

// references points a reference elsewhere: to each other schema of the document, but for those that hold the reference
// themselves, since such a schema has values without end.
func (w *walker) references(at pointer, key string) {
	node, _ := w.at(at)[key].(object)
	ref, _ := node["$ref"].(string)
	if ref == "" {
		return
	}
	for _, name := range names(find(w.root, "/components/schemas")) {
		other := "#/components/schemas/" + name
		if other != ref && !w.holds(other, at) {
			w.add("reference", at, key+" becomes "+name, set(key, object{"$ref": other}))
		}
	}
}

// holds reports whether a place is in the schema that a reference means, or in one that this refers to.
func (w *walker) holds(ref string, at pointer) bool {
	schema := strings.TrimPrefix(ref, "#")
	return strings.HasPrefix(string(at)+"/", schema+"/") ||
		slices.ContainsFunc(referred(find(w.root, schema)), func(inner string) bool { return w.holds(inner, at) })
}

func referred(node any) (refs []string) {
	switch node := node.(type) {
	case object:
		if ref, ok := node["$ref"].(string); ok {
			return []string{ref}
		}
		for _, name := range names(node) {
			refs = append(refs, referred(node[name])...)
		}
	case []any:
		for _, item := range node {
			refs = append(refs, referred(item)...)
		}
	}
	return refs
}
