package contracttest_test

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// wrongKeys takes keys that are none.
func wrongKeys() (servers []wrongServer) {
	const good = "bbb_test_let_in"
	takes := func(name string, check result.Check, when func(x *exchange, keys []string) bool) {
		servers = append(servers, wrongServer{name: name, check: check, before: func(x *exchange) {
			if when(x, x.request.Header.Values(gen.KeyHeader)) {
				x.request.Header.Set(gen.KeyHeader, good)
			}
		}})
	}
	one := func(when func(key string) bool) func(x *exchange, keys []string) bool {
		return func(_ *exchange, keys []string) bool { return len(keys) == 1 && when(keys[0]) }
	}
	takes("no key is needed", result.MissingKey, func(_ *exchange, keys []string) bool { return len(keys) == 0 })
	takes("no key is needed where all else is right", result.MissingKey, func(x *exchange, keys []string) bool {
		elsewhere := x.request.URL.RawQuery
		for name := range x.request.Header {
			elsewhere += x.request.Header.Get(name)
		}
		return len(keys) == 0 && object(x.sent) != nil && !strings.Contains(elsewhere, "bbb_")
	})
	takes("any key is good", result.WrongKey, one(func(string) bool { return true }))
	takes("an empty key is good", result.WrongKey, one(func(key string) bool { return key == "" }))
	takes(
		"the prefix is enough",
		result.WrongKey,
		one(func(key string) bool { return strings.HasPrefix(key, "bbb_") }),
	)
	takes("the prefix is not looked at", result.WrongKey, one(func(key string) bool { return key != "" }))
	takes("a key may be in the query", result.KeyInWrongPlace, func(x *exchange, keys []string) bool {
		return len(keys) == 0 && strings.Contains(x.request.URL.RawQuery, "bbb_")
	})
	takes("a key may be a bearer token", result.KeyInWrongPlace, func(x *exchange, keys []string) bool {
		return len(keys) == 0 && strings.Contains(x.request.Header.Get("Authorization"), "bbb_")
	})
	takes("a key may be in a cookie", result.KeyInWrongPlace, func(x *exchange, keys []string) bool {
		return len(keys) == 0 && strings.Contains(x.request.Header.Get("Cookie"), "bbb_")
	})
	takes("a key may be in any header", result.KeyInWrongPlace, func(x *exchange, keys []string) bool {
		for name := range x.request.Header {
			if name != "Cookie" && name != "Authorization" && strings.Contains(x.request.Header.Get(name), "bbb_") {
				return len(keys) == 0
			}
		}
		return false
	})
	return servers
}
