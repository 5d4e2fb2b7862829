package judge

import (
	"encoding/base64"
	"errors"
	"math"
	"net/netip"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// stringFormats has a checker for each format of a string that is judged, named as in OpenAPI's format registry; nil where the format asks for
// nothing that can be wrong: password is a hint for forms, and binary is any text once it is in JSON. A format that is not here is not judged,
// and [Judge.NotJudged] says so.
var stringFormats = map[string]func(string) error{
	"binary":        nil,
	"byte":          checkByte,
	"date":          checkDate,
	"date-time":     checkDateTime,
	"duration":      checkDuration,
	"email":         checkEmail,
	"hostname":      checkHostname,
	"ipv4":          checkIPv4,
	"ipv6":          checkIPv6,
	"password":      nil,
	"time":          checkTime,
	"uri":           checkURI,
	"uri-reference": checkURIReference,
	"uuid":          checkUUID,
}

// numberFormats are the same for numbers, whole ones among them; those of the type integer are kin-openapi's.
var numberFormats = map[string]func(float64) error{
	"double": nil,
	"float":  checkFloat,
	"int32":  checkInt32,
	"int64":  checkInt64,
}

// integerFormats are the formats that kin-openapi checks for the type integer.
var integerFormats = map[string]bool{"int32": true, "int64": true}

// formats tells kin-openapi of them.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidators(validators(stringFormats)),
	openapi3.WithNumberFormatValidators(validators(numberFormats)),
}

func validators[T string | float64](checks map[string]func(T) error) map[string]openapi3.FormatValidator[T] {
	all := make(map[string]openapi3.FormatValidator[T], len(checks))
	for name, check := range checks {
		if check == nil {
			check = func(T) error { return nil }
		}
		all[name] = openapi3.NewCallbackValidator(check)
	}
	return all
}

var (
	errByte     = errors.New("must be base64 (RFC 4648 section 4)")
	errDuration = errors.New("must be a duration, like P1DT12H (RFC 3339 appendix A)")
	errHostname = errors.New("must be a host name (RFC 1123)")
	errIPv4     = errors.New("must be an IPv4 address")
	errIPv6     = errors.New("must be an IPv6 address")
	errUUID     = errors.New("must be a UUID (RFC 9562)")
	errFloat    = errors.New("must be a number that a 32-bit float can hold")
	errInt32    = errors.New("must be a whole number of 32 bits")
	errInt64    = errors.New("must be a whole number of 64 bits")
)

func checkByte(s string) error {
	// The decoder skips line breaks, which section 3.1 forbids.
	if _, err := base64.StdEncoding.Strict().DecodeString(s); err != nil || strings.ContainsAny(s, "\r\n") {
		return errByte
	}
	return nil
}

// The expressions are compiled at the first use: every start of a program that imports the package would pay for it.
var duration = sync.OnceValue(func() *regexp.Regexp {
	const clock = `T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)`
	return regexp.MustCompile(`^P(?:\d+W|` + clock + `|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)(?:` + clock + `)?)$`)
})

func checkDuration(s string) error {
	if !duration().MatchString(s) {
		return errDuration
	}
	return nil
}

// checkHostname does not decode the labels that begin with "xn--".
func checkHostname(s string) error {
	if len(s) > 253 || !isDomain(s) || strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) {
		return errHostname
	}
	return nil
}

func checkIPv4(s string) error {
	if address, err := netip.ParseAddr(s); err != nil || !address.Is4() {
		return errIPv4
	}
	return nil
}

func checkIPv6(s string) error {
	if address, err := netip.ParseAddr(s); err != nil || !address.Is6() || address.Zone() != "" {
		return errIPv6
	}
	return nil
}

var uuid = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
})

func checkUUID(s string) error {
	if !uuid().MatchString(s) {
		return errUUID
	}
	return nil
}

func checkFloat(n float64) error {
	if math.Abs(n) > math.MaxFloat32 {
		return errFloat
	}
	return nil
}

func checkInt32(n float64) error {
	if n != math.Trunc(n) || n < math.MinInt32 || n > math.MaxInt32 {
		return errInt32
	}
	return nil
}

// checkInt64 accepts 2^63, which is what the largest number of 64 bits becomes as a float64.
func checkInt64(n float64) error {
	if n != math.Trunc(n) || math.Abs(n) > 1<<63 {
		return errInt64
	}
	return nil
}
