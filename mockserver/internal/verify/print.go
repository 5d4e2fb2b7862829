package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
)

// escaping is how a printer of JSON writes characters.
type escaping struct {
	name string
	// short are the characters that have an escape of two characters, beside " and \.
	short string
	// isEscaped reports whether a character is written as \u and four digits.
	isEscaped func(rune) bool
	capitals  bool // whether the digits are in capitals
}

// escapings are those of the printers that senders and receivers use.
var escapings = []escaping{
	{"JSON.stringify", "\b\f\n\r\t", isControl, false},
	{"Go's encoding/json", "\b\f\n\r\t", escapes("&<>\u2028\u2029"), false},
	{"Python's json.dumps", "\b\f\n\r\t", func(c rune) bool { return c < ' ' || c > '~' }, false},
	{"PHP's json_encode", "\b\f\n\r\t/", func(c rune) bool { return c < ' ' || c > 0x7f }, false},
	{"PHP's json_encode with JSON_UNESCAPED_UNICODE", "\b\f\n\r\t/", escapes("\u2028\u2029"), false},
	{".NET's System.Text.Json", "\b\f\n\r\t", func(c rune) bool { return c < ' ' || c > '~' || strings.ContainsRune("\"&'+<>`", c) }, true},
	{"Gson", "\b\f\n\r\t", escapes("&<>='\u2028\u2029"), false},
}

func isControl(c rune) bool { return c < ' ' }

func escapes(more string) func(rune) bool {
	return func(c rune) bool { return isControl(c) || strings.ContainsRune(more, c) }
}

// spacing is what stands between the parts of JSON.
type spacing struct{ name, comma, colon, indent string }

var spacings = []spacing{
	{"without white space", ",", ":", ""},
	{`with ", " and ": "`, ", ", ": ", ""},
	{"indented by 2 spaces", ",", ": ", "  "},
	{"indented by 4 spaces", ",", ": ", "    "},
	{"indented by tabs", ",", ": ", "\t"},
}

// print appends a value as JSON, in part where it gets longer than [MaxSize].
func (v value) print(b []byte, e escaping, s spacing, depth int) []byte {
	lineBreak := func(depth int) {
		if s.indent != "" && len(b) <= MaxSize {
			b = append(append(b, '\n'), strings.Repeat(s.indent, depth)...)
		}
	}
	separate := func(i int) {
		if i > 0 {
			b = append(b, s.comma...)
		}
		lineBreak(depth + 1)
	}
	if len(b) > MaxSize {
		return b
	}
	switch v.kind {
	case jsontext.KindString:
		return e.print(b, v.runes)
	case jsontext.KindBeginArray:
		b = append(b, '[')
		for i, element := range v.elements {
			separate(i)
			b = element.print(b, e, s, depth+1)
		}
		if len(v.elements) > 0 {
			lineBreak(depth)
		}
		return append(b, ']')
	case jsontext.KindBeginObject:
		b = append(b, '{')
		for i, m := range v.members {
			separate(i)
			b = append(e.print(b, m.name), s.colon...)
			b = m.value.print(b, e, s, depth+1)
		}
		if len(v.members) > 0 {
			lineBreak(depth)
		}
		return append(b, '}')
	default:
		return append(b, v.text...)
	}
}

// print appends a string as JSON.
func (e escaping) print(b []byte, runes []rune) []byte {
	const letters, means = `bfnrt/`, "\b\f\n\r\t/"
	b = append(b, '"')
	for _, c := range runes {
		short := strings.ContainsRune(e.short, c)
		switch {
		case e.isEscaped(c) && !short || utf16.IsSurrogate(c):
			b = e.unicode(b, c)
		case short:
			b = append(b, '\\', letters[strings.IndexRune(means, c)])
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		default:
			b = append(b, string(c)...)
		}
	}
	return append(b, '"')
}

// unicode appends a character as \u and four digits, twice beyond the basic plane.
func (e escaping) unicode(b []byte, c rune) []byte {
	format := `\u%04x`
	if e.capitals {
		format = `\u%04X`
	}
	if c > 0xffff {
		high, low := utf16.EncodeRune(c)
		return fmt.Appendf(fmt.Appendf(b, format, high), format, low)
	}
	return fmt.Appendf(b, format, c)
}

// differing are those of the escapings that print the characters of a value each in a way of its own.
func differing(v value) (differing []escaping) {
	characters := map[rune]bool{}
	v.characters(characters)
	all := slices.Sorted(maps.Keys(characters))
	known := map[string]bool{}
	for _, e := range escapings {
		if text := string(e.print(nil, all)); !known[text] {
			known[text] = true
			differing = append(differing, e)
		}
	}
	return differing
}

// characters gathers those of all strings.
func (v value) characters(into map[rune]bool) {
	for _, c := range v.runes {
		into[c] = true
	}
	for _, element := range v.elements {
		element.characters(into)
	}
	for _, m := range v.members {
		for _, c := range m.name {
			into[c] = true
		}
		m.value.characters(into)
	}
}
