// Package page is what a browser sees of the mock at /_mock/: what arrived, why it was refused, and forms for what one does next.
//
// [Middleware] stands before the control API and serves the page, its stylesheet, its script and its forms; anything else goes on. What the page
// shows and does it asks the control API for, in this process, through the client that is generated from control.yaml (api.go): whatever the page
// can do, a script can. view.go gathers what is shown, row.go and customers.go are parts of it; form.go and faultform.go carry out what was sent;
// webhooks.go and webhookform.go are the same for webhooks; body.go marks the places in a body that are wrong; query.go is the address, which is all the state that the page has. The page is whole without
// the script, which adds what HTML has not: the list as it grows, copying, keys.
//
// Everything that arrived at the mock is untrusted. html/template escapes it, [visible] makes control and bidirectional characters visible, and the
// content security policy allows nothing but the page's own files.
package page

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

//go:embed page.css page.js icon.svg
var files embed.FS

//go:embed *.html
var templates embed.FS

// mediaTypes are the files that the page is made of.
var mediaTypes = map[string]string{
	"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
}

// policy allows the page its own stylesheet, script, icon, events and forms, and nothing else. No script can make markup of a text.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Middleware serves the page at a path; requests for anything else go on to the control API, which stands behind it.
func Middleware(path string) func(api http.Handler) http.Handler {
	return func(api http.Handler) http.Handler {
		p := &page{path: path, api: api, token: rand.Text(), template: sync.OnceValue(parse)}
		return http.HandlerFunc(p.serve)
	}
}

type page struct {
	path  string // without a slash at its end
	api   http.Handler
	token string // what a form carries where no header tells that it is the page's own
	// template is parsed at the first request: a mock that nobody looks at does not pay for it.
	template func() *template.Template
}

func parse() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"visible": visible, "inc": func(i int) int { return i + 1 }}).ParseFS(templates, "*.html"))
}

func (p *page) serve(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path, p.path+"/")
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case below && isRead && mediaTypes[name] != "":
		p.file(w, name)
	case below && name == "" && isRead:
		w.Header().Add("Vary", "Accept")
		if PrefersHTML(r.Header) {
			p.read(w, r)
			return
		}
		p.api.ServeHTTP(w, r)
	case below && name == "" && r.Method == http.MethodPost && isForm(r.Header):
		p.form(w, r)
	default:
		p.api.ServeHTTP(w, r)
	}
}

// read shows the page. An address with a whole key in it is replaced with one that has its id: a link can be sent.
func (p *page) read(w http.ResponseWriter, r *http.Request) {
	q, key := parseQuery(r.URL.Query()), strings.TrimSpace(r.URL.Query().Get("key"))
	if key == "" || isKeyID(key) {
		p.show(w, r, blank(""))
		return
	}
	limit := 1
	found, err := decode[gencontrol.RequestList](p.client(r).ListRequests(r.Context(), &gencontrol.ListRequestsParams{Key: &key, Limit: &limit}))
	q.Key = ""
	switch {
	case err != nil:
	case len(found.Data) > 0 && found.Data[0].KeyID != "":
		q.Key = found.Data[0].KeyID
		http.Redirect(w, r, p.path+"/"+q.String(), http.StatusFound)
		return
	default:
		err = failure("No request with that key is in the journal.")
	}
	r.URL.RawQuery = strings.TrimPrefix(q.String(), "?")
	p.show(w, r, blank(err.Error()))
}

func (p *page) file(w http.ResponseWriter, name string) {
	content, _ := files.ReadFile(name) // it is one of mediaTypes
	header := w.Header()
	header.Set("Content-Type", mediaTypes[name])
	header.Set("Content-Length", strconv.Itoa(len(content)))
	header.Set("Content-Security-Policy", policy) // for an icon that is opened by itself
	_, _ = w.Write(content)
}

// outcome is what came of a form.
type outcome struct {
	failure string // what went wrong, for people; empty where nothing did
	// edit and fault are what was filled in, so that it can be mended.
	edit         edit
	fault        faultInput
	webhookFault webhookFaultInput
}

// blank is an outcome with nothing filled in; failure may be empty.
func blank(failure string) outcome {
	return outcome{failure: failure, fault: emptyFault, webhookFault: emptyWebhookFault}
}

// show answers with the page.
func (p *page) show(w http.ResponseWriter, r *http.Request, o outcome) {
	v, err := p.view(r, o)
	if err == nil {
		var b bytes.Buffer
		if err = p.template().ExecuteTemplate(&b, "page.html", v); err == nil {
			write(w, o, b.Bytes())
			return
		}
	}
	panic(fmt.Sprintf("the page cannot be made: %v", err)) // answered 500 by the control API, and logged
}

func write(w http.ResponseWriter, o outcome, html []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(html)))
	header.Set("Content-Security-Policy", policy)
	// Not no-referrer: with that a browser says "Origin: null" of the page's own forms.
	header.Set("Referrer-Policy", "same-origin")
	status := http.StatusOK
	if o.failure != "" {
		status = http.StatusBadRequest
	}
	w.WriteHeader(status)
	_, _ = w.Write(html)
}

// PrefersHTML reports whether an Accept header asks for text/html by name, and not for JSON rather (RFC 9110 section 12.5.1).
func PrefersHTML(header http.Header) bool {
	quality := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(header["Accept"], ","), ",") {
		name, parameters, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		q, err := strconv.ParseFloat(parameters["q"], 64)
		if parameters["q"] == "" || err != nil {
			q = 1
		}
		quality[name] = q
	}
	return quality["text/html"] > 0 && quality["text/html"] >= quality["application/json"]
}

func isForm(header http.Header) bool {
	name, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return err == nil && name == "application/x-www-form-urlencoded"
}
