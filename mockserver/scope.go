package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
)

// scope asks that the key may do what the operation does (page "Authentication"). Which scope that is, the contract says beside
// the operationId (x-scope); an operation without one is open to every key.
func (s *Server) scope(next http.Handler) http.Handler {
	needed := map[*judge.Operation]access.Scopes{}
	for _, operation := range s.judge.Operations() {
		if name := scopeOf(operation); name != "" {
			if needed[operation] = access.Scope(name); needed[operation] == 0 {
				panic(fmt.Sprintf("mockserver: x-scope of %s in openapi.yaml must be a scope like customers:write, got %q", operation.ID, name))
			}
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		if !x.grant.Has(needed[x.operation]) {
			resource, action, _ := strings.Cut(scopeOf(x.operation), ":")
			refuse(x, http.StatusForbidden, gen.CodeInsufficientScope, "The API key lacks the scope "+resource+" "+strings.ToUpper(action)+".")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func scopeOf(operation *judge.Operation) string {
	name, _ := operation.Spec.Extensions["x-scope"].(string)
	return name
}
