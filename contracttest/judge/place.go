package judge

import (
	"strconv"
	"strings"
)

// place renders the way from the root of a body to one value in both spellings: for people and as a JSON Pointer. root tells an
// index from a member that is named like one.
func place(root any, tokens []string) (path, pointer string) {
	if len(tokens) == 0 {
		return "body", ""
	}
	var b strings.Builder
	var p pointerText
	for _, token := range tokens {
		p.add(token)
		if items, ok := root.([]any); ok {
			b.WriteString("[" + token + "]")
			root = nil
			if i, err := strconv.Atoi(token); err == nil && i < len(items) {
				root = items[i]
			}
			continue
		}
		b.WriteString(member(b.Len() == 0, token))
		members, _ := root.(map[string]any)
		root = members[token]
	}
	return b.String(), p.text.String()
}

// longestPointer is how many bytes of a way are kept as a pointer, since untrusted input can name and nest what it likes. Of a place with a longer
// one the pointer is that of the last place on the way to it that fits.
const longestPointer = 1024

// pointerText writes a JSON Pointer (RFC 6901).
type pointerText struct {
	text strings.Builder
	cut  bool
}

func (p *pointerText) add(token string) {
	if p.cut = p.cut || p.text.Len()+len(token) >= longestPointer; p.cut {
		return
	}
	p.text.WriteByte('/')
	if strings.ContainsAny(token, "~/") {
		token = pointerToken.Replace(token)
	}
	p.text.WriteString(token)
}

func member(first bool, name string) string {
	special := func(c rune) bool {
		return c != '_' && c != '-' && (c < '0' || '9' < c) && (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c)
	}
	switch {
	case name == "" || len(name) > quoted || strings.ContainsFunc(name, special):
		return "[" + quote(name) + "]"
	case first:
		return name
	}
	return "." + name
}
