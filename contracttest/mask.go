package contracttest

import (
	"net/http"
	"strconv"
	"strings"
)

// masker takes an API key out of whatever is printed.
type masker struct{ key string }

// keyVariable stands for the key.
const keyVariable = "$BITBYBIT_API_KEY"

// telling is how many characters of a key, beyond the prefix that all keys share, may be printed: an excerpt can end
// within a key, and what is left of it is masked too.
const telling = 4

// text puts the variable in the place of the key, and of any beginning of it that tells something, as it is, as a URL
// spells it, and as JSON may spell it.
func (m masker) text(s string) string {
	if m.key == "" {
		return s
	}
	most := min(len(m.key), len(testPrefix)+telling)
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		n, end := m.match(s, i)
		if n < most {
			i++
			continue
		}
		b.WriteString(s[done:i] + keyVariable)
		i, done = end, end
	}
	if done == 0 {
		return s
	}
	return b.String() + s[done:]
}

// match reports how many bytes of the key stand at a place, and where they end.
func (m masker) match(s string, i int) (n, end int) {
	for n < len(m.key) {
		size := spelled(s[i:], m.key[n])
		if size == 0 {
			break
		}
		i += size
		n++
	}
	return n, i
}

// spelled is how many bytes at the beginning of a text spell c: itself, \c or \u00XX of JSON, %XX or + of a URL; 0
// where it begins with something else.
func spelled(s string, c byte) int {
	switch {
	case s == "":
		return 0
	case s[0] == '\\' && len(s) >= 6 && s[1] == 'u':
		if code, err := strconv.ParseUint(s[2:6], 16, 16); err == nil && code == uint64(c) {
			return 6
		}
	case s[0] == '\\' && len(s) >= 2 && s[1] == c:
		return 2
	case s[0] == '%' && len(s) >= 3:
		if code, err := strconv.ParseUint(s[1:3], 16, 8); err == nil && code == uint64(c) {
			return 3
		}
	}
	if s[0] == c || s[0] == '+' && c == ' ' {
		return 1
	}
	return 0
}

func (m masker) header(h http.Header) http.Header {
	masked := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			masked[m.text(name)] = append(masked[m.text(name)], m.text(value))
		}
	}
	return masked
}
