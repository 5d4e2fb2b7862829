package mask

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// addRules remembers the schema of a property's values, or of the items of a list, where it asks for more than a type and a length, which masking keeps.
func (c *Contract) addRules(name string, schema *openapi3.Schema) {
	if schema.Items != nil {
		c.addRules(name, schema.Items.Value)
	}
	if schema.Format != "" || schema.Pattern != "" || schema.Min != nil || schema.Max != nil || schema.MultipleOf != nil {
		c.rules[name] = append(c.rules[name], schema)
	}
}

// as is the first of the masked forms of a value that the contract accepts or refuses as it does the value itself, so that masking changes no verdict;
// the first of all where none is.
func (c *Contract) as(name string, value any, forms ...any) any {
	for _, form := range forms {
		if !slices.ContainsFunc(c.rules[name], func(s *openapi3.Schema) bool { return c.judge.Accepts(s, value) != c.judge.Accepts(s, form) }) {
			return form
		}
	}
	return forms[0]
}

// maskedText is a text without personal data.
func (c *Contract) maskedText(name, text string) string {
	masked := Data(text)
	if len(c.rules[name]) == 0 {
		return masked
	}
	kept, _ := c.as(name, text, masked, formKept(text), strings.ReplaceAll(masked, "1", "9"), strings.ReplaceAll(masked, "1", "0")).(string)
	return kept
}

// formKept masks a text as one of hexadecimal digits, as in a UUID, or as a time.
func formKept(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == 'T' || c == 'Z' || c == 't' || c == 'z':
			return c
		case c >= 'a' && c <= 'f':
			return 'a'
		case c >= 'A' && c <= 'F':
			return 'A'
		}
		return masked(c)
	}, text)
}

// maskedNumber keeps how large a number is, as long as the contract takes it for the same: its sign, its digits in number, and its exponent.
func (c *Contract) maskedNumber(name string, raw []byte) []byte {
	ones := digits(raw, '1')
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || len(c.rules[name]) == 0 {
		return ones
	}
	spelled := map[float64][]byte{}
	var forms []any
	add := func(form []byte) {
		if number, err := strconv.ParseFloat(string(form), 64); err == nil {
			spelled[number], forms = form, append(forms, number)
		}
	}
	add(ones)
	add(digits(raw, '9'))
	for _, schema := range c.rules[name] {
		for _, bound := range []*float64{schema.Min, schema.Max, schema.MultipleOf} {
			if bound != nil {
				for _, near := range []float64{*bound, *bound - 1, *bound + 1} {
					add(strconv.AppendFloat(nil, near, 'f', -1, 64))
				}
			}
		}
	}
	if len(forms) == 0 {
		return ones // no float64 holds any of them
	}
	kept, _ := c.as(name, value, forms...).(float64)
	return spelled[kept]
}

// longestExponent is how many digits the exponent of a number has that a float64 holds; a longer one says no more than that.
const longestExponent = 3

// digits has one digit in place of each of a number, but for an exponent that says how large it is.
func digits(raw []byte, digit byte) []byte {
	masked := slices.Clone(raw)
	for i, c := range masked {
		if c == 'e' || c == 'E' {
			if len(bytes.TrimLeft(masked[i+1:], "+-")) <= longestExponent {
				break
			}
			continue
		}
		leading := c == '0' && (i == 0 || masked[0] == '-' && i == 1) // behind which no other digit may stand
		if c >= '0' && c <= '9' && !leading {
			masked[i] = digit
		}
	}
	return masked
}
