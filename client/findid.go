package client

import (
	"bytes"
	stdjson "encoding/json"
	"strings"
	"unicode/utf8"
)

// findID looks for the id of a customer in what there is of an answer: a member of the object data, both names in any
// case. The answer need be neither whole nor valid JSON nor of a depth that a JSON library takes: a client that does not
// find an id may create the customer once more. So strings, braces and brackets are all that counts. null and the empty
// string are no ids. The id that is returned is a text, and every id in the answer is the same; otherwise it is "".
func findID(body []byte) (id string, found bool) {
	var name, last []byte // the name whose value is next, and the token before
	inData := false       // what is open at depth 2 is the object data
	depth := 0
	rest := bytes.TrimPrefix(body, []byte("\ufeff"))
	for token := nextToken(&rest); len(token) > 0; last, token = token, nextToken(&rest) {
		if depth == 0 && (last != nil || token[0] != '{') {
			break // what is not in the outermost object
		}
		if inData && depth == 2 && strings.EqualFold(decoded(name), "id") {
			if value, given := idOf(token); given && found && value != id {
				id = "" // as it stays: nothing that is given later is the same
			} else if given {
				id, found = value, true
			}
		}
		wasName := name
		name = nil
		switch token[0] {
		case '{', '[':
			depth++
			if depth == 2 {
				inData = token[0] == '{' && strings.EqualFold(decoded(wasName), "data")
			}
		case '}', ']':
			depth--
		case ':':
			name = last
		}
	}
	return id, found
}

// nextToken takes a whole string, a punctuation mark or a word from the beginning of b; nothing from the end.
func nextToken(b *[]byte) []byte {
	const space, marks = " \t\r\n", `"{}[]:,`
	text := bytes.TrimLeft(*b, space)
	end := min(len(text), 1)
	switch {
	case end == 0:
	case text[0] == '"':
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(text))
	case strings.IndexByte(marks, text[0]) < 0:
		if end = bytes.IndexAny(text, space+marks); end < 0 {
			end = len(text)
		}
	}
	*b = text[end:]
	return text[:end]
}

// idOf reads the value of an id. It is given even if it is of another type or was cut off, and then "".
func idOf(token []byte) (id string, given bool) {
	if nothing := string(token) == `"` || string(token) == `""` || strings.IndexByte("n,}]", token[0]) >= 0; nothing {
		return "", false
	}
	return decoded(token), true
}

// decoded returns what a string in JSON stands for, "" for what is none: of another type, cut off, not escaped as it must
// be, not UTF-8.
func decoded(text []byte) string {
	var s string
	if stdjson.Unmarshal(text, &s) != nil || strings.ContainsRune(s, utf8.RuneError) {
		return ""
	}
	return s
}
