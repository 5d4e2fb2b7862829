package judge

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
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
	// not the contract's but HTTP's or JSON's. gen/spec.Line finds it in openapi.yaml.
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
			b.WriteString("; … and " + atLeast + thousands(len(vs)-shown) + " more")
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.String())
	}
	return b.String()
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// describe says what came, in a few words. A long string is cut.
func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return "the number " + number(v)
	case json.Number: // one that no float64 holds
		return "the number " + short(string(v))
	case string:
		return quote(v)
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return "something else"
}

// number is a number as people write it: whole ones without an exponent, unless they are very long.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e21 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// short cuts what needs no quotes.
func short(s string) string {
	if len(s) > quoted {
		return s[:quoted] + "…"
	}
	return s
}

// quoted is how many characters of a string a message shows.
const quoted = 60

func quote(s string) string {
	cut := 0
	for i := range s {
		if cut == quoted {
			return strconv.Quote(s[:i]) + "… (" + thousands(len(s)) + " bytes)"
		}
		cut++
	}
	return strconv.Quote(s)
}
