package page

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/hidden"
)

// visible shows what would not be seen, or would make the text around it look like another one, by its code point: control characters but those of
// line breaks and tabs, and the format characters of Unicode, such as those that turn the direction of writing.
func visible(text string) string {
	if endsInCRLF(text) {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	if strings.IndexFunc(text, isHidden) < 0 {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		if isHidden(c) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", c)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// inField is a body for a field to edit it in: JSON indented, with hidden characters escaped as JSON has it, anything else as it is shown.
func inField(body string) string {
	segments, ok := indent(body, nil, escaped)
	if !ok {
		return visible(body)
	}
	return segments[0].Text
}

// escaped writes hidden characters as JSON does in strings.
func escaped(text string) string { return hidden.InJSON(text, isHidden) }

// endsInCRLF reports whether every line of a text ends in CRLF, as bodies of some clients do. It is then shown without the CR.
func endsInCRLF(text string) bool {
	return strings.Contains(text, "\r\n") && strings.Count(text, "\n") == strings.Count(text, "\r\n")
}

var codePoint = regexp.MustCompile(`⟨U\+([0-9A-F]{4,6})⟩`)

// unescaped puts characters back that [visible] wrote by their code points, where the text had them that came; and its line breaks.
func unescaped(text, came string) string {
	known := map[rune]bool{}
	for _, c := range came {
		if isHidden(c) {
			known[c] = true
		}
	}
	text = codePoint.ReplaceAllStringFunc(text, func(written string) string {
		c, _ := strconv.ParseUint(codePoint.FindStringSubmatch(written)[1], 16, 32)
		if known[rune(c)] {
			return string(rune(c))
		}
		return written
	})
	if endsInCRLF(came) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// isHidden leaves out what joins letters and emoji (Unicode, Join_Control).
func isHidden(c rune) bool {
	return hidden.Is(c) && !unicode.Is(unicode.Join_Control, c)
}
