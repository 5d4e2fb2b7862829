// Package apikey says what an API key looks like, and compares keys by their digests.
package apikey

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Header is the request header that carries the key, in the form that http.Header has it.
var Header = http.CanonicalHeaderKey(gen.KeyHeader)

// Prefixes are what a key starts with (page "Authentication").
var Prefixes = [...]string{gen.KeyPrefixTest, gen.KeyPrefixLive}

// MaxLength is how many characters a key may have. It is assumed: the vendor gives no length.
const MaxLength = 256

// WellFormed reports whether a key has the documented form: one of [Prefixes], then printable ASCII without space, at most
// [MaxLength] characters in all.
func WellFormed(key string) bool {
	name, ok := strings.CutPrefix(key, Prefixes[0])
	if !ok {
		name, ok = strings.CutPrefix(key, Prefixes[1])
	}
	if !ok || name == "" || len(key) > MaxLength {
		return false
	}
	for i := range len(name) {
		if name[i] <= ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}

// Digest is the SHA-256 of a key. Comparing digests tells by its timing nothing of how much of a guessed key was right.
type Digest [sha256.Size]byte

// DigestOf computes the digest of a key.
func DigestOf(key string) Digest { return sha256.Sum256([]byte(key)) }
