package contractdiff

import (
	"slices"
	"strings"
)

// rules are the x-rules about a leaf: those of the place itself; the nearest around it about the same keyword; and those that name the keyword in
// their "about", wherever they stand. all are those of our document.
func (l leaf) rules(all []Rule) []Rule {
	var about []Rule
	add := func(rules ...Rule) {
		for _, rule := range rules {
			if !slices.ContainsFunc(about, func(r Rule) bool { return r.Line == rule.Line }) {
				about = append(about, rule)
			}
		}
	}
	if l.ours != nil {
		add(l.ours.rules...)
	}
	for i := len(l.aroundOurs) - 1; i >= 0; i-- {
		n := l.aroundOurs[i]
		if n.fold != nil {
			continue
		}
		var here []Rule
		for _, rule := range n.rules {
			if rule.Keyword == l.keyword {
				here = append(here, rule)
			}
		}
		if len(here) > 0 {
			add(here...)
			break
		}
	}
	for _, rule := range all {
		if slices.Contains(rule.About, l.keyword) {
			add(rule)
		}
	}
	slices.SortStableFunc(about, func(x, y Rule) int { return x.Line - y.Line })
	return about
}

// where says for people where in the API a path of the compared form is.
func where(path []string) string {
	operation, side, inside := "", "", ""
	for i := 0; i < len(path); i++ {
		next := ""
		if i+1 < len(path) {
			next = path[i+1]
		}
		switch path[i] {
		case "paths", "webhooks":
			if path[i] == "webhooks" {
				operation = "webhook "
			}
			operation += next
			if i+2 < len(path) {
				if path[i] == "paths" {
					operation = strings.ToUpper(path[i+2]) + " " + next
				}
			}
			i += 2
		case "requestBody":
			side = "request"
		case "responses":
			side = "response " + next
			i++
		case "headers":
			side += " header " + next
			i++
		case "parameters", "securitySchemes":
			side = next
			if path[i] == "securitySchemes" {
				side = "the key"
			}
			i++
		case "content":
			i++
		case "properties":
			inside += "." + next
			i++
		case "items":
			inside += "[]"
		}
	}
	text := operation
	for _, part := range []string{strings.TrimSpace(side), strings.TrimPrefix(inside, ".")} {
		if part != "" && text != "" {
			text += ", "
		}
		text += part
	}
	if text == "" {
		return "the document"
	}
	return printable(text)
}

// names are the API's own names in a path: the operation, a status, headers, properties.
func names(path []string) []string {
	var all []string
	for i := 0; i+1 < len(path); i++ {
		switch path[i] {
		case "paths", "webhooks":
			if i+2 < len(path) && path[i] == "paths" {
				all = append(all, strings.ToUpper(path[i+2])+" "+path[i+1])
			} else {
				all = append(all, path[i+1])
			}
			i += 2
		case "responses", "headers", "properties":
			all = append(all, path[i+1])
			i++
		case "parameters":
			_, name, _ := strings.Cut(path[i+1], " ")
			all = append(all, name)
			i++
		}
	}
	return all
}
