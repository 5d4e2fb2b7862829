package judge

import (
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// negotiate finds the media type of a body among those that the contract lists; holder is what lists them. Only JSON is read: of a body of
// another type, that it is listed is all that is judged.
func negotiate(content openapi3.Content, header http.Header, holder string) (media *openapi3.MediaType, isJSON bool, violations Violations) {
	violation := Violation{Check: ContentType, Path: "header Content-Type", Rule: holder + "/content"}
	for _, encoding := range header["Content-Encoding"] {
		if encoding != "" && !strings.EqualFold(encoding, "identity") {
			violation.Path, violation.Expected, violation.Got = "header Content-Encoding", "must be absent or identity", wording.Quote(encoding)
			return nil, false, Violations{violation}
		}
	}
	values := header.Values("Content-Type")
	if len(values) == 0 {
		violation.Expected = "is required, and " + oneOf(content)
		return nil, false, Violations{violation}
	}
	name, parameters, err := mime.ParseMediaType(values[0])
	if err == nil && len(values) == 1 && strings.Contains(name, "/") {
		if media = content[values[0]]; media == nil {
			media = listed(content, name)
		}
	}
	if media == nil {
		violation.Expected, violation.Got = oneOf(content), wording.Quote(strings.Join(values, ", "))
		return nil, false, Violations{violation}
	}
	if !jsonType(name) {
		return media, false, nil
	}
	if charset := parameters["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "us-ascii") {
		violation.Expected, violation.Got = "must name the charset utf-8 or none", wording.Quote(values[0])
		return nil, false, Violations{violation}
	}
	return media, true, nil
}

// oneOf says that a media type must be one that the contract lists.
func oneOf(content openapi3.Content) string {
	return "must be " + strings.Join(slices.Sorted(maps.Keys(content)), " or ")
}

// listed finds a media type among those of the contract: itself, whatever its parameters, or else the range that it is in (OpenAPI 3.0.3
// "Response Object": the most specific one counts).
func listed(content openapi3.Content, name string) *openapi3.MediaType {
	keys := slices.Sorted(maps.Keys(content))
	kind, _, _ := strings.Cut(name, "/")
	for _, wanted := range []string{name, kind + "/*", "*/*"} {
		for _, key := range keys {
			if bare, _, _ := strings.Cut(key, ";"); strings.EqualFold(strings.TrimSpace(bare), wanted) {
				return content[key]
			}
		}
	}
	return nil
}

// jsonType reports whether a media type is JSON (RFC 8259, RFC 6839 section 3.1).
func jsonType(name string) bool {
	bare, _, _ := strings.Cut(strings.ToLower(name), ";")
	bare = strings.TrimSpace(bare)
	return bare == "application/json" || strings.HasSuffix(bare, "+json")
}
