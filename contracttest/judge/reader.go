package judge

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// reader decodes one JSON value as far as a view looks. It goes on where the strict rules are broken but the text can be read all the same, so that
// all of these places are listed and the schema can say what else is wrong: of several members with one name the last counts, and a number that no
// float64 holds is a json.Number. Names and values that nothing looks at are read, but not kept.
type reader struct {
	*jsontext.Decoder
	at         []segment // the way to the value that is being read
	violations Violations
	unknown    int // names that were kept though no property is called so
	err        error
}

// read decodes a body. Where readable is false, it is not one JSON value.
func (r *reader) read(body []byte, look *view) (value any, readable bool) {
	r.Decoder = jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))
	value = r.value(look)
	if r.err != nil {
		return nil, false
	}
	_, r.err = r.ReadToken()
	return value, r.err == io.EOF //nolint:errorlint // jsontext returns io.EOF itself
}

func (r *reader) token() (t jsontext.Token) {
	if r.err == nil {
		t, r.err = r.ReadToken()
	}
	return t
}

func (r *reader) value(look *view) any {
	t := r.token()
	if r.err != nil {
		return nil
	}
	switch t.Kind() {
	case '{':
		return r.object(look)
	case '[':
		return r.array(look)
	case '"':
		if look != nil {
			return t.String()
		}
	case 't', 'f':
		return t.Bool()
	case '0':
		return r.number(t.String())
	}
	return nil
}

func (r *reader) array(look *view) any {
	items := []any{}
	here := len(r.at)
	r.at = append(r.at, segment{isItem: true})
	for i := 0; r.err == nil && r.PeekKind() != ']'; i++ {
		r.at[here].index = i
		item := r.value(look.item())
		if look.item() == nil {
			continue
		}
		if len(items) == cap(items) {
			items = slices.Grow(items, len(items)+1) // append alone would copy a long array twenty times
		}
		items = append(items, item)
	}
	r.at = r.at[:here]
	r.token()
	return items
}

// noMembers is the object of which nothing is kept. It is never written to.
var noMembers = map[string]any{}

func (r *reader) object(look *view) any {
	members := noMembers
	var names map[string]struct{} // where not all of them are kept
	if look != everything {
		names = map[string]struct{}{}
	}
	here := len(r.at)
	r.at = append(r.at, segment{})
	for r.err == nil && r.PeekKind() != '}' {
		name := r.token().String()
		if r.err != nil {
			break
		}
		r.at[here].name = name
		_, twice := members[name]
		if names != nil {
			_, twice = names[name]
			names[name] = struct{}{}
		}
		if twice {
			r.add(Violation{Check: UniqueKeys, Expected: "must be named once in its object"})
		}
		value := r.value(look.member(name))
		if !r.keeps(look, name) {
			continue
		}
		if len(members) == 0 {
			members = map[string]any{}
		}
		members[name] = value
	}
	r.at = r.at[:here]
	r.token()
	if look == everything && len(members) == 0 {
		return map[string]any{}
	}
	return members
}

// keeps reports whether a member matters to who looks. Unknown names that break nothing are kept up to the bound of violations: each can be a notice.
func (r *reader) keeps(look *view, name string) bool {
	switch {
	case look == nil:
		return false
	case look.member(name) != nil || look.count:
		return true
	case look.names && r.unknown < mostViolations:
		r.unknown++
		return true
	}
	return false
}

func (r *reader) number(text string) any {
	n, err := strconv.ParseFloat(text, 64)
	if err == nil {
		return n
	}
	r.add(Violation{Check: SingleJSONValue, Expected: "must be a number that a 64-bit float can hold", Got: wording.Short(text)})
	return json.Number(text)
}

// add says where the reader is.
func (r *reader) add(v Violation) {
	if len(r.violations) == mostViolations {
		return
	}
	v.Path, v.Pointer = render(r.at)
	r.violations = append(r.violations, v)
}
