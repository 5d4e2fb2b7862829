package har

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// tokens reads values of JSON, tolerating those of a wrong type. Every method reads one value.
type tokens struct{ *jsontext.Decoder }

// known are the names of members that are read, so that no memory is taken for the others.
var known = func() map[string]string {
	names := map[string]string{}
	for name := range strings.FieldsSeq(`log entries startedDateTime time request response method url headers name value postData
		status content size compression bodySize mimeType text encoding params fileName
		_fromCache _fetchType _fetchedViaServiceWorker _wasFulfilled _error _failureText _charlesStatus _file _sha1 _bodyState _oversize`) {
		names[name] = name
	}
	return names
}()

// name reads the name of a member; "" is one that is not known.
func (t tokens) name() (string, error) {
	raw, err := t.ReadValue()
	if err != nil {
		return "", err
	}
	if len(raw) > 0 && raw[0] == '"' && bytes.IndexByte(raw, '\\') >= 0 {
		return known[string(unquote(raw))], nil
	}
	return known[string(bytes.Trim(raw, `"`))], nil
}

// object reads an object, by a function that reads the value of the member of that name. Any other value is passed over.
func (t tokens) object(member func(name string) error) error {
	if t.PeekKind() != '{' {
		return t.SkipValue()
	}
	if _, err := t.ReadToken(); err != nil {
		return err
	}
	for t.PeekKind() == '"' {
		name, err := t.name()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := t.ReadToken()
	return err
}

// list reads a list, by a function that reads an element. Any other value is passed over.
func (t tokens) list(element func() error) error {
	if t.PeekKind() != '[' {
		return t.SkipValue()
	}
	if _, err := t.ReadToken(); err != nil {
		return err
	}
	for {
		switch t.PeekKind() {
		case ']', jsontext.KindInvalid:
			_, err := t.ReadToken()
			return err
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// scalar reads a string, a number or a boolean as it stands in the file, up to the next read; nil is null or of another type.
func (t tokens) scalar() (jsontext.Value, error) {
	switch t.PeekKind() {
	case '{', '[', 'n':
		return nil, t.SkipValue()
	}
	return t.ReadValue()
}

// text reads a string; fits is false, and the string empty, if it is too long.
func (t tokens) text() (text string, fits bool, err error) {
	raw, err := t.scalar()
	switch {
	case err != nil || len(raw) == 0:
		return "", true, err
	case raw[0] != '"':
		return string(raw), true, nil
	case len(raw)-2 > maxString:
		return "", false, nil
	case bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw):
		return string(raw[1 : len(raw)-1]), true, nil
	}
	return string(unquote(raw)), true, nil
}

// number reads a number, as such or as a string; -1 is anything else.
func (t tokens) number() (float64, error) {
	raw, err := t.scalar()
	if err != nil {
		return -1, err
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.Trim(string(raw), `"`)), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return -1, nil //nolint:nilerr // as if it were missing
	}
	return n, nil
}

// truth reads a boolean; anything else is false.
func (t tokens) truth() (bool, error) {
	raw, err := t.scalar()
	return string(raw) == "true", err
}

// unquote is the text of a string. What is no UTF-8, or half of a surrogate pair, becomes U+FFFD.
func unquote(raw jsontext.Value) []byte {
	text, _ := jsontext.AppendUnquote(make([]byte, 0, len(raw)), raw)
	return text
}
