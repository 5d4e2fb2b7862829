package contracttest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// credential is where the contract wants the API key.
type credential struct {
	in     string // "header", "query" or "cookie"
	name   string
	prefix string // what stands before the key, e.g. "Bearer "
}

// credentialOf is the credential of an operation; nil where it needs none.
func credentialOf(doc *openapi3.T, operation *openapi3.Operation) *credential {
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
				return &credential{in: scheme.In, name: scheme.Name}
			case scheme.Type == "http" && strings.EqualFold(scheme.Scheme, "bearer"):
				return &credential{in: "header", name: "Authorization", prefix: "Bearer "}
			}
		}
	}
	return nil
}

// apply puts a key into a request.
func (c *credential) apply(r *request, key string) {
	if c == nil {
		return
	}
	switch c.in {
	case "query":
		r.query = url.Values{c.name: {key}}.Encode()
	case "cookie":
		r.header.Set("Cookie", c.name+"="+key)
	default:
		r.header.Set(c.name, c.prefix+key)
	}
}

// read finds the key of a request, where the contract wants it.
func (c *credential) read(r request) (key string, found bool) {
	switch c.in {
	case "query":
		values, _ := url.ParseQuery(r.query)
		return values.Get(c.name), values.Has(c.name)
	case "cookie":
		cookies, _ := http.ParseCookie(r.header.Get("Cookie"))
		for _, cookie := range cookies {
			if cookie.Name == c.name {
				return cookie.Value, true
			}
		}
		return "", false
	}
	values := r.header.Values(c.name)
	if len(values) == 0 {
		return "", false
	}
	key, found = strings.CutPrefix(values[0], c.prefix)
	return key, found
}

// elsewhere reports whether the key is anywhere in a request.
func elsewhere(r request, key string) bool {
	if strings.Contains(r.query, url.QueryEscape(key)) {
		return true
	}
	for _, values := range r.header {
		for _, value := range values {
			if strings.Contains(value, key) {
				return true
			}
		}
	}
	return false
}
