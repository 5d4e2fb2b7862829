package control

import (
	"net/http"
	"net/url"
	"strings"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// handlers are the handlers of the generated server by the pattern that contract has found. They take the place of http.ServeMux, which would
// redirect where an id is ".." and finds nothing where it is "%2F".
type handlers map[string]http.HandlerFunc

func handlersOf(server gencontrol.ServerInterface) handlers {
	h := handlers{}
	gencontrol.HandlerWithOptions(server, gencontrol.StdHTTPServerOptions{BaseURL: Path, BaseRouter: h, ErrorHandlerFunc: badRequest})
	return h
}

func badRequest(w http.ResponseWriter, _ *http.Request, err error) {
	refuse(w, http.StatusBadRequest, gencontrol.CodeInvalidRequest, err.Error())
}

// HandleFunc is what the generated code calls.
func (h handlers) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	h[strings.TrimSuffix(pattern, "{$}")] = handler
}

func (h handlers) ServeHTTP(w http.ResponseWriter, r *http.Request) { h[r.Pattern](w, r) }

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
