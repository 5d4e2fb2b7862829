package client

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// findID looks for the id of a customer in what there is of an answer: a member of the object data, both names in any
// case. The answer need be neither whole nor valid JSON nor of a depth that a JSON library takes, since the question is
// not what the customer is but whether there is one: a client that does not find it may create it once more. So strings,
// braces and brackets are all that counts.
//
// null and the empty string are no ids. The id that is returned is a text, and every id in the answer is the same;
// otherwise it is "".
func findID(body []byte) (id string, found bool) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	i := afterSpace(body, 0)
	if i == len(body) || body[i] != '{' {
		return "", false
	}
	depth := 0
	toData := false // the value of data is next
	inData := false // what is open at depth 2 is the object data
	for i < len(body) {
		end := i + 1
		switch body[i] {
		case '{', '[':
			depth++
			if depth == 2 {
				inData = toData && body[i] == '{'
			}
		case '}', ']':
			depth--
			if depth == 0 {
				return id, found
			}
		case ',':
			toData = false
		case '"':
			end = stringEnd(body, i)
			colon := afterSpace(body, end)
			switch {
			case depth > 2 || colon == len(body) || body[colon] != ':': // not a name that matters
			case depth == 1:
				toData = isName(body[i:end], "data")
			case inData && isName(body[i:end], "id"):
				value, given := idAt(body, afterSpace(body, colon+1))
				switch {
				case !given:
				case found && value != id:
					id = "" // as it stays: nothing that is given later is the same
				default:
					id, found = value, true
				}
			}
		}
		i = end
	}
	return id, found
}

// isName compares a whole string in JSON with a name, in any case.
func isName(text []byte, name string) bool {
	if bytes.IndexByte(text, '\\') < 0 { // quicker
		return strings.EqualFold(string(text[1:len(text)-1]), name)
	}
	return strings.EqualFold(decoded(text), name)
}

// idAt reads the value of an id. It is given even if it is of another type or was cut off, and then "".
func idAt(body []byte, i int) (id string, given bool) {
	if i == len(body) {
		return "", false
	}
	switch body[i] {
	case '"':
		end := stringEnd(body, i)
		text := body[i:end]
		return decoded(text), len(text) > 1 && text[1] != '"'
	case 'n', ',', '}', ']': // null, or nothing
		return "", false
	}
	return "", true
}

// afterSpace returns where the first byte is, from i on, that is not white space.
func afterSpace(b []byte, i int) int {
	return len(b) - len(bytes.TrimLeft(b[i:], " \t\r\n"))
}

// stringEnd returns where the string ends that begins at i, which is the end of b where it was cut off.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// decoded returns what a string in JSON stands for, "" if it is none: cut off, not escaped as it must be, not UTF-8.
func decoded(text []byte) string {
	var s string
	if json.Unmarshal(text, &s) != nil || strings.ContainsRune(s, utf8.RuneError) {
		return ""
	}
	return s
}
