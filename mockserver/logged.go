package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// What a line of the log shows of a request. Logs are kept, and read by more people than the journal: the values that came
// are left out, and "…" stands in the place of names and paths that can be personal data.

// loggedReason says why a request was refused, or what it breaks though it was not.
func loggedReason(x *exchange) string {
	if len(x.violations) > 0 {
		return withoutValues(x.violations).String()
	}
	return withoutQuoted(maskKeys(x.refusal))
}

// withoutValues leaves out what came, and the names that the contract does not have.
func withoutValues(violations judge.Violations) judge.Violations {
	bare := slices.Clone(violations)
	for i := range bare {
		v := &bare[i]
		v.Path, v.Expected, v.Got = loggedPlace(*v), withoutExcerpt(v.Expected), ""
	}
	return bare
}

// loggedPlace is the path of a violation.
func loggedPlace(v judge.Violation) string {
	switch {
	case v.Pointer == "" && strings.Contains(v.Path, `"`): // behind a name that is too long for a pointer
		return "…"
	case v.Pointer == "": // a header, or the whole body
		return v.Path
	}
	var b strings.Builder
	for token := range jsontext.Pointer(v.Pointer).Tokens() {
		switch _, err := strconv.ParseUint(token, 10, 20); {
		case err == nil:
			b.WriteString("[" + token + "]")
			continue
		case !contractNames()[token]:
			token = "…"
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}

// contractNames are the names of all properties in the contract.
var contractNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	_ = judge.Contract().Document().WalkSchemas(func(_ string, schema *openapi3.SchemaRef) error {
		for name := range schema.Value.Properties {
			names[name] = true
		}
		return nil
	})
	return names
})

// withoutExcerpt leaves out what a parser of JSON shows of a body that is none, between backquotes.
func withoutExcerpt(expected string) string {
	start, end := strings.IndexByte(expected, '`'), strings.LastIndexByte(expected, '`')
	if start == end {
		return expected
	}
	return expected[:start] + "…" + expected[end+1:]
}

// withoutQuoted leaves out what a message of the mock quotes.
func withoutQuoted(message string) string {
	var b strings.Builder
	for {
		start := strings.IndexByte(message, '"')
		if start < 0 {
			return b.String() + message
		}
		b.WriteString(message[:start] + "…")
		quoted, err := strconv.QuotedPrefix(message[start:])
		if err != nil {
			return b.String()
		}
		message = strings.TrimPrefix(message[start+len(quoted):], "…") // that of a quotation that was cut
	}
}

// loggedMethod is a method that HTTP has (RFC 9110, RFC 5789).
func loggedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "…"
}

// loggedPath is a path without the segments that look like an email address or a phone number. The others are shown: which
// path was asked for is what a log is read for.
func loggedPath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if personal(segment) {
			segments[i] = "…"
		}
	}
	return cut(strings.Join(segments, "/"))
}

func personal(segment string) bool {
	if strings.Contains(segment, "@") || strings.Contains(segment, "%40") {
		return true
	}
	const shortestPhone = 7
	digits := 0
	for _, c := range strings.ReplaceAll(segment, "%2B", "") {
		switch {
		case unicode.IsDigit(c):
			digits++
		case unicode.IsLetter(c):
			return false
		}
	}
	return digits >= shortestPhone
}
