package exchange

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Masker takes an API key out of whatever is printed: the key, and parts of it that are long enough to be recognised, in
// capitals or small letters, as they are, as a URL spells them, and as JSON may spell them. A key that was transformed
// (base64, hexadecimal, reversed) is not found.
type Masker struct {
	Key string
	// Names is what is shown of the name of a property that the contract does not have; nil is the name itself.
	Names func(string) string
	// words is the text of the contract in small letters: what occurs in it is no part of a key.
	words string
}

// NewMasker masks a key; empty masks nothing.
func NewMasker(key string, rules *RuleBook) Masker { return Masker{Key: key, words: rules.Words} }

// How many characters of a key are a part of it that must not be shown.
const (
	telling   = 4   // behind the prefix that all keys share; an excerpt can end within a key
	shortPart = 6   // its first or its last without the prefix, as a word of their own
	longPart  = 8   // any others in a row
	mostParts = 256 // so many of its first and of its last, since each is looked for: no key is as long
)

// Text puts the variable in the place of the key and of its parts.
func (m Masker) Text(s string) string {
	var b strings.Builder
	done := 0
	for _, found := range m.find(s) {
		b.WriteString(s[done:found.from] + curl.KeyVariable)
		done = found.to
	}
	if done == 0 {
		return s
	}
	return b.String() + s[done:]
}

// Name is what is shown of the name of a property that the contract does not have.
func (m Masker) Name(s string) string {
	if m.Names != nil {
		s = m.Names(s)
	}
	return m.Text(s)
}

// Shows reports whether a text has the key or a part of it that what was sent does not have.
func (m Masker) Shows(s, sent string) bool {
	for _, found := range m.find(s) {
		if !strings.Contains(smallLetters(sent), smallLetters(s[found.from:found.to])) {
			return true
		}
	}
	return false
}

// Header is a copy of headers with the key masked in names and values.
func (m Masker) Header(h http.Header) http.Header {
	masked := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			masked[m.Text(name)] = append(masked[m.Text(name)], m.Text(value))
		}
	}
	return masked
}

// span is a part of a text: from its first byte to before its last.
type span struct{ from, to int }

// find lists where the key and its parts stand, in order.
func (m Masker) find(s string) []span {
	if m.Key == "" || len(s) < min(len(m.Key), shortPart) {
		return nil
	}
	spans := m.within(smallLetters(s), nil)
	if strings.ContainsAny(s, `\%`) {
		read, at := unescaped(s)
		spans = append(spans, m.within(smallLetters(read), at)...)
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var apart []span
	for _, one := range spans {
		if last := len(apart) - 1; last >= 0 && one.from < apart[last].to {
			apart[last].to = max(apart[last].to, one.to)
		} else {
			apart = append(apart, one)
		}
	}
	return apart
}

// within finds the key in a text in small letters. at are the places of its bytes in the original; nil is the same.
func (m Masker) within(s string, at []int) []span {
	f := finder{text: s, key: smallLetters(m.Key), words: m.words}
	if prefixed(f.key) {
		f.prefix = len(gen.KeyPrefixTest)
	}
	f.look(0, min(len(f.key), len(gen.KeyPrefixTest)+telling), func(found span, part string) bool { return f.prefix > 0 || f.isPart(found, part) })
	for i := f.prefix; i+longPart <= len(f.key); i++ {
		if i == mostParts && len(f.key) > 2*mostParts {
			i = len(f.key) - mostParts
		}
		f.look(i, longPart, f.isPart)
	}
	if len(f.key)-f.prefix >= shortPart {
		f.look(f.prefix, shortPart, f.isWord)
		f.look(len(f.key)-shortPart, shortPart, f.isWord)
	}
	for i, one := range f.spans {
		if at != nil {
			f.spans[i] = span{at[one.from], at[one.to]}
		}
	}
	return f.spans
}

// finder finds parts of a key in a text, both in small letters.
type finder struct {
	text, key  string
	prefix     int             // how long the prefix of the key is that all keys have
	words      string          // of the contract, in which a part of the key says nothing
	inContract map[string]bool // what was looked up: a text may have a part thousands of times
	spans      []span
}

// look finds the part of the key from i on that is n long, as far as the key goes on around it.
func (f *finder) look(i, n int, counts func(found span, part string) bool) {
	for next := 0; ; {
		hit := strings.Index(f.text[next:], f.key[i:i+n])
		if hit < 0 {
			return
		}
		found, first, last := span{next + hit, next + hit + n}, i, i+n
		for first > 0 && found.from > 0 && f.text[found.from-1] == f.key[first-1] {
			found.from, first = found.from-1, first-1
		}
		for last < len(f.key) && found.to < len(f.text) && f.text[found.to] == f.key[last] {
			found.to, last = found.to+1, last+1
		}
		next = found.to
		if counts(found, f.key[max(first, f.prefix):last]) {
			f.spans = append(f.spans, found)
		}
	}
}

// isPart reports whether a part of the key is none of the contract's words.
func (f *finder) isPart(_ span, part string) bool {
	is, known := f.inContract[part]
	if !known {
		if is = strings.Contains(f.words, part); f.inContract == nil {
			f.inContract = map[string]bool{}
		}
		f.inContract[part] = is
	}
	return !is
}

// isWord is isPart for a short part, which must be a word of its own.
func (f *finder) isWord(found span, part string) bool {
	return f.isPart(found, part) && !alphanumeric(f.text, found.from-1) && !alphanumeric(f.text, found.to)
}

// alphanumeric reports whether there is an ASCII letter or digit at a place of a text in small letters.
func alphanumeric(s string, i int) bool {
	return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9')
}

// smallLetters is a text with its ASCII letters in lower case, byte for byte.
func smallLetters(s string) string {
	for i := range len(s) {
		if capital(s[i]) {
			b := []byte(s)
			for ; i < len(b); i++ {
				if capital(b[i]) {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

func capital(c byte) bool { return c >= 'A' && c <= 'Z' }

// unescaped reads the escapes of JSON strings (RFC 8259 section 7) and URLs, wherever they stand. at has the place of
// each byte in the original, and its end.
func unescaped(s string) (read string, at []int) {
	plain := make([]byte, 0, len(s))
	at = make([]int, 0, len(s)+1)
	for i := 0; i < len(s); {
		c, size := s[i], 1
		switch {
		case c == '\\' && i+1 < len(s):
			c, size = jsonEscape(s[i:])
		case c == '%' && i+2 < len(s):
			if code, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, size = byte(code), 3
			}
		}
		plain, at = append(plain, c), append(at, i)
		i += size
	}
	return string(plain), append(at, len(s))
}

// jsonEscape reads one escape of JSON. What is not ASCII, or no letter, becomes a byte that no key has.
func jsonEscape(s string) (c byte, size int) {
	switch {
	case s[1] == 'u' && len(s) >= 6:
		if code, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
			if code < 0x80 {
				return byte(code), 6
			}
			return 0, 6
		}
	case strings.IndexByte("bfnrt", s[1]) >= 0:
		return 0, 2
	}
	return s[1], 2
}
