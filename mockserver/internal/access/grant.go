// Package access says what an API key may do, from where, and how often: its grant, its scopes, its allowlist, its window of the rate limit.
package access

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// Grant is what one API key may do, and from where.
type Grant struct {
	scopes Scopes
	allow  []netip.Prefix // from anywhere where empty
}

// Keys has the grants of the keys that exist. Nil stands for every well-formed key, which may do everything.
type Keys map[apikey.Digest]*Grant

var fullGrant = &Grant{scopes: everyScope}

// Grant is that of a key; nil where the key is not good.
func (k Keys) Grant(key string) *Grant {
	switch {
	case !apikey.WellFormed(key):
		return nil
	case k == nil:
		return fullGrant
	}
	return k[apikey.DigestOf(key)]
}

// Add reads KEY[=SCOPE+…][@ADDRESS+…]. An error shows the key masked.
func (k Keys) Add(text string) error {
	key := KeyIn(text)
	description, addresses, restricted := strings.Cut(text, "@")
	_, names, scoped := strings.Cut(description, "=")
	g, err := parseGrant(key, names, addresses, scoped, restricted)
	if err != nil {
		return fmt.Errorf("key %d (%s): %w", len(k)+1, mask.Key(key), err)
	}
	if _, again := k[apikey.DigestOf(key)]; again {
		return fmt.Errorf("key %d (%s) is named twice: name it once, with all of its scopes and addresses", len(k)+1, mask.Key(key))
	}
	k[apikey.DigestOf(key)] = g
	return nil
}

// KeyIn is the key in KEY[=SCOPE+…][@ADDRESS+…].
func KeyIn(text string) string {
	if end := strings.IndexAny(text, "=@"); end >= 0 {
		return text[:end]
	}
	return text
}

func parseGrant(key, names, addresses string, scoped, restricted bool) (g *Grant, err error) {
	if !apikey.WellFormed(key) {
		return nil, errors.New("a key must start with " + gen.KeyPrefixLive + " or " + gen.KeyPrefixTest +
			", and have at most 256 printable ASCII characters and no space")
	}
	g = &Grant{scopes: everyScope}
	if scoped {
		if g.scopes, err = parseScopes(names); err != nil {
			return nil, err
		}
	}
	if restricted {
		if g.allow, err = parseAllowlist(addresses); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// quoteUnlessKey quotes a part of a key's description for an error, unless a key seems to have slipped into it.
func quoteUnlessKey(part string) string {
	if strings.Contains(part, "bbb_") {
		return "something that looks like a key"
	}
	return untrusted.Quote(part)
}
