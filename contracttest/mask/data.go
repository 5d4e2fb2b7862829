package mask

import (
	"strings"
	"unicode"
)

// Data masks personal data in untrusted text and keeps its form, so that what is wrong with it can still be seen: an ASCII letter becomes
// x or X, a letter beyond ASCII é or É, a digit 1, and a mark that is combined with the letter before it an acute accent. Everything else
// stays: spaces, punctuation, control characters, bytes that are no UTF-8.
func Data(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for i, c := range text {
		if c == unicode.ReplacementChar && !strings.HasPrefix(text[i:], "\ufffd") {
			b.WriteByte(text[i])
			continue
		}
		b.WriteRune(masked(c))
	}
	return b.String()
}

// masked is the character in whose place one stands.
func masked(c rune) rune {
	switch {
	case c >= 'a' && c <= 'z':
		return 'x'
	case c >= 'A' && c <= 'Z':
		return 'X'
	case c >= '0' && c <= '9':
		return '1'
	case c < 0x80:
		return c
	case unicode.IsUpper(c):
		return 'É'
	case unicode.IsLetter(c):
		return 'é'
	case unicode.IsMark(c):
		return '\u0301'
	case unicode.IsNumber(c):
		return '١' // ARABIC-INDIC DIGIT ONE: a digit that is not ASCII stays one
	}
	return c
}
