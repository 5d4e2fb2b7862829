// Package ulid writes and reads ULIDs (github.com/ulid/spec) behind a prefix, as the ids of customers, addresses and events are: 48 bits of milliseconds
// since 1970, then 80 random ones. They sort by creation, as numbers and as text. oklog/ulid writes them in capitals, and takes one id at a time.
package ulid

import (
	"strings"
	"time"
)

const (
	crockford = "0123456789abcdefghjkmnpqrstvwxyz" // base 32 of Douglas Crockford, in small letters
	length    = 26
	maxPrefix = 8 // bytes
)

// FirstMoment is when the ids of a mock begin whose ids repeat; the vendor's webhook examples use it.
var FirstMoment = time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)

// Text is the ULID of these 128 bits behind a prefix of at most 8 bytes.
func Text(prefix string, hi, lo uint64) string {
	var text [maxPrefix + length]byte
	first := copy(text[:maxPrefix], prefix)
	for i := first + length - 1; i >= first; i-- {
		text[i] = crockford[lo&31]
		hi, lo = hi>>5, lo>>5|hi<<59
	}
	return string(text[:first+length])
}

// Parse reads what [Text] wrote with a prefix; ok is false for anything else.
func Parse(prefix, id string) (hi, lo uint64, ok bool) {
	text, ok := strings.CutPrefix(id, prefix)
	if !ok || len(text) != length || text[0] > '7' {
		return 0, 0, false
	}
	for i := range len(text) {
		digit := strings.IndexByte(crockford, text[i])
		if digit < 0 {
			return 0, 0, false
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(digit)
	}
	return hi, lo, true
}
