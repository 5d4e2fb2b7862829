package judge

import (
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// segment is one step of the way to a value: the name of a member, or the index of an item.
type segment struct {
	name   string
	index  int
	isItem bool
}

// place renders the way from the root of a body to one value in both spellings: for people and as a JSON Pointer. root tells an
// index from a member that is named like one.
func place(root any, tokens []string) (path, pointer string) {
	at := make([]segment, len(tokens))
	for i, token := range tokens {
		if items, ok := root.([]any); ok {
			root, at[i].isItem = nil, true
			if n, err := strconv.Atoi(token); err == nil && n < len(items) {
				at[i].index, root = n, items[n]
			}
			continue
		}
		at[i].name = token
		members, _ := root.(map[string]any)
		root = members[token]
	}
	return render(at)
}

// deepest is how many steps of a way a message shows, and longestPath how many bytes of them: untrusted input nests without end, and names its
// members as it likes.
const (
	deepest     = 16
	longestPath = 250
)

func render(at []segment) (path, pointer string) {
	if len(at) == 0 {
		return "body", ""
	}
	var b []byte
	p, cut := pointerText{}, false
	for i, s := range at {
		if p.cut && cut {
			break
		}
		token := s.name
		step := member(i == 0, s.name)
		if s.isItem {
			token = strconv.Itoa(s.index)
			step = "[" + token + "]"
		}
		if p.add(token); cut {
			continue
		}
		if cut = i == deepest || len(b)+len(step) > longestPath; cut {
			step = "…"
		}
		b = append(b, step...)
	}
	return string(b), p.text.String()
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
		token = EscapePointer(token)
	}
	p.text.WriteString(token)
}

func member(first bool, name string) string {
	special := func(c rune) bool {
		return c != '_' && c != '-' && (c < '0' || '9' < c) && (c < 'a' || 'z' < c) && (c < 'A' || 'Z' < c)
	}
	switch {
	case name == "" || len(name) > wording.MostQuoted || strings.ContainsFunc(name, special):
		return "[" + wording.Quote(name) + "]"
	case first:
		return name
	}
	return "." + name
}
