package verify

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
)

// value is a JSON value, which keeps how numbers are spelled, the order of members, names that come twice and halves of surrogate pairs.
type value struct {
	kind     jsontext.Kind
	text     string  // of a number, true, false or null
	runes    []rune  // of a string
	elements []value // of an array
	members  []member
}

type member struct {
	name  []rune
	value value
}

// parse reads a body that is one JSON value.
func parse(body []byte) (value, bool) {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	v, err := parseNext(decoder)
	if err != nil {
		return value{}, false
	}
	_, err = decoder.ReadToken()
	return v, err == io.EOF //nolint:errorlint // the decoder returns it as it is
}

func parseNext(from *jsontext.Decoder) (v value, err error) {
	v.kind = from.PeekKind()
	switch v.kind {
	case jsontext.KindBeginArray, jsontext.KindBeginObject:
	case jsontext.KindString:
		v.runes, err = parseString(from)
		return v, err
	default:
		raw, err := from.ReadValue()
		v.text = string(raw)
		return v, err
	}
	if _, err = from.ReadToken(); err != nil { // the opening bracket
		return v, err
	}
	for {
		switch next := from.PeekKind(); {
		case next == jsontext.KindEndArray || next == jsontext.KindEndObject:
			_, err = from.ReadToken()
			return v, err
		case v.kind == jsontext.KindBeginArray:
			element, err := parseNext(from)
			if err != nil {
				return v, err
			}
			v.elements = append(v.elements, element)
		default:
			name, err := parseString(from)
			if err != nil {
				return v, err
			}
			one, err := parseNext(from)
			if err != nil {
				return v, err
			}
			v.members = append(v.members, member{name, one})
		}
	}
}

// parseString reads a string. A \u escape that is half of a surrogate pair stays one, as in JavaScript and Python.
func parseString(from *jsontext.Decoder) ([]rune, error) {
	raw, err := from.ReadValue()
	if err != nil || len(raw) < 2 {
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	text := []rune(string(raw[1 : len(raw)-1]))
	runes := make([]rune, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' {
			i++
			if c = unescapes[text[i]]; text[i] == 'u' {
				c = unit(text[i+1 : i+5])
				i += 4
			}
			if last := len(runes) - 1; last >= 0 && utf16.DecodeRune(runes[last], c) != '\ufffd' {
				runes[last] = utf16.DecodeRune(runes[last], c)
				continue
			}
		}
		runes = append(runes, c)
	}
	return runes, nil
}

// unescapes are what stands behind a backslash in JSON, and what it means.
var unescapes = map[rune]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func unit(digits []rune) rune {
	n, _ := strconv.ParseUint(string(digits), 16, 16) // the decoder has looked at them
	return rune(n)
}

// changed is a value with each object's members, and each number, put through a function.
func (v value) changed(members func([]member) []member, number func(string) string) value {
	switch v.kind {
	case jsontext.KindNumber:
		v.text = number(v.text)
	case jsontext.KindBeginArray:
		v.elements = slices.Clone(v.elements)
		for i, element := range v.elements {
			v.elements[i] = element.changed(members, number)
		}
	case jsontext.KindBeginObject:
		v.members = members(slices.Clone(v.members))
		for i, m := range v.members {
			v.members[i].value = m.value.changed(members, number)
		}
	default:
	}
	return v
}

// asJavaScript is what JSON.parse makes of a value: numbers in the spelling of ECMAScript, of a name that comes twice the last value in the place of
// the first, and names that are indices of an array before the others.
func (v value) asJavaScript() value {
	return v.changed(func(members []member) (merged []member) {
		places := map[string]int{}
		for _, m := range members {
			name := string(escapings[0].print(nil, m.name))
			if i, ok := places[name]; ok {
				merged[i].value = m.value
				continue
			}
			places[name] = len(merged)
			merged = append(merged, m)
		}
		slices.SortStableFunc(merged, func(a, b member) int { return cmp.Compare(index(a.name), index(b.name)) })
		return merged
	}, respelled)
}

// noIndex is beyond every index of an array.
const noIndex = 1<<32 - 1

func index(name []rune) uint64 {
	n, err := strconv.ParseUint(string(name), 10, 32)
	if err != nil || strconv.FormatUint(n, 10) != string(name) {
		return noIndex
	}
	return n
}

// respelled is a number as ECMAScript writes it (RFC 8785 section 3.2.2.3); JSON.stringify has null for one that is infinite.
func respelled(number string) string {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return "null"
	}
	if f == 0 {
		return "0" // also of -0
	}
	canonical := jsontext.Value(number)
	if canonical.Canonicalize() != nil {
		return number
	}
	return string(canonical)
}
