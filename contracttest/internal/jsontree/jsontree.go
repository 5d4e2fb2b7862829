// Package jsontree has JSON values before they become bytes. A tree is nil, bool, float64, string, []any, [Object] or
// [Raw]. It keeps what a decoded value loses: the order of members, a name that comes twice, and text that is no JSON.
// Trees are never changed, only copied.
package jsontree

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is a JSON object.
type Object []Member

// Member is one name of an object with its value.
type Member struct {
	Name  string
	Value any
}

// Raw goes into a body as it is.
type Raw string

// Way is the way to a place in a tree: string for a member, int for an item.
type Way []any

// String is the way as people read it: addresses[0].city, or body for the whole.
func (a Way) String() string {
	var b strings.Builder
	for _, step := range a {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	if b.Len() == 0 {
		return "body"
	}
	return b.String()
}

// Then is the way one step further.
func (a Way) Then(step any) Way { return append(slices.Clip(a), step) }

// Encode renders a tree as JSON, the same bytes every time.
func Encode(tree any) []byte { return appendTree(nil, tree) }

func appendTree(b []byte, tree any) []byte {
	switch v := tree.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case Raw:
		return append(b, v...)
	case string:
		quoted, _ := jsontext.AppendQuote(b, v) // invalid UTF-8 cannot occur: such text is raw
		return quoted
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendTree(b, item)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendTree(b, m.Name), ':')
			b = appendTree(b, m.Value)
		}
		return append(b, '}')
	}
	panic("contracttest: not a tree")
}

// Of makes a tree of a decoded value, with members sorted by name.
func Of(value any) any {
	switch v := value.(type) {
	case map[string]any:
		o := make(Object, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o = append(o, Member{name, Of(v[name])})
		}
		return o
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = Of(item)
		}
		return items
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return value
}

// ValueOf is the decoded value of a tree without raw text.
func ValueOf(tree any) any {
	switch v := tree.(type) {
	case Object:
		value := make(map[string]any, len(v))
		for _, m := range v {
			value[m.Name] = ValueOf(m.Value)
		}
		return value
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = ValueOf(item)
		}
		return items
	case Raw:
		return string(v)
	}
	return tree
}

// Edit copies a tree with the place changed by f, whose keep result says whether the place stays at all. Where the
// way leads nowhere, the tree is unchanged, but a last member that is missing is added.
func Edit(tree any, way Way, f func(old any) (value any, keep bool)) any {
	if len(way) == 0 {
		value, _ := f(tree)
		return value
	}
	switch step := way[0].(type) {
	case int:
		if items, ok := tree.([]any); ok && step < len(items) {
			return editItem(items, step, way[1:], f)
		}
	case string:
		if members, ok := tree.(Object); ok {
			return editMember(members, step, way[1:], f)
		}
	}
	return tree
}

func editItem(items []any, i int, rest Way, f func(any) (any, bool)) any {
	value, keep := editValue(items[i], rest, f)
	items = slices.Clone(items)
	if !keep {
		return slices.Delete(items, i, i+1)
	}
	items[i] = value
	return items
}

func editMember(members Object, name string, rest Way, f func(any) (any, bool)) any {
	i := slices.IndexFunc(members, func(m Member) bool { return m.Name == name })
	if i < 0 {
		if value, keep := f(nil); len(rest) == 0 && keep {
			return append(slices.Clone(members), Member{name, value})
		}
		return members
	}
	value, keep := editValue(members[i].Value, rest, f)
	members = slices.Clone(members)
	if !keep {
		return slices.Delete(members, i, i+1)
	}
	members[i].Value = value
	return members
}

// editValue is what becomes of a value that the way leads through, or ends at.
func editValue(old any, rest Way, f func(any) (any, bool)) (value any, keep bool) {
	if len(rest) == 0 {
		return f(old)
	}
	return Edit(old, rest, f), true
}

// With copies a tree with another value at a place.
func With(tree any, way Way, value any) any {
	return Edit(tree, way, func(any) (any, bool) { return value, true })
}

// Without copies a tree without a place.
func Without(tree any, way Way) any {
	return Edit(tree, way, func(any) (any, bool) { return nil, false })
}

// Also copies a tree with one more member in an object, even if the object has one of that name.
func Also(tree any, way Way, name string, value any) any {
	return Edit(tree, way, func(old any) (any, bool) {
		members, ok := old.(Object)
		if !ok {
			return old, true
		}
		return append(slices.Clip(members), Member{name, value}), true
	})
}
