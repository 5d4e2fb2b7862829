package untrusted

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"golang.org/x/net/http/httpguts"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/nearest"
)

// This file is what a line of the log shows of a request. Logs are kept, and read by more people than the journal: the values
// that came are left out, and "…" stands in the place of names and paths that can be personal data.

// Violations is a copy of violations with the keys in them masked.
func Violations(violations judge.Violations) judge.Violations {
	masked := slices.Clone(violations)
	for i := range masked {
		v := &masked[i]
		v.Path, v.Pointer, v.Got = mask.Keys(v.Path), mask.Keys(v.Pointer), mask.Keys(v.Got)
	}
	return masked
}

// Values leaves out of violations what came, and the names that the contract does not have.
func Values(violations judge.Violations) judge.Violations {
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

// Quoted leaves out of a message of the mock what it quotes.
func Quoted(message string) string {
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

// Method is a method that HTTP has (RFC 9110, RFC 5789).
func Method(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "…"
}

// Path is a path of which those segments are shown that are known, or a misspelling of a known one. Any other can be personal
// data, escaped in whatever way.
func Path(path string, known []string) string {
	const mostSegments = 20
	segments := strings.SplitN(path, "/", mostSegments)
	for i, segment := range segments {
		if segment != "" && !isNear(segment, known) {
			segments[i] = "…"
		}
	}
	return Cut(strings.Join(segments, "/"))
}

func isNear(segment string, known []string) bool {
	return slices.ContainsFunc(known, func(k string) bool {
		// Fewer edits than an email address or a phone number is away from any of them.
		return nearest.Edits(strings.ToLower(segment), k) <= min(2, len(k)/2)
	})
}

// UserAgent is the first product of a User-Agent header, without version and comment (RFC 9110 section 10.1.5).
func UserAgent(header string) string {
	product, _, found := strings.Cut(header, "/")
	if !found || !httpguts.ValidHeaderFieldName(product) || strings.ContainsAny(product, "%.") || hasPhoneNumber(product) {
		return "…" // not written as the RFC says, or nothing that a program is called
	}
	return Cut(product)
}

func hasPhoneNumber(text string) bool {
	const shortest = 7
	return len(strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, text)) >= shortest
}
