package page

import (
	"context"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// mostForm is how many bytes a form may have.
const mostForm = 2 << 20

// edit is a request as it was filled in to be sent again.
type edit struct {
	given                         bool
	Method, Target, Headers, Body string
	Key                           string // not shown again: it may be a whole key
	Without                       []string
}

// form carries out what a form asks for, then sends the browser back to the address that it was sent to: a page that is read anew does not send it again.
func (p *page) form(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	back := parseQuery(r.URL.Query()) // a form is sent to the address of its page
	r.URL.RawQuery = strings.TrimPrefix(back.String(), "?")
	if err := r.ParseForm(); err != nil {
		p.show(w, r, blank("The form could not be read: "+err.Error()))
		return
	}
	if !p.isOwn(r) {
		p.show(w, r, blank("The form is not from this page, or the mock was started anew meanwhile. Nothing was done: send it again."))
		return
	}
	if err := p.act(r.Context(), p.client(r), r.PostForm, &back); err != nil {
		r.URL.RawQuery = strings.TrimPrefix(back.String(), "?")
		p.show(w, r, outcome{failure: err.Error(), edit: editIn(r.PostForm), fault: faultIn(r.PostForm), webhookFault: webhookFaultIn(r.PostForm)})
		return
	}
	http.Redirect(w, r, p.path+"/"+back.String(), http.StatusSeeOther)
}

// isOwn reports whether a form was sent by the page itself. A browser says so in a header, and the guard of the control API has looked at what it
// says; for clients that send neither header the form carries a token, which no other page can read.
func (p *page) isOwn(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" || origin == "http://"+r.Host || origin == "https://"+r.Host {
		return true
	}
	return subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(p.token)) == 1
}

// act does what the button says: a name, and what it is about.
func (p *page) act(ctx context.Context, api *gencontrol.Client, form url.Values, back *query) error {
	action, about, _ := strings.Cut(form.Get("do"), " ")
	key := set(about)
	back.Panel = ""
	if slices.Contains([]string{"reset", "reset-rate-limit", "empty", "forget"}, action) {
		back.Panel = "keys"
	}
	if about == "" && slices.Contains([]string{
		"clear-fault", "resend", "resend-edited", "redeliver", "send-test", "suspend", "reactivate", "clear-webhook-fault",
	}, action) {
		return failure("The form does not say what it is about: read the page anew.")
	}
	switch action {
	case "fault":
		back.Panel = "fault"
		return addFault(ctx, api, faultIn(form))
	case "clear-fault":
		return done(api.DeleteFault(ctx, about, &gencontrol.DeleteFaultParams{}))
	case "clear-faults":
		return done(api.DeleteFaults(ctx, &gencontrol.DeleteFaultsParams{}))
	case "reset":
		back.Before = ""
		if key == nil {
			back.Request = ""
		}
		return done(api.Reset(ctx, &gencontrol.ResetParams{Key: key}))
	case "reset-rate-limit":
		return done(api.ResetRateLimit(ctx, &gencontrol.ResetRateLimitParams{Key: key}))
	case "empty":
		return done(api.DeleteCustomers(ctx, &gencontrol.DeleteCustomersParams{Key: key}))
	case "forget":
		back.Request, back.Before = "", ""
		return done(api.DeleteRequests(ctx, &gencontrol.DeleteRequestsParams{Key: key}))
	case "resend":
		return resend(ctx, api, about, gencontrol.ResendInput{}, back)
	case "resend-edited":
		came, err := decode[gencontrol.RequestEntry](api.GetRequest(ctx, about, &gencontrol.GetRequestParams{}))
		if err != nil {
			return err
		}
		input, err := editIn(form).input(came)
		if err != nil {
			return err
		}
		return resend(ctx, api, about, input, back)
	}
	if ok, err := actOnWebhooks(ctx, api, action, about, form, back); ok {
		return err
	}
	return failure("The page has no such form: read it anew.")
}

func done(response *http.Response, err error) error {
	_, err = decode[struct{}](response, err)
	return err
}

// resend sends a request again, and shows the new one.
func resend(ctx context.Context, api *gencontrol.Client, id string, input gencontrol.ResendInput, back *query) error {
	entry, err := decode[gencontrol.RequestEntry](api.ResendRequest(ctx, id, &gencontrol.ResendRequestParams{}, input))
	if err == nil {
		*back = back.alone()
		back.Request, back.Before = entry.ID, ""
	}
	return err
}

