package contracttest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// A tree is a JSON value before it becomes bytes: nil, bool, float64, string, []any, object or raw. It keeps what a
// decoded value loses: the order of members, a name that comes twice, and text that is no JSON. Trees are never
// changed, only copied.

// object is a JSON object.
type object []member

type member struct {
	name  string
	value any
}

// raw goes into a body as it is.
type raw string

// at is the way to a place in a tree: string for a member, int for an item.
type at []any

// String is the way as people read it: addresses[0].city, or body for the whole.
func (a at) String() string {
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

// then is the way one step further.
func (a at) then(step any) at { return append(slices.Clip(a), step) }

// encode renders a tree as JSON, the same bytes every time.
func encode(tree any) []byte { return appendTree(nil, tree) }

func appendTree(b []byte, tree any) []byte {
	switch v := tree.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case raw:
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
	case object:
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendTree(b, m.name), ':')
			b = appendTree(b, m.value)
		}
		return append(b, '}')
	}
	panic("contracttest: not a tree")
}

// treeOf makes a tree of a decoded value, with members sorted by name.
func treeOf(value any) any {
	switch v := value.(type) {
	case map[string]any:
		o := make(object, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o = append(o, member{name, treeOf(v[name])})
		}
		return o
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = treeOf(item)
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

// valueOf is the decoded value of a tree without raw text.
func valueOf(tree any) any {
	switch v := tree.(type) {
	case object:
		value := make(map[string]any, len(v))
		for _, m := range v {
			value[m.name] = valueOf(m.value)
		}
		return value
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = valueOf(item)
		}
		return items
	case raw:
		return string(v)
	}
	return tree
}

// edit copies a tree with the place changed by f, whose keep result says whether the place stays at all. Where the
// way leads nowhere, the tree is unchanged, but a last member that is missing is added.
func edit(tree any, way at, f func(old any) (value any, keep bool)) any {
	if len(way) == 0 {
		value, _ := f(tree)
		return value
	}
	switch step := way[0].(type) {
	case int:
		items, ok := tree.([]any)
		if !ok || step >= len(items) {
			return tree
		}
		items = slices.Clone(items)
		if len(way) == 1 {
			value, keep := f(items[step])
			if !keep {
				return slices.Delete(items, step, step+1)
			}
			items[step] = value
			return items
		}
		items[step] = edit(items[step], way[1:], f)
		return items
	case string:
		members, ok := tree.(object)
		if !ok {
			return tree
		}
		members = slices.Clone(members)
		i := slices.IndexFunc(members, func(m member) bool { return m.name == step })
		if i < 0 {
			if value, keep := f(nil); len(way) == 1 && keep {
				return append(members, member{step, value})
			}
			return tree
		}
		if len(way) == 1 {
			value, keep := f(members[i].value)
			if !keep {
				return slices.Delete(members, i, i+1)
			}
			members[i].value = value
			return members
		}
		members[i].value = edit(members[i].value, way[1:], f)
		return members
	}
	return tree
}

// with copies a tree with another value at a place.
func with(tree any, way at, value any) any {
	return edit(tree, way, func(any) (any, bool) { return value, true })
}

// without copies a tree without a place.
func without(tree any, way at) any {
	return edit(tree, way, func(any) (any, bool) { return nil, false })
}

// also copies a tree with one more member in an object, even if the object has one of that name.
func also(tree any, way at, name string, value any) any {
	return edit(tree, way, func(old any) (any, bool) {
		members, ok := old.(object)
		if !ok {
			return old, true
		}
		return append(slices.Clip(members), member{name, value}), true
	})
}
