package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// reread reads a body once more that the strict reader refused. Where it is one JSON value but for names that come twice and numbers that no
// float64 holds, all of these are listed, and the value is returned, so that the schema can say what else is wrong: the last of several
// members counts, and such a number is a json.Number.
func reread(body []byte) (value any, violations Violations, readable bool) {
	r := rereader{Decoder: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))}
	value = r.value()
	if r.err == nil {
		_, r.err = r.ReadToken()
	}
	return value, r.violations, r.err == io.EOF //nolint:errorlint // jsontext returns io.EOF itself
}

type rereader struct {
	*jsontext.Decoder
	violations Violations
	err        error
}

func (r *rereader) token() (t jsontext.Token) {
	if r.err == nil {
		t, r.err = r.ReadToken()
	}
	return t
}

func (r *rereader) value() any {
	t := r.token()
	if r.err != nil {
		return nil
	}
	switch t.Kind() {
	case '{':
		return r.object()
	case '[':
		items := []any{}
		for r.err == nil && r.PeekKind() != ']' {
			items = append(items, r.value())
		}
		r.token()
		return items
	case '"':
		return t.String()
	case 't', 'f':
		return t.Bool()
	case '0':
		return r.number(t.String())
	}
	return nil
}

func (r *rereader) object() any {
	members := map[string]any{}
	for r.err == nil && r.PeekKind() != '}' {
		name := r.token().String()
		if r.err != nil {
			break
		}
		if _, twice := members[name]; twice {
			r.add(Violation{Check: UniqueKeys, Expected: "must be named once in its object"})
		}
		members[name] = r.value()
	}
	r.token()
	return members
}

func (r *rereader) number(text string) any {
	n, err := strconv.ParseFloat(text, 64)
	if err == nil {
		return n
	}
	r.add(Violation{Check: SingleJSONValue, Expected: "must be a number that a 64-bit float can hold", Got: short(text)})
	return json.Number(text)
}

// add says where the reader is.
func (r *rereader) add(v Violation) {
	v.Pointer = string(r.StackPointer())
	v.Path = pointerPath(v.Pointer)
	r.violations = append(r.violations, v)
}
