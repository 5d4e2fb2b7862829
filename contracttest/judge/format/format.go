package format

import (
	"errors"
	"maps"
	"math"
)

// Check says what a format asks for.
type Check[T string | float64] struct {
	// Expected is what a message says of a value that is wrong, e.g. "must be a UUID (RFC 9562)"; empty where nothing is wrong.
	Expected string
	// Accepts reports whether a value has the format.
	Accepts func(T) bool
}

// Error is nil for a value that has the format, and says what was expected for another.
func (c Check[T]) Error(value T) error {
	if c.Accepts(value) {
		return nil
	}
	return errors.New(c.Expected)
}

// texts has the formats of the type string, named as in OpenAPI's format registry. A new one is a line here and a file of its own beside.
var texts = map[string]Check[string]{
	"base64url":             {"must be base64url (RFC 4648 section 5)", isBase64URL},
	"binary":                {"", anything[string]}, // any text, once it is in JSON
	"byte":                  {"must be base64 (RFC 4648 section 4)", isBase64},
	"commonmark":            {"", anything[string]}, // every text is Markdown
	"date":                  {"must be an RFC 3339 date, like 2026-11-23", isDate},
	"date-time":             {"must be an RFC 3339 date-time", isDateTime},
	"duration":              {"must be a duration, like P1DT12H (RFC 3339 appendix A)", isDuration},
	"email":                 {"must be an email address", isEmail},
	"hostname":              {"must be a host name (RFC 1123)", isHostname},
	"html":                  {"", anything[string]}, // HTML has no syntax error that a browser refuses
	"idn-email":             {"must be an email address", isEmail},
	"ipv4":                  {"must be an IPv4 address", isIPv4},
	"ipv6":                  {"must be an IPv6 address", isIPv6},
	"json-pointer":          {"must be a JSON Pointer, like /a/0 (RFC 6901)", isJSONPointer},
	"password":              {"", anything[string]}, // a hint for forms
	"regex":                 {"must be a regular expression (ECMA-262)", isRegex},
	"relative-json-pointer": {"must be a relative JSON Pointer, like 1/a", isRelativeJSONPointer},
	"time":                  {"must be an RFC 3339 time with an offset, like 08:30:00Z", isTime},
	"uri":                   {"must be a URI with a scheme (RFC 3986)", isURI},
	"uri-reference":         {"must be a URI reference (RFC 3986)", isURIReference},
	"uuid":                  {"must be a UUID (RFC 9562)", isUUID},
}

// numbers has the formats of the type number. Those of the type integer are kin-openapi's.
var numbers = map[string]Check[float64]{
	"double": {"", anything[float64]},
	"float":  {"must be a number that a 32-bit float can hold", func(n float64) bool { return math.Abs(n) <= math.MaxFloat32 }},
	"int32":  {"must be a whole number of 32 bits", func(n float64) bool { return n == math.Trunc(n) && n >= math.MinInt32 && n <= math.MaxInt32 }},
	// 2^63 is what the largest number of 64 bits becomes as a float64.
	"int64": {"must be a whole number of 64 bits", func(n float64) bool { return n == math.Trunc(n) && math.Abs(n) <= 1<<63 }},
}

// integers has the formats that kin-openapi checks for the type integer.
var integers = map[string]bool{"int32": true, "int64": true}

// Strings are the formats of the type string, by name.
func Strings() map[string]Check[string] { return maps.Clone(texts) }

// Numbers are the formats of the type number, by name.
func Numbers() map[string]Check[float64] { return maps.Clone(numbers) }

// Known reports whether a format is judged in values of a schema's type: "string", "number", "integer", or "" for a schema without a type. The
// other types have no formats.
func Known(kind, name string) bool {
	_, text := texts[name]
	_, number := numbers[name]
	switch kind {
	case "string":
		return text
	case "number":
		return number
	case "integer":
		return integers[name]
	}
	return kind == "" && (text || number)
}

func anything[T any](T) bool { return true }
