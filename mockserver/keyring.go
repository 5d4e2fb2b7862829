package mockserver

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"net/netip"
	"strings"
)

// digest stands for a key wherever keys are compared or kept. Comparing digests tells nobody by its timing how much of
// a guessed key was right, and the server's memory holds no key.
type digest [sha256.Size]byte

func digestOf(key string) digest { return sha256.Sum256([]byte(key)) }

// grant is what one API key may do, and from where.
type grant struct {
	scopes scopes
	allow  []netip.Prefix // from anywhere where empty
}

// keyring has the grants of the keys that exist; nil stands for every key of the documented shape.
type keyring map[digest]*grant

var fullGrant = &grant{scopes: everyScope}

// find is the grant of a key; nil where the key is not good.
func (k keyring) find(key digest) *grant {
	if k == nil {
		return fullGrant
	}
	return k[key]
}

// identify says who sends a request, before any door is passed: faults and the journal belong to a key too. A request
// without a good key is nobody's.
func (s *Server) identify(x *exchange, header http.Header) {
	x.tenant = s.tenants.nobody
	if keys := header["X-Api-Key"]; len(keys) == 1 && wellFormed(keys[0]) {
		key := digestOf(keys[0])
		if x.grant = s.keys.find(key); x.grant != nil {
			x.tenant = s.tenants.of(key, keys[0])
		}
	}
	x.quota = s.peek(x.tenant, x.arrived)
}

// parseKey reads KEY[=SCOPE+…][@ADDRESS+…]. The key is returned with an error as well, so that its masked form can be
// shown.
func parseKey(text string) (key string, g *grant, err error) {
	key, addresses, restricted := strings.Cut(text, "@")
	key, names, scoped := strings.Cut(key, "=")
	if !wellFormed(key) {
		return key, nil, errors.New("a key must start with bbb_live_ or bbb_test_, " +
			"and have at most 256 printable ASCII characters and no space")
	}
	g = &grant{scopes: everyScope}
	if scoped {
		if g.scopes, err = parseScopes(names); err != nil {
			return key, nil, err
		}
	}
	if restricted {
		if g.allow, err = parseAllowlist(addresses); err != nil {
			return key, nil, err
		}
	}
	return key, g, nil
}

// quoteUnlessKey quotes a part of a key's description for an error, unless a key seems to have slipped into it.
func quoteUnlessKey(part string) string {
	if strings.Contains(part, "bbb_") {
		return "something that looks like a key"
	}
	return quoteCut(part)
}
