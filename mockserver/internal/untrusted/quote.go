// Package untrusted shows text of callers in logs and errors: quoted and cut, keys masked, and in logs without personal data.
package untrusted

import (
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
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
	s = mask.Keys(s) // before it is cut, which could leave half of a key
	if len(s) > longestQuote {
		return strings.ToValidUTF8(s[:longestQuote], ""), "…"
	}
	return s, ""
}
