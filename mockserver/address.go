package mockserver

import (
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// address asks that the caller is in the allowlist of the key, if it has one (page "IP Whitelisting").
func (s *Server) address(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		if !x.grant.Allows(r.RemoteAddr) {
			refuse(x, http.StatusForbidden, gen.CodeIPNotAllowed, "The caller's address is not in the allowlist of the API key.")
			return
		}
		next.ServeHTTP(w, r)
	})
}
