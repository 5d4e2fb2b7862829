package access

import (
	"fmt"
	"strings"
)

// Scopes is a set of scopes: three bits for each resource, in the order of resources and actions.
type Scopes uint16

var (
	resources = [...]string{"customers", "orders", "products", "messages"}
	actions   = [...]string{"read", "write", "delete"}
)

const everyScope Scopes = 1<<(len(resources)*len(actions)) - 1

// Has reports whether a key has all of some scopes.
func (g *Grant) Has(needed Scopes) bool { return g.scopes&needed == needed }

func parseScopes(list string) (set Scopes, err error) {
	for name := range strings.SplitSeq(list, "+") {
		one := Scope(name)
		if one == 0 {
			return 0, fmt.Errorf("a scope must be one of %s with :read, :write or :delete, as in customers:write, got %s",
				strings.Join(resources[:], ", "), quoteUnlessKey(name))
		}
		set |= one
	}
	return set, nil
}

// Scope is the scope with a name, as in "customers:write"; 0 where there is none.
func Scope(name string) Scopes {
	for i, resource := range resources {
		for j, action := range actions {
			if name == resource+":"+action {
				return 1 << (i*len(actions) + j)
			}
		}
	}
	return 0
}
