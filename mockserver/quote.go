package mockserver

import (
	"strconv"
	"strings"
)

// longestQuote is how many bytes of what a stranger sent a message or a line of the log can bear.
const longestQuote = 100

// cut shortens what a stranger sent to what a line can bear. A key in it is masked.
func cut(s string) string {
	s, tail := cutTail(s)
	return s + tail
}

// quoteCut quotes what a stranger sent, cut to what a message can bear. A key in it is masked.
func quoteCut(s string) string {
	s, tail := cutTail(s)
	return strconv.Quote(s) + tail
}

func cutTail(s string) (head, tail string) {
	s = maskKeys(s) // before it is cut, which could leave half of a key
	if len(s) > longestQuote {
		return strings.ToValidUTF8(s[:longestQuote], ""), "…"
	}
	return s, ""
}
