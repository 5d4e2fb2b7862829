package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// loggedPath is a path of which those segments are shown that a path of the API or of the control API has, or that are
// a misspelling of one. Any other can be personal data, escaped in whatever way.
func loggedPath(path string) string {
	const mostSegments = 20
	segments := strings.SplitN(path, "/", mostSegments)
	for i, segment := range segments {
		if segment != "" && !isNearSegment(segment) {
			segments[i] = "…"
		}
	}
	return cut(strings.Join(segments, "/"))
}

func isNearSegment(segment string) bool {
	for _, known := range knownSegments() {
		// Fewer edits than an email address or a phone number is away from any of them.
		most := min(2, len(known)/2)
		if edits(strings.ToLower(segment), known) <= most {
			return true
		}
	}
	return false
}

// knownSegments are those of all paths, but for parameters.
var knownSegments = sync.OnceValue(func() (known []string) {
	paths := append([]string{controlPath}, judge.Contract().BasePaths()...)
	for _, operation := range slices.Concat(judge.Contract().Operations(), controlJudge().Operations()) {
		paths = append(paths, operation.Path)
	}
	for segment := range strings.SplitSeq(strings.Join(paths, "/"), "/") {
		if segment != "" && !strings.HasPrefix(segment, "{") && !slices.Contains(known, segment) {
			known = append(known, segment)
		}
	}
	return known
})

// loggedUserAgent is the first product of a User-Agent header, without version and comment (RFC 9110 section 10.1.5).
func loggedUserAgent(header string) string {
	product, rest := readToken(header)
	if !strings.HasPrefix(rest, "/") || strings.ContainsAny(product, "%.") || hasPhoneNumber(product) {
		return "…" // not written as the RFC says, or nothing that a program is called
	}
	return cut(product)
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
