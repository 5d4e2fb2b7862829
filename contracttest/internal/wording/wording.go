// Package wording shortens and quotes what reports and messages have of others: a server, a caller, a contract.
package wording

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible spells out what a terminal or a browser would obey instead of showing it: control characters, and with them
// every terminal escape; characters that reorder or hide text (Unicode Technical Report 36, section 3); bytes that are
// no UTF-8. Line feeds and tabs stay. Every report for people passes through it once, as a whole.
func Visible(text string) string {
	// A runner of GitHub Actions takes what follows ##[ for a command, wherever it stands in a line.
	text = strings.ReplaceAll(text, "##[", `##\u005b`)
	if utf8.ValidString(text) && !strings.ContainsFunc(text, obeyed) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case !obeyed(c):
			b.WriteRune(c)
		case c > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, c)
		default:
			fmt.Fprintf(&b, `\u%04x`, c)
		}
		i += size
	}
	return b.String()
}

// obeyed reports whether a character does something to the text around it. Joiners do not: emoji and many scripts need
// them.
func obeyed(c rune) bool {
	switch c {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return c&0xfffe == 0xfffe || unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

var lineBreaks = strings.NewReplacer("\r", `\r`, "\n", `\n`)

// OneLine spells out the line breaks of a text.
func OneLine(text string) string { return lineBreaks.Replace(text) }

// Cut is the beginning of a text, of at most n characters.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}

// Folded lists names, the first few of them.
func Folded(names []string, most int) string {
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" … and %d more", more)
	}
	return text
}

// Plural is a number with what it counts: "1 error", "2 errors".
func Plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
