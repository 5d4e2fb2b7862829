package mockserver

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// maskKey is an API key as logs, errors and the journal may show it: its prefix, and its last four characters where at
// least eight others stay hidden. Of what does not look like a key nothing is shown; it may be a secret of another
// kind.
func maskKey(key string) string {
	name, prefix := key, ""
	for _, p := range keyPrefixes {
		if rest, ok := strings.CutPrefix(key, p); ok {
			name, prefix = rest, p
		}
	}
	if prefix == "" || len(name) < 12 || !wellFormed(key) {
		return prefix + "…"
	}
	return prefix + "…" + name[len(name)-4:]
}

// maskKeys masks every key in untrusted text, wherever it stands: keys get into paths, messages and bodies
// by mistake. Where a key ends is a guess, so that none of its characters is shown, and rather too much is hidden than
// too little.
func maskKeys(text string) string {
	var b strings.Builder
	copied := 0
	for i := 0; i < len(text); i++ {
		if text[i]|0x20 != 'b' {
			continue
		}
		start := i + keyPrefix(text[i:])
		end := keyEnd(text, start)
		if start == i || end == start {
			continue
		}
		b.WriteString(text[copied:start])
		b.WriteString("…")
		copied, i = end, end-1
	}
	if copied == 0 {
		return text
	}
	b.WriteString(text[copied:])
	return b.String()
}

// partsOfPrefix are what the prefix of a key is made of, each in the spellings that a text can have.
var partsOfPrefix = [...][]string{{"bbb"}, {"_", "%5f"}, {"live", "test"}, {"_", "%5f"}}

// keyPrefix is how many bytes at the beginning of a text are the prefix of a key, in letters of either case.
func keyPrefix(text string) int {
	rest := text
	for _, part := range partsOfPrefix {
		found := 0
		for _, spelling := range part {
			if len(rest) >= len(spelling) && strings.EqualFold(rest[:len(spelling)], spelling) {
				found = len(spelling)
			}
		}
		if found == 0 {
			return 0
		}
		rest = rest[found:]
	}
	return len(text) - len(rest)
}

// keyEnd is where the key ends whose prefix ends at start: at a character that no key has, or at a quote, without the
// punctuation of the sentence that it stands in. A backslash takes the character after it along, so that an escape of
// JSON stays whole.
func keyEnd(text string, start int) int {
	end := start
	for end < len(text) && text[end] > ' ' && text[end] <= '~' && text[end] != '"' {
		if text[end] == '\\' && end+1 < len(text) && text[end+1] <= '~' {
			end++
		}
		end++
	}
	for end > start && strings.IndexByte(",.;:)", text[end-1]) >= 0 {
		end--
	}
	return end
}

// credentials are the headers whose values are shown nowhere.
var credentials = []string{
	keyHeader, "X-Bitbybit-Key", "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
}

// withoutCredentials is a copy of a header with credentials masked, and keys wherever they stand.
func withoutCredentials(header http.Header) http.Header {
	if header == nil {
		return nil
	}
	copied := make(http.Header, len(header))
	for name, values := range header {
		masked := make([]string, len(values))
		for i, value := range values {
			if slices.Contains(credentials, name) {
				masked[i] = maskKey(value)
			} else {
				masked[i] = maskKeys(value)
			}
		}
		name = maskKeys(name)
		copied[name] = append(copied[name], masked...)
	}
	return copied
}

// withoutKeys is a copy of violations with the keys in them masked.
func withoutKeys(violations judge.Violations) judge.Violations {
	masked := slices.Clone(violations)
	for i := range masked {
		v := &masked[i]
		v.Path, v.Pointer, v.Got = maskKeys(v.Path), maskKeys(v.Pointer), maskKeys(v.Got)
	}
	return masked
}
