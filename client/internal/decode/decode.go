// Package decode reads the JSON of the vendor: tolerant of what the contract does not name, strict with the spelling of what it names.
package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient is how JSON is decoded: what the contract does not name may be there twice, text that is not UTF-8 is replaced.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
	json.WithUnmarshalers(json.UnmarshalFunc(decodeTime)))

// What can be wrong with JSON beside its syntax and its types.
var (
	ErrSpelling      = errors.New("a name is there more than once, or in another case")
	ErrContradiction = errors.New("an error beside the customer")
)

// Object reads the one JSON value of body, and checks that the names of the contract are spelled as it spells them and there
// once. A member other of the outermost object, in whatever case, that is not null is ErrContradiction; "" is no such member.
func Object(body []byte, into any, known []Name, other string) error {
	s, err := spell(body, known, other)
	switch {
	case err != nil:
		return err
	case s.contradicts:
		return ErrContradiction
	}
	if err = json.Unmarshal(body, into, lenient); err == nil && s.misspells {
		err = ErrSpelling
	}
	return err
}

// Describe says what is wrong with JSON that Object refused, without repeating its values, as the texts of other packages do.
func Describe(err error) string {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Sprintf("not JSON, or more or less than one value, at byte %d", syntax.ByteOffset)
	}
	if bad, ok := errors.AsType[*json.SemanticError](err); ok && bad.Err == nil {
		if bad.JSONPointer == "" {
			return "the JSON is not an object"
		}
		return Path(bad.JSONPointer, "") + " has the wrong type"
	}
	if errors.Is(err, ErrSpelling) || errors.Is(err, ErrContradiction) {
		return err.Error()
	}
	return errTime.Error()
}

// Path writes /addresses/0/zip as addresses[0].zip, with position "[$1]". No name of the contract is a number.
func Path(p jsontext.Pointer, position string) string {
	path := positions.ReplaceAllString(string(p), position)
	return strings.TrimPrefix(strings.ReplaceAll(path, "/", "."), ".")
}

var positions = regexp.MustCompile(`/([0-9]+)`)

// Name is a name of the contract, with those of the object, or the objects of the list, that it stands for.
type Name struct {
	Text   string
	Inside []Name
}

// NamesOf returns the names of a type's fields in JSON.
func NamesOf(t reflect.Type) []Name {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return nil
	}
	var names []Name
	for f := range t.Fields() {
		if text, _, _ := strings.Cut(f.Tag.Get("json"), ","); text != "" {
			names = append(names, Name{text, NamesOf(f.Type)})
		}
	}
	return names
}

// speller reads JSON and looks at the names only.
type speller struct {
	*jsontext.Decoder
	other       string // a name that must not be in the outermost object
	contradicts bool   // it is
	misspells   bool   // a known name is there twice, or in another case
}

// spell looks at the names of body. Its error is a *jsontext.SyntacticError.
func spell(body []byte, known []Name, other string) (*speller, error) {
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
func (s *speller) value(known []Name) error {
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
				inside = known[i].Inside
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
func (s *speller) name(known []Name) (int, error) {
	text, err := s.ReadValue()
	if err != nil {
		return -1, err
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		text, _ = jsontext.AppendUnquote(nil, text)
	} else {
		text = text[1 : len(text)-1]
	}
	if s.other != "" && s.StackDepth() == 1 && strings.EqualFold(string(text), s.other) && s.PeekKind() != 'n' {
		s.contradicts = true
	}
	for i, k := range known {
		if strings.EqualFold(string(text), k.Text) {
			s.misspells = s.misspells || string(text) != k.Text
			return i, nil
		}
	}
	return -1, nil
}