func editIn(form url.Values) edit {
	// A form sends line breaks as CRLF (WHATWG HTML, "multipart and urlencoded form data").
	text := func(name string) string { return strings.ReplaceAll(form.Get(name), "\r\n", "\n") }
	return edit{
		given:  strings.HasPrefix(form.Get("do"), "resend-edited "),
		Method: strings.TrimSpace(text("method")), Target: strings.Trim(text("target"), " "), Headers: text("headers"), Body: text("body"),
		Key: strings.TrimSpace(text("key")), Without: form["without"],
	}
}

// masked is what is shown again of what was filled in.
func (e edit) masked() edit {
	e.Method, e.Target, e.Headers, e.Body = mask.Keys(e.Method), mask.Keys(e.Target), mask.Keys(e.Headers), mask.Keys(e.Body)
	return e
}

// IsWithout reports whether a member is to be left out.
func (e edit) IsWithout(pointer string) bool { return slices.Contains(e.Without, pointer) }

// editOf is a request as it is offered to be edited.
func editOf(r gencontrol.RequestEntry) edit {
	return edit{Method: visible(r.Method), Target: visible(r.Target), Headers: visible(headerLines(editable(r.Headers))), Body: inField(r.Body)}
}

// input is what is different from what came. What is shown masked, and a body that was not edited, are sent as they came.
func (e edit) input(came gencontrol.RequestEntry) (gencontrol.ResendInput, error) {
	input := gencontrol.ResendInput{Key: e.Key, Without: e.Without, Headers: map[string][]string{}}
	before := editOf(came)
	if e.Method != before.Method {
		input.Method = e.Method
	}
	if e.Target != before.Target {
		input.Target = unescaped(e.Target, came.Target)
	}
	if e.Body != before.Body {
		body := e.Body
		if _, isJSON := indent(came.Body, nil, escaped); !isJSON { // in JSON hidden characters are escaped
			body = unescaped(e.Body, came.Body)
		}
		input.Body = &body
	}
	for _, edited := range []struct{ what, text, came string }{{"path", input.Target, came.Target}, {"body", given(input.Body), came.Body}} {
		if masked := maskedKey().FindString(edited.text); masked != "" && maskedKey().MatchString(edited.came) {
			return input, failure("The " + edited.what + " has a key in it that is not shown: type it anew in the place of " + masked + ".")
		}
	}
	lines := map[string][]string{}
	for line := range strings.Lines(e.Headers) {
		name, value, ok := strings.Cut(strings.Trim(line, " \t\r\n"), ":")
		name = http.CanonicalHeaderKey(name)
		switch {
		case strings.Trim(line, " \t\r\n") == "":
		case !ok || name == "":
			return input, failure(`headers: must be a line each, as in "Prefer: code=429"`)
		default:
			lines[name] = append(lines[name], strings.Trim(value, " \t"))
		}
	}
	for name, values := range lines {
		text := unescaped(strings.Join(values, "\n"), strings.Join(came.Headers[name], "\n"))
		input.Headers[name] = strings.Split(text, "\n")
	}
	for name, values := range editable(came.Headers) {
		switch now, ok := input.Headers[name]; {
		case !ok:
			input.Headers[name] = []string{}
		case slices.EqualFunc(now, values, func(now, came string) bool { return now == strings.Trim(came, " \t") }):
			delete(input.Headers, name)
		case slices.ContainsFunc(now, func(value string) bool { return strings.Contains(value, "…") && slices.Contains(values, value) }):
			return input, failure("The header " + name + " has a value that is not shown: type it anew in the place of …, or leave the header as it is.")
		}
	}
	return input, nil
}

// maskedKey finds what is shown in the place of a key, whose prefix can be in capitals or escaped as in a URL or in JSON.
var maskedKey = sync.OnceValue(func() *regexp.Regexp {
	var prefixes []string
	for _, prefix := range []string{gen.KeyPrefixTest, gen.KeyPrefixLive} {
		var b strings.Builder
		for i := range len(prefix) {
			fmt.Fprintf(&b, `(?:%c|%%%02x|\\u00%02x)`, prefix[i], prefix[i], prefix[i])
		}
		prefixes = append(prefixes, b.String())
	}
	return regexp.MustCompile(`(?i)(?:` + strings.Join(prefixes, "|") + `)…`)
})

// editable are the headers that can be edited: not that of the key, which has a field of its own, nor those that are about
// the connection or the length of the body.
func editable(headers gencontrol.Headers) gencontrol.Headers {
	headers = maps.Clone(headers)
	for _, name := range []string{
		http.CanonicalHeaderKey(gen.KeyHeader), "Connection", "Content-Length", "Expect", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	} {
		delete(headers, name)
	}
	return headers
}

// pointerTo is the JSON Pointer of a member of the whole value.
func pointerTo(name string) string { return string(jsontext.Pointer("").AppendToken(name)) }

// IsGiven reports whether it was filled in, and not offered.
func (e edit) IsGiven() bool { return e.given }
