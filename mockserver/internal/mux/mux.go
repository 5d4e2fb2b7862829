// Package mux takes the place of http.ServeMux in a generated server, whose operation is known before it is asked: http.ServeMux would look for it
// once more, redirect where an id is "..", and find nothing where it is "%2F".
package mux

import (
	"net/http"
	"net/url"
	"strings"
)

// Handlers are the handlers of the operations of a generated server, by method, space and path template, as in "GET /customers/{id}".
type Handlers map[string]http.HandlerFunc

// HandleFunc is what the generated code registers an operation with.
func (h Handlers) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	h[strings.TrimSuffix(pattern, "{$}")] = handler
}

// ServeHTTP calls the handler of the operation that r.Pattern names.
func (h Handlers) ServeHTTP(w http.ResponseWriter, r *http.Request) { h[r.Pattern](w, r) }

// SetPathValues hands the values of a template like "/customers/{id}" to a generated server, which reads them by r.PathValue. The
// template is the end of the path.
func SetPathValues(r *http.Request, template string) {
	if !strings.Contains(template, "{") {
		return
	}
	names := strings.Split(template, "/")
	values := strings.Split(r.URL.EscapedPath(), "/")
	values = values[len(values)-len(names):]
	for i, name := range names {
		if name, isParameter := strings.CutPrefix(name, "{"); isParameter {
			value, _ := url.PathUnescape(values[i]) // net/http has parsed the path
			r.SetPathValue(strings.TrimSuffix(name, "}"), value)
		}
	}
}
