package contracttest_test

import (
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// wrongRoutes answers other methods and other paths wrongly, and shows what only the whole run can tell.
func wrongRoutes() (servers []wrongServer) {
	method := func(name string, after func(x *exchange)) {
		servers = append(
			servers,
			wrongServer{name: name, check: result.MethodNotAllowed, after: func(x *exchange) {
				if x.status == http.StatusMethodNotAllowed {
					after(x)
				}
			}},
		)
	}
	method("another method is 404", func(x *exchange) { x.status = http.StatusNotFound; x.header.Del("Allow") })
	method("another method is 200", func(x *exchange) { x.status = http.StatusOK; x.header.Del("Allow") })
	method("Allow is lost", func(x *exchange) { x.header.Del("Allow") })
	method(
		"Allow names all methods",
		func(x *exchange) { x.header.Set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE") },
	)
	method("Allow names the wrong method", func(x *exchange) { x.header.Set("Allow", "GET") })
	servers = append(
		servers,
		wrongServer{name: "PUT is POST", check: result.MethodNotAllowed, before: func(x *exchange) {
			if x.request.Method == http.MethodPut {
				x.request.Method = http.MethodPost
			}
		}},
	)

	path := func(name string, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: result.UnknownPath, after: func(x *exchange) {
			if x.status == http.StatusNotFound && !x.operation() {
				after(x)
			}
		}})
	}
	path("another path is 200", func(x *exchange) { x.status = http.StatusOK })
	path("another path is a redirect", func(x *exchange) {
		x.status = http.StatusMovedPermanently
		x.header.Set("Location", gen.BasePath+"/customers")
	})
	path("another path is 401", func(x *exchange) { x.refuse(http.StatusUnauthorized, "INVALID_API_KEY") })
	lenient := func(name string, change func(path string) string) {
		servers = append(servers, wrongServer{name: name, check: result.UnknownPath, before: func(x *exchange) {
			x.request.URL.Path, x.request.URL.RawPath = change(x.request.URL.Path), ""
		}})
	}
	lenient("a slash at the end is the same path", func(path string) string { return strings.TrimSuffix(path, "/") })
	lenient("two slashes are one", func(path string) string { return strings.ReplaceAll(path, "//", "/") })
	lenient("paths are not case-sensitive", strings.ToLower)
	lenient("what is below the path is the path", func(path string) string {
		if before, _, ok := strings.Cut(path, "/customers/"); ok {
			return before + "/customers"
		}
		return path
	})

	notice := func(name string, check result.Check, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: check, after: after})
	}
	notice(
		"a password is shown",
		result.UndocumentedProperty,
		inCustomer(func(customer map[string]any) { customer["passwordHash"] = "x" }),
	)
	notice(
		"mainAddress is shown",
		result.PropertyDirection,
		inAddresses(func(address map[string]any) { address["mainAddress"] = false }),
	)
	notice(
		"an error shows a request id",
		result.UndocumentedProperty,
		inError(func(problem map[string]any) { problem["requestId"] = "1" }),
	)
	notice("tags are always there", result.AlwaysPresentOptional, inCustomer(func(customer map[string]any) {
		for _, name := range append([]string{"tags", "addresses"}, customerTexts...) {
			if _, ok := customer[name]; !ok {
				customer[name] = nil
			}
		}
	}))
	servers = append(
		servers,
		wrongServer{
			name:  "an error that no input causes never comes",
			check: result.DocumentedNeverSeen,
			live:  true,
		},
	)
	return servers
}
