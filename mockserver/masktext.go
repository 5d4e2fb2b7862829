package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maskText hides what a text says and keeps its form.
func maskText(text string) string {
	values := magic()
	if values.email[text] != nil || values.phoneNumber[text] != nil {
		return text
	}
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsLetter(c) || unicode.IsMark(c):
			return 'x'
		case unicode.IsDigit(c):
			return '0'
		}
		return c
	}, text)
}

// maskTarget masks the query of a target, which the contract has no use for, and in the path what is personal.
func maskTarget(target string) string {
	path, query, hasQuery := strings.Cut(target, "?")
	path = maskPath(path)
	if hasQuery {
		path += "?" + maskText(query)
	}
	return path
}

// maskPath masks the keys in a path, and the segments that look like an email address or a phone number. The others are
// shown: which path was asked for is what a log is read for.
func maskPath(path string) string {
	segments := strings.Split(maskKeys(path), "/")
	for i, segment := range segments {
		if personal(segment) {
			segments[i] = maskText(segment)
		}
	}
	return strings.Join(segments, "/")
}

// personal reports whether a segment looks like an email address or a phone number.
func personal(text string) bool {
	if strings.Contains(text, "@") || strings.Contains(text, "%40") {
		return true
	}
	const shortestPhone = 7
	digits := 0
	for _, c := range strings.ReplaceAll(text, "%2B", "") {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsLetter(c):
			return false
		}
	}
	return digits >= shortestPhone
}

// methods are those that are shown; another one is a stranger's text.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	http.MethodConnect, http.MethodOptions, http.MethodTrace,
}

func maskMethod(method string) string {
	if slices.Contains(methods, method) {
		return method
	}
	return maskText(method)
}

// maskQuoted masks what a message quotes; the words around it are the mock's own.
func maskQuoted(message string) string {
	var b strings.Builder
	for {
		start := strings.IndexByte(message, '"')
		if start < 0 {
			return b.String() + message
		}
		quoted, err := strconv.QuotedPrefix(message[start:])
		if err != nil { // nothing that the mock wrote
			return b.String() + message[:start] + maskText(message[start:])
		}
		text, _ := strconv.Unquote(quoted)
		if strings.HasPrefix(text, "/") {
			text = maskTarget(text)
		} else {
			text = maskMethod(text)
		}
		b.WriteString(message[:start] + strconv.Quote(text))
		message = message[start+len(quoted):]
	}
}
