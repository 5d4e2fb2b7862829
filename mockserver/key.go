package mockserver

import (
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// key asks for an API key (pages "Authentication" and "Errors"). It comes before the body is looked at: without a key nobody learns what is wrong
// with the body.
func (s *Server) key(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		keys := r.Header.Values("x-api-key")
		switch {
		case len(keys) == 0:
			refuse(x, http.StatusUnauthorized, gen.CodeMissingAPIKey, "The x-api-key header is missing.")
		case len(keys) > 1 || !wellFormed(keys[0]):
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey, "The API key is invalid: a key starts with bbb_live_ or bbb_test_.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// longestKey is how many characters a key may have: our reading, the vendor gives no length.
const longestKey = 256

// wellFormed reports whether a key has the documented shape.
func wellFormed(key string) bool {
	name, ok := strings.CutPrefix(key, "bbb_test_")
	if !ok {
		name, ok = strings.CutPrefix(key, "bbb_live_")
	}
	if !ok || name == "" || len(key) > longestKey {
		return false
	}
	for i := range len(name) {
		if name[i] <= ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}
