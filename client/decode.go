package client

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// lenient is how an answer is decoded: what the contract does not name may be there twice, text that is not UTF-8 is replaced.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
	json.WithUnmarshalers(json.UnmarshalFunc(decodeTime)))

// What can be wrong with an answer beside its syntax and its types.
var (
	errSpelling      = errors.New("a name is there more than once, or in another case")
	errContradiction = errors.New("an error beside the customer")
)

// decode reads the one JSON value of body, and checks that the names of the contract are spelled as it spells them and there
// once. A member other of the outermost object, in whatever case, that is not null is errContradiction.
func decode(body []byte, into any, known []name, other string) error {
	s, err := spell(body, known, other)
	switch {
	case err != nil:
		return err
	case s.contradicts:
		return errContradiction
	}
	if err = json.Unmarshal(body, into, lenient); err == nil && s.misspells {
		err = errSpelling
	}
	return err
}

// name is a name of the contract, with those of the object, or the objects of the list, that it stands for.
type name struct {
	text   string
	inside []name
}

// namesOf returns the names of a type's fields in JSON.
func namesOf(t reflect.Type) []name {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return nil
	}
	var names []name
	for f := range t.Fields() {
		if text, _, _ := strings.Cut(f.Tag.Get("json"), ","); text != "" {
			names = append(names, name{text, namesOf(f.Type)})
		}
	}
	return names
}

var (
	customerNames = namesOf(reflect.TypeFor[gen.CustomerResponse]())
	failureNames  = namesOf(reflect.TypeFor[failure]())
)

// speller reads JSON and looks at the names only.
type speller struct {
	*jsontext.Decoder
	other       string // a name that must not be in the outermost object
	contradicts bool   // it is
	misspells   bool   // a known name is there twice, or in another case
}

// spell looks at the names of body. Its error is a *jsontext.SyntacticError.
func spell(body []byte, known []name, other string) (*speller, error) {
	s := &speller{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), lenient), other: other}
	err := s.value(known)
	end := s.InputOffset()
	switch {
	case errors.Is(err, io.EOF), err == nil && len(bytes.TrimLeft(body[end:], " \t\r\n")) > 0:
		return nil, &jsontext.SyntacticError{ByteOffset: end} // nothing there, or more than one value
	case err != nil:
		return nil, err
	}
	return s, nil
}

// value reads a value, in which names are known.
func (s *speller) value(known []name) error {
	kind := s.PeekKind()
	if kind != '{' && kind != '[' || known == nil {
		return s.SkipValue()
	}
	if _, err := s.ReadToken(); err != nil {
		return err
	}
	var seen uint64 // a bit for each of known
	for next := s.PeekKind(); next != '}' && next != ']'; next = s.PeekKind() {
		inside := known // of an item of a list
		if kind == '{' {
			i, err := s.name(known)
			if err != nil {
				return err
			}
			inside = nil
			if i >= 0 {
				s.misspells = s.misspells || seen&(1<<i) != 0
				seen |= 1 << i
				inside = known[i].inside
			}
		}
		if err := s.value(inside); err != nil {
			return err
		}
	}
	_, err := s.ReadToken()
	return err
}

// name reads a name and tells which of those that are known it is, in whatever case, -1 if none.
func (s *speller) name(known []name) (int, error) {
	text, err := s.ReadValue()
	if err != nil {
		return -1, err
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		text, _ = jsontext.AppendUnquote(nil, text)
	} else {
		text = text[1 : len(text)-1]
	}
	if s.StackDepth() == 1 && strings.EqualFold(string(text), s.other) && s.PeekKind() != 'n' {
		s.contradicts = true
	}
	for i, k := range known {
		if strings.EqualFold(string(text), k.text) {
			s.misspells = s.misspells || string(text) != k.text
			return i, nil
		}
	}
	return -1, nil
}

// decodeTime reads a time of an answer in any form that RFC 3339, section 5.6, allows; time.Time refuses some of them, and
// null leaves it zero.
func decodeTime(b []byte, t *time.Time) error {
	if plainTime(b) && t.UnmarshalJSON(b) == nil { // a tenth of the time of parseTime
		return nil
	}
	var s *string
	err := json.Unmarshal(b, &s)
	switch {
	case err != nil:
		return errTime
	case s != nil:
		*t, err = parseTime(*s)
	}
	return err
}

