package judge

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// Check is the id of one thing that is judged, as reports and command lines spell it.
type Check string

// The checks of this package. Those of a request and of a response that ask the same question share an id.
const (
	DocumentedStatus Check = "documented_status"     // the status is one that the contract lists for the operation
	ContentType      Check = "content_type"          // the media type is one that the contract lists, in UTF-8 and not encoded
	SingleJSONValue  Check = "single_json_value"     // the body is exactly one JSON value
	UniqueKeys       Check = "unique_keys"           // no object names a member twice (RFC 8259 section 4)
	UTF8             Check = "utf8"                  // the body is UTF-8 (RFC 8259 section 8.1)
	RequestSchema    Check = "request_schema"        // the request's value obeys the schema
	RequestFormat    Check = "request_format"        // the request's strings obey their formats
	ResponseSchema   Check = "response_schema"       // the response's value obeys the schema
	ResponseFormat   Check = "response_format"       // the response's strings obey their formats
	RequiredHeaders  Check = "required_headers"      // the required response headers are there
	HeaderSchema     Check = "header_schema"         // the response headers obey their schemas
	ErrorEnvelope    Check = "error_envelope"        // an error has the documented envelope
	Direction        Check = "property_direction"    // no readOnly property is in a request, no writeOnly one in a response: the standard says SHOULD NOT, so a warning
	Undocumented     Check = "undocumented_property" // a property that the contract does not list: a notice, since objects are open
)

// Violation is one place where an exchange breaks the contract.
type Violation struct {
	// Check is what was judged.
	Check Check `json:"check"`
	// Path names the place for people: "addresses[0].address1", "body", "header RateLimit-Reset", "status".
	Path string `json:"path"`
	// Pointer is the place in the body as a JSON Pointer (RFC 6901); empty for the whole body and for what is not in a body.
	Pointer string `json:"pointer"`
	// Keyword is the word of the contract that is broken ("required", "type", "anyOf" …); empty where none is.
	Keyword string `json:"keyword,omitempty"`
	// Expected says what had to be: "is required", "must be a string".
	Expected string `json:"expected"`
	// Got says what came, quoted and cut to a bounded length; empty where nothing came. It can be personal data: leave it out of logs.
	Got string `json:"got,omitempty"`
	// Rule is the keyword's place in the contract as a JSON Pointer, e.g. "/components/schemas/AddressInput/required"; empty where the rule is
	// not the contract's but HTTP's or JSON's. contracttest/spec.Line finds it in openapi.yaml.
	Rule string `json:"rule,omitempty"`
}

// String is the whole violation in one line, what came included.
func (v Violation) String() string {
	if v.Got == "" {
		return v.Path + ": " + v.Expected
	}
	return v.Path + ": " + v.Expected + ", got " + v.Got
}

// Violations are what is wrong with one exchange; none means that it keeps the contract. The judge stops looking when it has found 1,000 places in
// a value.
type Violations []Violation

// shown is how many violations a message spells out before it only counts.
const shown = 20

// String joins the violations with semicolons. Past the first 20 it says how many more there are, or were found before the judge stopped.
func (vs Violations) String() string {
	var b strings.Builder
	for i, v := range vs {
		if i == shown {
			atLeast := ""
			if len(vs) >= mostViolations { // the judge may have stopped before the end
				atLeast = "at least "
			}
			b.WriteString("; … and " + atLeast + wording.Thousands(len(vs)-shown) + " more")
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
	}
	return b.String()
}
