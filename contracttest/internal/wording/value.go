package wording

import (
	"encoding/json"
	"math"
	"strconv"
)

// Thousands is a number with commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Value says what a decoded JSON value is, in a few words. A long string is cut.
func Value(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return "the number " + Number(v)
	case json.Number: // one that no float64 holds
		return "the number " + Short(string(v))
	case string:
		return Quote(v)
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return "something else"
}

// Number is a number as people write it: whole ones without an exponent, unless they are very long.
func Number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e21 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Short cuts what needs no quotes.
func Short(s string) string {
	if len(s) > MostQuoted {
		return s[:MostQuoted] + "…"
	}
	return s
}

// MostQuoted is how many characters of a string a message shows.
const MostQuoted = 60

// Quote quotes a string, cut to MostQuoted characters.
func Quote(s string) string {
	cut := 0
	for i := range s {
		if cut == MostQuoted {
			return strconv.Quote(s[:i]) + "… (" + Thousands(len(s)) + " bytes)"
		}
		cut++
	}
	return strconv.Quote(s)
}
