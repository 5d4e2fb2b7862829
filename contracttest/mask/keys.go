// Package mask hides API keys, other credentials and personal data in what is shown of requests and answers: reports, recordings, the
// journal of the mock.
package mask

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// prefixes are what a key starts with (page "Authentication").
var prefixes = [...]string{gen.KeyPrefixTest, gen.KeyPrefixLive}

// Key is an API key as logs, errors and the journal may show it: its prefix, and its last four characters where at
// least eight others stay hidden. Of what does not look like a key nothing is shown; it may be a secret of another
// kind.
func Key(key string) string {
	name, prefix := key, ""
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(key, p); ok {
			name, prefix = rest, p
		}
	}
	if prefix == "" || len(name) < 12 || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return prefix + "…"
	}
	return prefix + "…" + name[len(name)-4:]
}

// Keys masks every key in untrusted text, wherever it stands: keys get into paths, messages and bodies
// by mistake. Where a key ends is a guess, so that none of its characters is shown, and rather too much is hidden than
// too little.
func Keys(text string) string {
	masked, _ := maskCounted(text)
	return masked
}

// maskCounted is Keys, and how many bytes it read to find the ends of keys: at most a few times those of the text,
// which is untrusted and can be long.
func maskCounted(text string) (masked string, read int) {
	var b strings.Builder
	copied := 0
	for i := 0; i < len(text); i++ {
		if c := text[i]; c|0x20 != 'b' && c != '%' && c != '\\' {
			continue // most of a text: no prefix begins here
		}
		prefix := keyPrefix(text[i:])
		if prefix == 0 {
			continue // behind a prefix only an end is looked for
		}
		start := i + prefix
		end, looked := keyEnd(text, start)
		read += looked - start
		if end > start {
			b.WriteString(text[copied:start])
			b.WriteString("…")
			copied = end
		}
		i = end - 1
	}
	if copied == 0 {
		return text, read
	}
	b.WriteString(text[copied:])
	return b.String(), read
}

// keyPrefix is how many bytes at the beginning of a text are the prefix of a key, in letters of either case, each as it
// is or escaped as in a URL or in JSON: "%62bb_test_", "\u0062bb_test_".
func keyPrefix(text string) int {
	for _, prefix := range prefixes {
		read := 0
		for len(prefix) > 0 {
			c, size := unescaped(text[read:])
			if size == 0 || lower(c) != prefix[0] {
				break
			}
			read, prefix = read+size, prefix[1:]
		}
		if prefix == "" {
			return read
		}
	}
	return 0
}

// unescaped is the first character of a text, and of how many bytes it is made.
func unescaped(text string) (c byte, size int) {
	if text == "" {
		return 0, 0
	}
	for _, escape := range [...]string{"%", `\u00`} {
		if digits, ok := strings.CutPrefix(text, escape); ok && len(digits) >= 2 {
			const hexadecimal = "0123456789abcdef"
			high, low := strings.IndexByte(hexadecimal, lower(digits[0])), strings.IndexByte(hexadecimal, lower(digits[1]))
			if high >= 0 && low >= 0 {
				return byte(high<<4 | low), len(escape) + 2
			}
		}
	}
	return text[0], 1
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c |= 0x20
	}
	return c
}

// keyEnd is where the key ends whose prefix ends at start: at a character that no key has, or at a quote, without the
// punctuation of the sentence that it stands in. A backslash takes the character after it along, so that an escape of
// JSON stays whole. It looked at the text up to looked.
func keyEnd(text string, start int) (end, looked int) {
	end = start
	for end < len(text) && text[end] > ' ' && text[end] <= '~' && text[end] != '"' {
		if text[end] == '\\' && end+1 < len(text) && text[end+1] <= '~' {
			end++
		}
		end++
	}
	looked = end
	for end > start && strings.IndexByte(",.;:)", text[end-1]) >= 0 {
		end--
	}
	return end, looked
}
