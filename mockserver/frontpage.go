package mockserver

import (
	"fmt"
	"io"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/page"
)

// isFrontPage reports whether a person, or the browser of one, asks for what the API does not have: "/", to see what
// answers here, and the icon of a page. Neither is a request of the API, so that neither is refused, kept or logged.
func isFrontPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && (r.URL.Path == "/" || r.URL.Path == "/favicon.ico")
}

// frontPage says where to look, and sends a browser there. There is no icon.
func (s *Server) frontPage(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path != "/" {
		header.Set("Cache-Control", "max-age=86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	header.Set("Vary", "Accept")
	if page.PrefersHTML(r.Header) {
		http.Redirect(w, r, control.Path+"/", http.StatusFound)
		return
	}
	header.Set("Content-Type", "text/plain; charset=utf-8")
	origin := "http://" + r.Host
	base := origin + gen.BasePath
	line := func(what, where string) { fmt.Fprintf(w, "  %-23s %s\n", what, where) }
	_, _ = io.WriteString(w, "bitbybit-mock answers bitbybit's customer API from memory.\n\n")
	line("See it in a browser", origin+"/_mock/")
	line("Base URL for a client", base)
	for _, operation := range s.judge.Operations() {
		line(operation.Spec.Summary, operation.Method+" "+base+operation.Path)
	}
}
