package exchange

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Credential is where the contract wants the API key.
type Credential struct {
	in     string // "header", "query" or "cookie"
	Name   string
	header string // the name as http.Header has it
	prefix string // what stands before the key, e.g. "Bearer "
}

// CredentialOf is the credential of an operation; nil where it needs none.
func CredentialOf(doc *openapi3.T, operation *openapi3.Operation) *Credential {
	security := doc.Security
	if operation.Security != nil {
		security = *operation.Security
	}
	if doc.Components == nil {
		return nil
	}
	for _, requirement := range security {
		for name := range requirement {
			ref := doc.Components.SecuritySchemes[name]
			if ref == nil || ref.Value == nil {
				continue
			}
			switch scheme := ref.Value; {
			case scheme.Type == "apiKey":
				return &Credential{in: scheme.In, Name: scheme.Name, header: http.CanonicalHeaderKey(scheme.Name)}
			case scheme.Type == "http" && strings.EqualFold(scheme.Scheme, "bearer"):
				return &Credential{in: "header", Name: "Authorization", header: "Authorization", prefix: "Bearer "}
			}
		}
	}
	return nil
}

// Apply puts a key into a request.
func (c *Credential) Apply(r *Request, key string) {
	if c == nil {
		return
	}
	switch c.in {
	case "query":
		r.Ask(c.Name, key)
	case "cookie":
		r.Header.Set("Cookie", c.Name+"="+key)
	default:
		r.Header.Set(c.Name, c.prefix+key)
	}
}

// Read finds the key of a request, where the contract wants it.
func (c *Credential) Read(r Request) (key string, found bool) {
	switch c.in {
	case "query":
		values, _ := url.ParseQuery(r.Query)
		return values.Get(c.Name), values.Has(c.Name)
	case "cookie":
		cookies, _ := http.ParseCookie(r.Header.Get("Cookie"))
		for _, cookie := range cookies {
			if cookie.Name == c.Name {
				return cookie.Value, true
			}
		}
		return "", false
	}
	values := r.Header[c.header]
	if len(values) == 0 {
		return "", false
	}
	key, found = strings.CutPrefix(values[0], c.prefix)
	return key, found
}

// elsewhere reports whether the key is anywhere in a request.
func elsewhere(r Request, key string) bool {
	if strings.Contains(r.Query, url.QueryEscape(key)) {
		return true
	}
	for _, values := range r.Header {
		for _, value := range values {
			if strings.Contains(value, key) {
				return true
			}
		}
	}
	return false
}
