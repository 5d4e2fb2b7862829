package judge

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ReadJSON decodes a body that must be exactly one JSON value (RFC 8259): in UTF-8, with no name twice in an object, no number beyond a
// float64, nested at most 10,000 deep, and nothing after it but white space. The value is made of nil, bool, float64, string,
// []any and map[string]any; it is nil where there are violations.
func ReadJSON(body []byte) (any, Violations) {
	value, violations, _ := read(body)
	if violations != nil {
		return nil, violations
	}
	return value, nil
}

// read is ReadJSON for those who want to judge the value even so. Where readable is false, there is none.
func read(body []byte) (value any, violations Violations, readable bool) {
	err := json.Unmarshal(body, &value)
	if err == nil {
		return value, nil, true
	}
	if value, violations, readable = reread(body); readable && violations != nil {
		return value, violations, true
	}
	return nil, Violations{unreadable(body, err)}, false
}

func unreadable(body []byte, err error) Violation {
	v := Violation{Check: SingleJSONValue, Path: "body"}
	syntax, isSyntax := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		v.Expected, v.Got = "must be one JSON value", "an empty body"
	case !utf8.Valid(body):
		v.Check, v.Expected = UTF8, fmt.Sprintf("must be UTF-8, which it is not at byte %d", invalidUTF8(body))
	case isSyntax && strings.Contains(syntax.Error(), "exceeded max depth"):
		v.Expected = "must be nested at most 10,000 deep"
	case isSyntax:
		v.Expected = fmt.Sprintf("must be one JSON value; at byte %d: %s", syntax.ByteOffset, plain(syntax.Err))
	default:
		v.Expected = "must be one JSON value"
	}
	return v
}

func plain(err error) string {
	if err == nil {
		return "not JSON"
	}
	return strings.TrimPrefix(err.Error(), "jsontext: ")
}

func invalidUTF8(body []byte) int {
	at := 0
	for at < len(body) {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}
