package contracttest

import "strings"

// sample is a string that is worth trying where the contract asks for a format. Whether it has the format is for the
// judge to say.
type sample struct {
	name  string
	value string
	// fine is set where servers differ for good reasons: the vendor says "an email address" and no more.
	fine bool
}

// formatSamples are strings that have a format, and strings that nearly do.
var formatSamples = map[string][]sample{
	"email": {
		{"no at", "plain", false},
		{"two at", "some@one@example.com", false},
		{"empty", "", false},
		{"no local part", "@example.com", false},
		{"no domain", "someone@", false},
		{"space", "some one@example.com", false},
		{"leading dot", ".someone@example.com", true},
		{"trailing dot", "someone.@example.com", true},
		{"doubled dot", "some..one@example.com", true},
		{"dot before domain", "someone@.example.com", true},
		{"doubled dot in domain", "someone@example..com", true},
		{"hyphen first in label", "someone@-example.com", true},
		{"hyphen last in label", "someone@example-.com", true},
		{"padded", " someone@example.com ", true},
		{"display name", "Some One <someone@example.com>", true},
		{"line break", "someone@example.com\n", true},
		{"local part too long", strings.Repeat("a", 65) + "@example.com", true},
		{"plus tag", "some+tag@example.com", false},
		{"subdomains", "someone@a.b.example.co.id", false},
		{"long top level", "someone@example.photography", false},
		{"digits", "12345@example.com", false},
		{"mixed case", "Some.One@Example.COM", false},
		{"hyphens", "some-one@my-example.com", false},
		{"underscore", "some_one@example.com", false},
		{"apostrophe", "o'neil@example.com", true},
		{"beyond ASCII", "jürgen@bücher.example", true},
		{"one letter", "a@b.co", true},
		{"longest local part", strings.Repeat("a", 64) + "@example.com", true},
	},
	"date-time": {
		{"utc", "2026-11-23T08:30:00Z", false},
		{"offset", "2026-11-23T15:30:00.123+07:00", false},
		{"naive", "2026-11-23T08:30:00", false},
		{"date alone", "2026-11-23", false},
		{"words", "yesterday", false},
		{"month 13", "2026-13-01T00:00:00Z", false},
	},
	"date":     {{"date", "2026-11-23", false}, {"month 13", "2026-13-01", false}, {"words", "yesterday", false}},
	"uuid":     {{"uuid", "123e4567-e89b-42d3-a456-426614174000", false}, {"words", "not-a-uuid", false}},
	"uri":      {{"uri", "https://example.com/a.png", false}, {"words", "not a uri", false}},
	"ipv4":     {{"ipv4", "203.0.113.7", false}, {"too large", "203.0.113.777", false}},
	"ipv6":     {{"ipv6", "2001:db8::7", false}, {"words", "not:an:ip", false}},
	"hostname": {{"hostname", "www.example.com", false}, {"space", "not a host", false}},
	"byte":     {{"base64", "c29tZXRoaW5n", false}, {"not base64", "§§§", false}},
}

// texts are ways to write a text that servers like to change: each is tried in every free string of a body at once.
var texts = []struct {
	name string
	of   func(plain string) string
	// fine is set where a server may well refuse.
	fine bool
}{
	{"white space around", func(s string) string { return "  " + s + "\t " }, false},
	{"mixed case", func(s string) string { return s + " aBcDeF ÀÉ ß" }, false},
	{"unicode", func(s string) string { return s + " é e\u0301 日本語 العربية \u200f 👩🏽‍🚀" }, false},
	{"zeros and markup", func(s string) string { return "00" + digitsOf(s) + ` <b>&amp;"'\/` + "`" + `$(x)%20</b>` }, false},
	{"words of JSON", func(string) string { return "null" }, false},
	{"empty", func(string) string { return "" }, false},
	{"4 KiB", func(s string) string { return strings.Repeat(s+" ", 4096/(len(s)+1)) }, true},
	{"numerals", func(s string) string { return "0" + digitsOf(s) + ".10" }, false},
	{"line breaks", func(s string) string { return s + "\r\nsecond\tline\u2028third" }, true},
	{"control characters", func(s string) string { return s + "\u0001\u001f\u007f" }, true},
}

func digitsOf(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteByte('0' + byte(c%10))
	}
	return b.String()
}
