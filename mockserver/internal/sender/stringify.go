package sender

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// stringify is JSON byte for byte as JavaScript's JSON.stringify(JSON.parse(…)) prints it, since the vendor's sample receiver computes the signature of that:
// no white space, nothing escaped that need not be, numbers as JavaScript has them (1.0 is 1, 2^53+1 is 2^53), keys that are array indexes in front. What is like
// that already is returned as it is, which is every customer without a number or an escape in it. A number beyond the range of a double is kept finite; the
// mock takes none.
func stringify(b []byte) []byte {
	if isStringified(b) {
		return b
	}
	out, err := walk(b)
	if err != nil {
		return b // which the mock has not made
	}
	return out
}

// walk prints JSON anew.
func walk(b []byte) ([]byte, error) {
	d := jsontext.NewDecoder(bytes.NewReader(b))
	out, err := appendValue(make([]byte, 0, len(b)), d)
	if err == nil {
		if _, end := d.ReadToken(); !errors.Is(end, io.EOF) {
			err = errors.New("more than one value")
		}
	}
	return out, err
}

// isStringified reports whether JSON is certain to be as stringify would print it.
func isStringified(b []byte) bool {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			start := i + 1
			length := bytes.IndexByte(b[start:], '"')
			if length < 0 || bytes.IndexByte(b[start:start+length], '\\') >= 0 {
				return false
			}
			i = start + length
			if i+1 < len(b) && b[i+1] == ':' && length > 0 && isDigit(b[start]) {
				return false
			}
		case c == '-' || isDigit(c) || c <= ' ':
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// appendValue appends the next value of the input.
func appendValue(out []byte, d *jsontext.Decoder) ([]byte, error) {
	switch d.PeekKind() {
	case '{':
		return appendObject(out, d)
	case '[':
		if _, err := d.ReadToken(); err != nil {
			return nil, err
		}
		out = append(out, '[')
		for first := true; d.PeekKind() != ']'; first = false {
			if !first {
				out = append(out, ',')
			}
			var err error
			if out, err = appendValue(out, d); err != nil {
				return nil, err
			}
		}
		_, err := d.ReadToken()
		return append(out, ']'), err
	}
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	v = slices.Clone(v)    // the decoder's own, which is changed
	err = v.Canonicalize() // of a string or a number: RFC 8785 prints them as JavaScript does
	return append(out, v...), err
}

// member is a member of an object: its name and value in JSON.
type member struct {
	index       uint64 // of a name that is an array index, which JavaScript has in front, in ascending order
	name, value []byte
}

const noIndex = 1<<32 - 1 // array indexes are below (ECMA-262, "array index")

func appendObject(out []byte, d *jsontext.Decoder) ([]byte, error) {
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	var members []member
	for d.PeekKind() != '}' {
		token, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		name := token.String()
		m := member{index: noIndex}
		if m.name, err = jsontext.AppendQuote(nil, name); err != nil {
			return nil, err
		}
		if index, err := strconv.ParseUint(name, 10, 32); err == nil && index < noIndex && strconv.FormatUint(index, 10) == name {
			m.index = index
		}
		if m.value, err = appendValue(nil, d); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.index, b.index) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, m.name...), ':'), m.value...)
	}
	_, err := d.ReadToken()
	return append(out, '}'), err
}
