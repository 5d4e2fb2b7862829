package format

import "strings"

// isJSONPointer accepts RFC 6901 section 3: nothing, or tokens that each begin with "/", in which "~" is written "~0" and "/" "~1".
func isJSONPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	rest := strings.NewReplacer("~0", "", "~1", "").Replace(s)
	return !strings.Contains(rest, "~")
}

// isRelativeJSONPointer accepts draft-bhutton-relative-json-pointer-00: how many levels up, an index to add, then "#" or a JSON Pointer.
func isRelativeJSONPointer(s string) bool {
	rest, ok := natural(s)
	if ok && rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest, ok = positive(rest[1:])
	}
	return ok && (rest == "#" || isJSONPointer(rest))
}

// natural cuts a whole number without leading zeros from the beginning of a text.
func natural(s string) (rest string, ok bool) {
	rest = strings.TrimLeft(s, "0123456789")
	n := s[:len(s)-len(rest)]
	return rest, n == "0" || n != "" && n[0] != '0'
}

func positive(s string) (rest string, ok bool) {
	rest, ok = natural(s)
	return rest, ok && s[0] != '0'
}
