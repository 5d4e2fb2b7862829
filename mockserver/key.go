package mockserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// WithKeys names the API keys that exist, each as KEY[=SCOPE+…][@ADDRESS+…]:
//
//	bbb_test_all                                        may do everything, from anywhere
//	bbb_test_ro=customers:read+orders:read              has two scopes
//	bbb_test_office@203.0.113.0/24+2001:db8::1          is good from some addresses only
//
// A scope is a resource (customers, orders, products, messages), a colon, and read, write or delete (page
// "Authentication"). An address is one address or a range in CIDR notation; at most 20 of them, no IPv4 range wider
// than /9, no IPv6 range wider than /33 (page "IP Whitelisting"). The key ends at the first "=" or "@". Any other key
// is 401 INVALID_API_KEY.
//
// Given again, it adds keys. Without it every key of the documented shape is good, and may do everything.
func WithKeys(keys ...string) Option {
	return func(c *config) error {
		if c.keys == nil {
			c.keys = keyring{}
		}
		for _, text := range keys {
			key, parsed, err := parseKey(text)
			if err != nil {
				return fmt.Errorf("WithKeys: key %d (%s): %w", len(c.keys)+1, maskKey(key), err)
			}
			if _, again := c.keys[digestOf(key)]; again {
				return fmt.Errorf("WithKeys: key %d (%s) is named twice: name it once, with all of its scopes and addresses",
					len(c.keys)+1, maskKey(key))
			}
			c.keys[digestOf(key)] = parsed
		}
		return nil
	}
}

// key asks for an API key (pages "Authentication" and "Errors"). It comes before the body is looked at: without a key
// nobody learns what is wrong with the body. It comes before the caller's address too: an invalid key is 401 from
// anywhere (page "IP Whitelisting").
func (s *Server) key(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		keys := r.Header.Values("x-api-key")
		switch {
		case len(keys) == 0:
			refuse(x, http.StatusUnauthorized, gen.CodeMissingAPIKey, "The x-api-key header is missing.")
			return
		case len(keys) > 1:
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid: x-api-key must be sent once.")
			return
		case !wellFormed(keys[0]):
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid: it must start with bbb_live_ or bbb_test_, "+
					"and have at most 256 printable characters and no space.")
			return
		case x.grant == nil:
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid, revoked or expired: it is none of the keys that the mock was started with.")
			return
		}
		if strings.HasPrefix(keys[0], livePrefix) && !x.tenant.warned.Swap(true) {
			s.logger.WarnContext(r.Context(),
				"a production key is being sent to a mock: use a bbb_test_ key, and rotate this one",
				slog.String("key", x.tenant.masked))
		}
		next.ServeHTTP(w, r)
	})
}

const livePrefix = "bbb_live_"

// keyPrefixes are what a key starts with (page "Authentication").
var keyPrefixes = [...]string{"bbb_test_", livePrefix}

// longestKey is how many characters a key may have: our reading, the vendor gives no length.
const longestKey = 256

// wellFormed reports whether a key has the documented shape.
func wellFormed(key string) bool {
	name, ok := strings.CutPrefix(key, keyPrefixes[0])
	if !ok {
		name, ok = strings.CutPrefix(key, keyPrefixes[1])
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
