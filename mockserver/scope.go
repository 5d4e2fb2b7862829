package mockserver

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// scope asks that the key may do what the operation does (page "Authentication").
func (s *Server) scope(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		// createCustomer is the contract's only operation.
		if x.grant.scopes&customersWrite == 0 {
			refuse(x, http.StatusForbidden, gen.CodeInsufficientScope, "The API key lacks the scope customers WRITE.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// scopes is a set of scopes: three bits for each resource, in the order of resources and actions.
type scopes uint16

var (
	resources = [...]string{"customers", "orders", "products", "messages"}
	actions   = [...]string{"read", "write", "delete"}
)

const (
	customersWrite scopes = 1 << 1
	everyScope     scopes = 1<<(len(resources)*len(actions)) - 1
)

func parseScopes(list string) (set scopes, err error) {
	for name := range strings.SplitSeq(list, "+") {
		one := scopeNamed(name)
		if one == 0 {
			return 0, fmt.Errorf("a scope must be one of %s with :read, :write or :delete, as in customers:write, got %s",
				strings.Join(resources[:], ", "), quoteUnlessKey(name))
		}
		set |= one
	}
	return set, nil
}

func scopeNamed(name string) scopes {
	for i, resource := range resources {
		for j, action := range actions {
			if name == resource+":"+action {
				return 1 << (i*len(actions) + j)
			}
		}
	}
	return 0
}
