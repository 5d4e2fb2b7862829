package player

import (
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// judgeKey looks for a key where the contract says that it is. The result is an error code, empty where nothing is
// wrong.
func (p *Player) judgeKey(operation *judge.Operation, r *http.Request) string {
	doc := p.plays.Document()
	needs := doc.Security
	if operation.Spec.Security != nil {
		needs = *operation.Spec.Security
	}
	code := ""
	for _, need := range needs {
		if len(need) == 0 {
			return ""
		}
		for name := range need {
			code = keyCode(r, doc.Components.SecuritySchemes[name].Value)
			if code == "" {
				return ""
			}
		}
	}
	return code
}

func keyCode(r *http.Request, scheme *openapi3.SecurityScheme) string {
	keys := r.Header.Values(scheme.Name)
	switch {
	case scheme.Type == "http":
		keys = r.Header.Values("Authorization")
		for i := range keys {
			keys[i] = strings.TrimPrefix(keys[i], "Bearer ")
		}
	case scheme.In == "query":
		keys = r.URL.Query()[scheme.Name]
	case scheme.In == "cookie":
		keys = nil
		for _, cookie := range r.CookiesNamed(scheme.Name) {
			keys = append(keys, cookie.Value)
		}
	}
	switch {
	case len(keys) == 0:
		return "MISSING_API_KEY"
	case len(keys) > 1 || !wellFormed(keys[0]):
		return "INVALID_API_KEY"
	}
	return ""
}

func wellFormed(key string) bool {
	name, ok := strings.CutPrefix(key, gen.KeyPrefixTest)
	if !ok {
		name, ok = strings.CutPrefix(key, gen.KeyPrefixLive)
	}
	return ok && name != "" && len(key) <= 256 &&
		!strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' })
}
