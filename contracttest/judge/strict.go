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
	value, violations, _ := read(body, everything)
	if violations != nil {
		return nil, violations
	}
	return value, nil
}

// read is [ReadJSON] with the value even where there are violations, as far as look goes. Where readable is false, there is no value.
func read(body []byte, look *view) (value any, violations Violations, readable bool) {
	var r reader
	if value, readable = r.read(body, look); readable {
		return value, r.violations, true
	}
	// What is wrong is found once more, without building anything: a decoder of a single value says it best.
	err := json.Unmarshal(body, new(jsontext.Value), jsontext.AllowDuplicateNames(true))
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
