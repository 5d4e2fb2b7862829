// Package mask hides API keys, other credentials and personal data in what the mock shows: logs, errors, the journal.
package mask

import (
	"strconv"
	"strings"
)

// longestQuote is how many bytes of untrusted text a message or a line of the log can bear.
const longestQuote = 100

// Cut shortens untrusted text to what a line can bear. A key in it is masked.
func Cut(s string) string {
	s, tail := cutTail(s)
	return s + tail
}

// Quote quotes untrusted text, cut to what a message can bear. A key in it is masked.
func Quote(s string) string {
	s, tail := cutTail(s)
	return strconv.Quote(s) + tail
}

func cutTail(s string) (head, tail string) {
	s = Text(s) // before it is cut, which could leave half of a key
	if len(s) > longestQuote {
		return strings.ToValidUTF8(s[:longestQuote], ""), "…"
	}
	return s, ""
}
