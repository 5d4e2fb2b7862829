package mockserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
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
			c.keys = access.Keys{}
		}
		for _, text := range keys {
			if err := c.keys.Add(text); err != nil {
				return fmt.Errorf("WithKeys: %w", err)
			}
			c.namedKeys = append(c.namedKeys, access.KeyIn(text))
		}
		return nil
	}
}

// identify finds the key of a request and what belongs to it, before any other middleware: faults and the journal belong to a key
// too. A request without a good key has none.
func (s *Server) identify(x *exchange, header http.Header) {
	if keys := header[apikey.Header]; len(keys) == 1 {
		if x.grant = s.keys.Grant(keys[0]); x.grant != nil {
			x.key, x.digest = keys[0], apikey.DigestOf(keys[0])
			x.window = s.limiter.Window(x.key, x.digest)
		}
	}
	x.quota = s.limiter.Peek(x.window, x.arrived)
}

// key asks for an API key (pages "Authentication" and "Errors"). It comes before the body is looked at: a caller
// without a key does not learn what is wrong with the body. It comes before the caller's address too: an invalid key is 401 from
// anywhere (page "IP Whitelisting").
func (s *Server) key(next http.Handler) http.Handler {
	warned := firsts{seen: map[string]bool{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		keys := r.Header[apikey.Header]
		switch {
		case len(keys) == 0:
			refuse(x, http.StatusUnauthorized, gen.CodeMissingAPIKey, "The "+gen.KeyHeader+" header is missing.")
			return
		case len(keys) > 1:
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid: "+gen.KeyHeader+" must be sent once.")
			return
		case !apikey.WellFormed(keys[0]):
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid: it must start with "+gen.KeyPrefixLive+" or "+gen.KeyPrefixTest+", "+
					"and have at most 256 printable characters and no space.")
			return
		case x.grant == nil:
			refuse(x, http.StatusUnauthorized, gen.CodeInvalidAPIKey,
				"The API key is invalid, revoked or expired: it is none of the keys that the mock was started with.")
			return
		}
		if strings.HasPrefix(x.key, gen.KeyPrefixLive) && warned.first(string(x.digest[:])) {
			s.logger.WarnContext(r.Context(),
				"a production key is being sent to a mock: use a "+gen.KeyPrefixTest+" key, and rotate this one",
				slog.String("key", mask.Key(x.key)))
		}
		next.ServeHTTP(w, r)
	})
}
