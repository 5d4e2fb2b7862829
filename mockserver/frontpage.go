package mockserver

import (
	"io"
	"net/http"
	"strings"
)

// isFrontPage reports whether a person, or the browser of one, asks for what the API does not have: "/", to see what
// answers here, and the icon of a page. Neither is a request of the API, so that neither is refused, kept or logged.
func isFrontPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && (r.URL.Path == "/" || r.URL.Path == "/favicon.ico")
}

// frontPage says where to look. There is no icon.
func (s *Server) frontPage(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path != "/" {
		header.Set("Cache-Control", "max-age=86400")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	header.Set("Content-Type", "text/plain; charset=utf-8")
	origin := "http://" + r.Host
	base := origin + s.judge.BasePaths()[0]
	words := strings.NewReplacer("{origin}", origin, "{base}", base)
	_, _ = io.WriteString(w, words.Replace(`bitbybit-mock answers bitbybit's create-customer API from memory.

  Base URL for a client   {base}
  Create a customer       POST {base}/customers
  What arrived, and more  {origin}/_mock/
`))
}
