package judge

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// place renders the way from the root of a body to one value in both spellings: for people and as a JSON Pointer. root tells an
// index from a member that is named like one.
func place(root any, tokens []string) (path, pointer string) {
	if len(tokens) == 0 {
		return "body", ""
	}
	var b strings.Builder
	var p jsontext.Pointer
	for _, token := range tokens {
		p = p.AppendToken(token)
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
	return b.String(), string(p)
}

// deepest is how many steps of a way a message shows.
const deepest = 16

// pointerPath is place where there is no value to look at: a token of digits is taken for an index. A stranger's body can nest without end, so a long
// way is cut.
func pointerPath(pointer string) string {
	if pointer == "" {
		return "body"
	}
	var b strings.Builder
	steps := 0
	for token := range jsontext.Pointer(pointer).Tokens() {
		if steps++; steps > deepest {
			b.WriteString("…")
			break
		}
		if _, err := strconv.ParseUint(token, 10, 31); err == nil {
			b.WriteString("[" + token + "]")
			continue
		}
		b.WriteString(member(b.Len() == 0, token))
	}
	return b.String()
}

func member(first bool, name string) string {
	plain := name != "" && len(name) <= quoted
	for _, c := range name {
		plain = plain && (c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z')
	}
	switch {
	case !plain:
		return "[" + quote(name) + "]"
	case first:
		return name
	}
	return "." + name
}
