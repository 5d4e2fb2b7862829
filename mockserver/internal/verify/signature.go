package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The scheme of the vendor, and the name of the time in its signature.
const (
	scheme   = "v1"
	timeName = "t"
)

// hexLength is how many characters a signature has.
const hexLength = 2 * sha256.Size

// shortest is how many characters of a signature that was cut tell it from chance among all that is tried.
const shortest = 16

// mostSignatures is how many signatures of a header are looked at, here and by client/webhook, and longestSignature how many bytes that takes of it.
const (
	mostSignatures   = 16
	longestSignature = 4096
)

// signature is what the header of the signature says.
type signature struct {
	times      []string // what stands behind each t=
	candidates []candidate
	faults     []string // what is wrong with the header, in words
	malformed  []string // what is wrong with signatures in it: another one may be right
	tooMany    bool     // there are more signatures than are looked at
}

// candidate is a text that may be the signature.
type candidate struct {
	digest []byte // in part where it was cut
	// odd says in which way it is not written as the contract has it; empty where it is.
	odd string
	// capitals says that some of its digits are, which receivers take that compare bytes.
	capitals bool
}

// parseSignature reads a header like t=1700000000,v1=….
func parseSignature(header string) (s signature) {
	if unquoted := strings.Trim(header, `"'`); len(unquoted) <= len(header)-2 {
		header = unquoted
		s.faults = append(s.faults, "it is in quotes")
	}
	schemes := 0
	for item := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		switch {
		case ok && name == timeName:
			s.times = append(s.times, value)
		case ok && name == scheme:
			schemes++
			s.add(value, "")
			if len(s.malformed) < 3 && (!isHex(value) || len(value) != hexLength) {
				s.malformed = append(s.malformed, scheme+"= has "+count(len(value), "character")+", expected "+strconv.Itoa(hexLength)+" hexadecimal digits.")
			}
		case ok:
			s.add(value, "under another name than "+scheme+"=")
		}
	}
	if len(s.times) == 0 && schemes == 0 {
		s.add(strings.TrimSpace(header), "without "+scheme+"= before it")
	}
	switch {
	case schemes == 0:
		s.faults = append(s.faults, "it has no "+scheme+"=")
	case schemes > mostSignatures:
		s.faults = append(s.faults, fmt.Sprintf("it has %s= %d times, of which receivers may look at the first %d alone, or refuse it", scheme, schemes, mostSignatures))
		s.tooMany = true
	}
	if len(header) > longestSignature {
		s.faults = append(s.faults, fmt.Sprintf("it has %d bytes, of which receivers may take %d at most", len(header), longestSignature))
	}
	switch {
	case len(s.times) == 0:
		s.faults = append(s.faults, "it has no "+timeName+"=")
	case len(s.times) > 1:
		s.faults = append(s.faults, "it has "+timeName+"= "+strconv.Itoa(len(s.times))+" times")
	}
	// What is written as it should be is tried before what is not.
	slices.SortStableFunc(s.candidates, func(a, b candidate) int { return min(len(a.odd), 1) - min(len(b.odd), 1) })
	if len(s.candidates) > mostSignatures {
		s.candidates = s.candidates[:mostSignatures]
		s.malformed = append(s.malformed, "There are more than "+strconv.Itoa(mostSignatures)+" of them, of which the first are looked at.")
	}
	return s
}

// add adds what a text can be read as.
func (s *signature) add(text, odd string) {
	odds := func(more string) string { return strings.TrimPrefix(odd+", "+more, ", ") }
	for _, around := range []struct{ cut, odd string }{{" \t", "with white space around it"}, {`"'`, "in quotes"}} {
		if trimmed := strings.Trim(text, around.cut); trimmed != text {
			text, odd = trimmed, odds(around.odd)
		}
	}
	if isHex(text) && len(text) >= shortest && len(text) <= hexLength {
		digest, _ := hex.DecodeString(text[:len(text)&^1])
		if len(text) < hexLength {
			odd = odds("cut to its first " + strconv.Itoa(len(text)) + " characters of " + strconv.Itoa(hexLength))
		}
		s.candidates = append(s.candidates, candidate{digest, odd, strings.ToLower(text) != text})
		return
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if digest, err := encoding.DecodeString(strings.TrimRight(text, "=")); err == nil && len(digest) == sha256.Size {
			s.candidates = append(s.candidates, candidate{digest, odds("in base64 instead of hexadecimal"), false})
			return
		}
	}
}

// matches is the first of the candidates that a digest is.
func (s *signature) matches(digest []byte) (candidate, bool) {
	for _, c := range s.candidates {
		if bytes.HasPrefix(digest, c.digest) {
			return c, true
		}
	}
	return candidate{}, false
}

func isHex(text string) bool { return strings.Trim(text, "0123456789abcdefABCDEF") == "" }

// count is a number with what it counts.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}
