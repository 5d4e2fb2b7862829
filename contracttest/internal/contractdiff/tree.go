package contractdiff

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// node is a value of a document in the form that is compared.
type node struct {
	members map[string]*node // of a mapping, else nil
	items   []*node          // of a list, else nil
	list    bool
	scalar  string // of a scalar, as JSON

	pointer string // of where the document has it
	line    int    // the same
	under   int    // the line of what the document has it in
	rules   []Rule // the x-rules that stand there

	// fold is set where the names of members are the API's own (properties, statuses, headers …): names that it makes equal are one.
	fold    func(name string) string
	spelled map[string]string // the names by what they fold to
}

func mapping(at *node) *node {
	return &node{members: map[string]*node{}, pointer: at.pointer, line: at.line, under: at.under}
}

func (n *node) keys() []string { return slices.Sorted(maps.Keys(n.members)) }

// get is the member of a name; nil where n is no mapping or has none.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	return n.members[name]
}

// text is the value of a scalar that is a string, else "".
func (n *node) text() string {
	if n == nil {
		return ""
	}
	var s string
	_ = json.Unmarshal([]byte(n.scalar), &s) // else it is no string
	return s
}

// json is the value as compact JSON with sorted members, the same for equal values.
func (n *node) json() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	switch {
	case n.members != nil:
		b.WriteByte('{')
		for i, key := range n.keys() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(key))
			b.WriteByte(':')
			n.members[key].write(b)
		}
		b.WriteByte('}')
	case n.list:
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	default:
		b.WriteString(n.scalar)
	}
}
