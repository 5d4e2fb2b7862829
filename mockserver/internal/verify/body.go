package verify

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

var byteOrderMark = []byte("\ufeff")

// mostParsed is how many bytes of a body are looked at as JSON: what a payload can have, and white space.
const mostParsed = 4 * gen.WebhookMaxPayload

// bodies calls try with each form that the body can have had when it was signed, what is most like it first, until try returns false or the budget
// is spent. Each comes once. The form that is empty is the body as it is.
func bodies(body []byte, left *budget, try func(form string, body []byte) bool) {
	known := map[[sha256.Size]byte]bool{}
	each := func(form string, body []byte) bool {
		if !left.spend(len(body)) {
			return false
		}
		if len(body) > MaxSize {
			return true
		}
		digest := sha256.Sum256(body)
		if known[digest] {
			return true
		}
		known[digest] = true
		return try(form, body)
	}
	roots := rootsOf(body)
	for _, root := range roots {
		if !respaced(root, each) {
			return
		}
	}
	for _, root := range roots {
		if len(root.body) > mostParsed {
			continue
		}
		if v, ok := parse(bytes.TrimPrefix(root.body, byteOrderMark)); ok && !reprinted(root, v, each) {
			return
		}
	}
}

// root is a body that other forms are made of.
type root struct {
	form string
	body []byte
}

func (r root) and(form string) string { return strings.TrimPrefix(r.form+", "+form, ", ") }

// unwraps take something away that was put around a body or done to it; ok is false where it was not.
var unwraps = []struct {
	form string
	take func([]byte) (taken []byte, ok bool)
}{
	{"without the byte order mark", func(body []byte) ([]byte, bool) { return bytes.CutPrefix(body, byteOrderMark) }},
	{"taken out of the JSON string that it is", fromString},
	{"with its JSON escapes undone", func(body []byte) ([]byte, bool) {
		if !bytes.Contains(body, []byte(`\"`)) {
			return nil, false
		}
		return fromString(slices.Concat([]byte(`"`), bytes.TrimSpace(body), []byte(`"`)))
	}},
	{`without {"data": …} around it`, fromEnvelope},
	{"with its UTF-8 not read as Latin-1", fromLatin1},
}

// rootsOf is the body, and what it is without one or two things that can have been done to it.
func rootsOf(body []byte) []root {
	roots := []root{{"", body}}
	for first, rounds := 0, 0; rounds < 2; rounds++ {
		from := roots[first:]
		first = len(roots)
		for _, r := range from {
			if len(r.body) > mostParsed {
				continue
			}
			for _, u := range unwraps {
				if taken, ok := u.take(r.body); ok {
					roots = append(roots, root{r.and(u.form), taken})
				}
			}
		}
	}
	return roots
}

func fromString(body []byte) ([]byte, bool) {
	v, ok := parse(body)
	if !ok || v.kind != jsontext.KindString {
		return nil, false
	}
	return []byte(string(v.runes)), true
}

func fromEnvelope(body []byte) ([]byte, bool) {
	v, ok := parse(body)
	if !ok || len(v.members) != 1 || string(v.members[0].name) != "data" {
		return nil, false
	}
	_, rest, _ := bytes.Cut(body, []byte(":"))
	return bytes.TrimSpace(rest[:bytes.LastIndexByte(rest, '}')]), true
}

// fromLatin1 undoes what comes of UTF-8 that is read as ISO-8859-1 and written as UTF-8.
func fromLatin1(body []byte) ([]byte, bool) {
	undone := make([]byte, 0, len(body))
	for _, c := range string(body) {
		if c > 0xff {
			return nil, false
		}
		undone = append(undone, byte(c))
	}
	return undone, len(undone) < len(body) && utf8.Valid(undone)
}

// respaced tries a body with other line breaks, and with something else at its ends.
func respaced(r root, try func(string, []byte) bool) bool {
	lf := bytes.ReplaceAll(r.body, []byte("\r\n"), []byte("\n"))
	for _, breaks := range []root{
		r, {r.and("with LF in the place of CRLF"), lf}, {r.and("with CRLF in the place of LF"), bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n"))},
	} {
		for _, one := range []root{
			breaks,
			{breaks.and("without the white space at its end"), bytes.TrimRight(breaks.body, " \t\r\n")},
			{breaks.and("with a line break (LF) at its end"), append(slices.Clip(breaks.body), '\n')},
			{breaks.and("with a line break (CRLF) at its end"), append(slices.Clip(breaks.body), '\r', '\n')},
			{breaks.and("without the white space around it"), bytes.TrimSpace(breaks.body)},
			{breaks.and("with a byte order mark before it"), slices.Concat(byteOrderMark, breaks.body)},
		} {
			if !try(one.form, one.body) {
				return false
			}
		}
	}
	return true
}

// arrangements are what programs do to the members of an object beside printing them.
var arrangements = []struct {
	form string
	make func(value) value
}{
	{"", func(v value) value { return v }},
	{"numbers as JavaScript spells them", value.asJavaScript},
	{"members in the order of the contract", func(v value) value { return v.inOrder(payload(), false) }},
	{"members in the order of the mock", value.inOrderOfMock},
	{"members sorted by name", value.sorted},
	{"members that are null left out", value.withoutNull},
	{"members in the order of the contract, null where one is missing", func(v value) value { return v.inOrder(payload(), true) }},
	{"members sorted by name, null where one is missing", func(v value) value { return v.inOrder(payload(), true).sorted() }},
	{"members sorted by name, those that are null left out", func(v value) value { return v.withoutNull().sorted() }},
}

// reprinted tries a body as programs print it that parse JSON and print it anew.
func reprinted(r root, v value, try func(string, []byte) bool) bool {
	differing, known := differing(v), map[[sha256.Size]byte]bool{}
	compact := v.print(nil, escapings[0], spacings[0], 0)
	for _, arrangement := range arrangements {
		arranged := arrangement.make(v)
		digest := sha256.Sum256(arranged.print(nil, escapings[0], spacings[0], 0))
		if known[digest] {
			continue
		}
		known[digest] = true
		for _, s := range spacings {
			for _, e := range differing {
				form := r.and("printed as " + e.name + " prints it, " + s.name)
				if arrangement.form != "" {
					form += ", " + arrangement.form
				}
				text := arranged.print(nil, e, s, 0)
				if !try(form, text) || !try(form+", with a line break at its end", append(text, '\n')) {
					return false
				}
			}
		}
	}
	for _, one := range []root{
		{`in {"data": …}`, slices.Concat([]byte(`{"data":`), r.body, []byte("}"))},
		{`in {"data": …}, without white space`, slices.Concat([]byte(`{"data":`), compact, []byte("}"))},
		{`in {"data": …}, with a line break at its end`, slices.Concat([]byte(`{"data":`), compact, []byte("}\n"))},
		{"as a JSON string, encoded once more", escapings[0].print(nil, []rune(string(r.body)))},
		{"as a JSON string, without white space, encoded once more", escapings[0].print(nil, []rune(string(compact)))},
	} {
		if !try(r.and(one.form), one.body) {
			return false
		}
	}
	return true
}
