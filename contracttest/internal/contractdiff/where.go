package contractdiff

import (
	"slices"
	"strings"
)

// Where is a place in the API, for people.
type Where struct {
	API      string   // the operation or webhook, e.g. "POST /customers"
	Side     string   // "request", "response", a parameter; may be empty
	Statuses []string // of a response
	Header   string   // of a response
	Inside   string   // the property, e.g. "addresses[].zip"; may be empty
}

func (w Where) String() string {
	text := w.API
	if w.Side != "" {
		text += ", " + w.Side
	}
	if len(w.Statuses) > 1 {
		text += "s"
	}
	if len(w.Statuses) > 0 {
		text += " " + strings.Join(w.Statuses, ", ")
	}
	if w.Header != "" {
		text += ", header " + w.Header
	}
	if w.Inside != "" {
		text += ": " + w.Inside
	}
	return printable(text)
}

// addWhere adds a place, to the same place in another response if there is one.
func addWhere(all []Where, w Where) []Where {
	for i := range all {
		o := &all[i]
		if len(w.Statuses) > 0 && len(o.Statuses) > 0 && w.API == o.API && w.Header == o.Header && w.Inside == o.Inside {
			if !slices.Contains(o.Statuses, w.Statuses[0]) {
				o.Statuses = append(o.Statuses, w.Statuses[0])
			}
			return all
		}
	}
	return append(all, w)
}

// where reads a path of the form that is compared.
func where(path []string) Where {
	w := Where{API: "the document"}
	for i := 0; i < len(path); i++ {
		next := ""
		if i+1 < len(path) {
			next = path[i+1]
		}
		switch path[i] {
		case "paths":
			w.API = next
			if i+2 < len(path) {
				w.API = strings.ToUpper(path[i+2]) + " " + next
			}
			i += 2
		case "webhooks":
			w.API = "webhook " + next
			i += 2
		case "requestBody":
			w.Side = "request"
		case "responses":
			w.Side, w.Statuses = "response", []string{next}
			i++
		case "headers":
			w.Header = next
			i++
		case "parameters":
			w.Side = next
			i++
		case "securitySchemes":
			w.API = "the API key"
			i++
		case "content":
			i++
		case "properties":
			w.Inside = strings.TrimPrefix(w.Inside+"."+next, ".")
			i++
		case "items":
			w.Inside += "[]"
		}
	}
	return w
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