// plainTime reports whether b has the form "2026-11-23T08:30:00Z", with or without a fraction. Of texts of this form time.Time
// accepts what RFC 3339 does; of others it accepts more, such as one digit for the hour or a comma before the fraction
// (https://go.dev/issue/54580).
func plainTime(b []byte) bool {
	const form = `"2026-11-23T08:30:00Z"`
	return len(b) >= len(form) && b[14] == ':' && (b[20] == '.' || b[20] == 'Z') && b[len(b)-2] == 'Z'
}

var errTime = errors.New("a time is not RFC 3339")

// dateTime is the ABNF rule of this name. It leaves to time.Parse whether month, day, hour, minute and second exist.
var dateTime = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$`)

// parseTime reads a date-time of RFC 3339, section 5.6, but for the space in place of the T, which a note there leaves to
// applications. Digits of the fraction beyond nanoseconds are dropped. A leap second is accepted where UTC can have one, at
// 23:59:60 at the end of June or December (section 5.7), as the instant that the next minute begins.
func parseTime(s string) (time.Time, error) {
	at := dateTime.FindStringSubmatchIndex(s)
	if at == nil {
		return time.Time{}, errTime
	}
	s = strings.ToUpper(s)
	leap := s[at[2]:at[3]] == "60"
	if leap {
		s = s[:at[2]] + "59" + s[at[3]:]
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, errTime // the text of err repeats s
	}
	if leap {
		t = t.Add(time.Second)
		if next := t.UTC().Format("01-02 15:04"); next != "01-01 00:00" && next != "07-01 00:00" {
			return time.Time{}, errTime
		}
	}
	return t, nil
}

// findID looks for the id of a customer in what there is of an answer: a member of the object data, both names in any
// case. The answer need be neither whole nor valid JSON nor of a depth that a JSON library takes: a client that does not
// find an id may create the customer once more. So strings, braces and brackets are all that counts. null and the empty
// string are no ids. The id that is returned is a text, and every id in the answer is the same; otherwise it is "".
func findID(body []byte) (id string, found bool) {
	var name, last []byte // the name whose value is next, and the token before
	inData := false       // what is open at depth 2 is the object data
	depth := 0
	rest := bytes.TrimPrefix(body, []byte("\ufeff"))
	for token := nextToken(&rest); len(token) > 0; last, token = token, nextToken(&rest) {
		if depth == 0 && (last != nil || token[0] != '{') {
			break // what is not in the outermost object
		}
		if inData && depth == 2 && strings.EqualFold(decoded(name), "id") {
			if value, given := idOf(token); given && found && value != id {
				id = "" // as it stays: nothing that is given later is the same
			} else if given {
				id, found = value, true
			}
		}
		wasName := name
		name = nil
		switch token[0] {
		case '{', '[':
			depth++
			if depth == 2 {
				inData = token[0] == '{' && strings.EqualFold(decoded(wasName), "data")
			}
		case '}', ']':
			depth--
		case ':':
			name = last
		}
	}
	return id, found
}

// nextToken takes a whole string, a punctuation mark or a word from the beginning of b; nothing from the end.
func nextToken(b *[]byte) []byte {
	const space, marks = " \t\r\n", `"{}[]:,`
	text := bytes.TrimLeft(*b, space)
	end := min(len(text), 1)
	switch {
	case end == 0:
	case text[0] == '"':
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(text))
	case strings.IndexByte(marks, text[0]) < 0:
		if end = bytes.IndexAny(text, space+marks); end < 0 {
			end = len(text)
		}
	}
	*b = text[end:]
	return text[:end]
}

// idOf reads the value of an id. It is given even if it is of another type or was cut off, and then "".
func idOf(token []byte) (id string, given bool) {
	if nothing := string(token) == `"` || string(token) == `""` || strings.IndexByte("n,}]", token[0]) >= 0; nothing {
		return "", false
	}
	return decoded(token), true
}

// decoded returns what a string in JSON stands for, "" for what is none: of another type, cut off, not escaped as it must
// be, not UTF-8.
func decoded(text []byte) string {
	var s string
	if stdjson.Unmarshal(text, &s) != nil || strings.ContainsRune(s, utf8.RuneError) {
		return ""
	}
	return s
}
