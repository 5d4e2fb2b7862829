// Package hidden tells characters that are not seen, or that make the text around them look like another one, and writes them so that they are.
package hidden

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Is reports whether a character is a control or format character, or ends a line in some programs; line breaks and tabs are not.
func Is(c rune) bool {
	return c != '\n' && c != '\t' && unicode.In(c, unicode.C, unicode.Zl, unicode.Zp)
}

// InJSON writes those characters of a JSON text that are hidden as JSON escapes them. They must stand in strings alone.
func InJSON(text string, isHidden func(rune) bool) string {
	if !strings.ContainsFunc(text, isHidden) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if !isHidden(c) {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
