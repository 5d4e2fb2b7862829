package delivery

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// stringified is a JSON text as JavaScript's JSON.stringify spells it after JSON.parse: without white space, and with no escapes but
// those that it must have (ECMA-262, QuoteJSONString). Numbers stay as they are, and members where they are: which numbers JavaScript
// would spell otherwise, and that it puts names like "1" first, is not looked at. Not ok where the text is not one JSON value.
func stringified(text []byte) (spelled []byte, ok bool) {
	if value := jsontext.Value(bytes.Clone(text)); !value.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return nil, false
	}
	spelled = make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '"':
			end := i + 1
			for text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			spelled = quoted(spelled, text[i+1:end])
			i = end + 1
		default:
			spelled = append(spelled, c)
			i++
		}
	}
	return spelled, true
}

// quoted appends a string that was read from between its quotes.
func quoted(to, inner []byte) []byte {
	to = append(to, '"')
	for i := 0; i < len(inner); {
		if inner[i] != '\\' {
			to = append(to, inner[i])
			i++
			continue
		}
		if inner[i+1] != 'u' {
			if c := inner[i+1]; c == '/' {
				to = append(to, '/')
			} else {
				to = append(to, '\\', c)
			}
			i += 2
			continue
		}
		code := hexadecimal(inner[i+2 : i+6])
		i += 6
		if utf16.IsSurrogate(code) && i+6 <= len(inner) && inner[i] == '\\' && inner[i+1] == 'u' {
			if pair := utf16.DecodeRune(code, hexadecimal(inner[i+2:i+6])); pair != utf8.RuneError {
				code = pair
				i += 6
			}
		}
		to = escaped(to, code)
	}
	return append(to, '"')
}

// escaped appends a character that was written as \u….
func escaped(to []byte, code rune) []byte {
	const digits = "0123456789abcdef"
	if short := bytes.IndexByte([]byte("\b\t\n\f\r\"\\"), byte(code)); code < 0x80 && short >= 0 {
		return append(to, '\\', `btnfr"\`[short])
	}
	if code >= ' ' && !utf16.IsSurrogate(code) {
		return utf8.AppendRune(to, code)
	}
	return append(to, '\\', 'u', digits[code>>12&15], digits[code>>8&15], digits[code>>4&15], digits[code&15])
}

// hexadecimal reads four digits.
func hexadecimal(text []byte) (code rune) {
	for _, c := range text {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		code = code<<4 | rune(c)
	}
	return code
}
