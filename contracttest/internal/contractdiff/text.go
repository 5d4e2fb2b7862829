package contractdiff

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const mostShown = 160 // characters of untrusted text in a message

// quoted is text as a JSON string.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string can be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// shown is untrusted text within quotes, cut to a length that can be read, without characters that a terminal acts on. The length is that of what is
// shown, in bytes: an escape such as \U000e0001 has ten.
func shown(text string) string {
	length := 0
	for rest := text; rest != ""; {
		_, size := utf8.DecodeRuneInString(rest)
		if length += len(strconv.Quote(rest[:size])) - len(`""`); length > mostShown {
			return strconv.Quote(text[:len(text)-len(rest)] + "…")
		}
		rest = rest[size:]
	}
	return strconv.Quote(text)
}

func cut(text string) string {
	runes := 0
	for i := range text {
		if runes++; runes > mostShown {
			return text[:i] + "…"
		}
	}
	return text
}

// printable is untrusted text in one line, cut, without characters that a terminal acts on.
func printable(text string) string {
	return cut(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text))
}

// bounded is an error of a library about untrusted text, which may quote all of it.
func bounded(err error) error { return errors.New(printable(err.Error())) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
