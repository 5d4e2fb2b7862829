package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// sample is a string that is worth trying where the contract asks for a format. Whether it has the format is for the
// judge to say.
type sample struct {
	name  string
	value string
}

// formatSamples are strings that have a format, and strings that nearly do.
var formatSamples = map[string][]sample{
	"email": {
		{"usual", "some_one-1+tag@my-mail.a.example.photography"},
		{"no at", "plain"},
		{"two at", "some@one@example.com"},
		{"empty", ""},
		{"no domain", "someone@"},
		{"space", "some one@example.com"},
		{"no local part", "@example.com"},
		{"leading dot", ".someone@example.com"},
		{"trailing dot", "someone.@example.com"},
		{"doubled dot", "some..one@example.com"},
		{"dot before domain", "someone@.example.com"},
		{"doubled dot in domain", "someone@example..com"},
		{"hyphen first in label", "someone@-example.com"},
		{"hyphen last in label", "someone@example-.com"},
		{"padded", " someone@example.com "},
		{"display name", "Some One <someone@example.com>"},
		{"line break", "someone@example.com\n"},
		{"local part too long", strings.Repeat("a", 65) + "@example.com"},
		{"plus tag", "some+tag@example.com"},
		{"subdomains", "someone@a.b.example.co.id"},
		{"long top level", "someone@example.photography"},
		{"digits", "12345@example.com"},
		{"mixed case", "Some.One@Example.COM"},
		{"hyphens", "some-one@my-example.com"},
		{"underscore", "some_one@example.com"},
		{"apostrophe", "o'neil@example.com"},
		{"beyond ASCII", "jürgen@bücher.example"},
		{"one letter", "a@b.co"},
		{"longest local part", strings.Repeat("a", 64) + "@example.com"},
	},
	"date-time": {
		{"utc", "2026-11-23T08:30:00Z"},
		{"offset", "2026-11-23T15:30:00.123+07:00"},
		{"naive", "2026-11-23T08:30:00"},
		{"date alone", "2026-11-23"},
		{"words", "yesterday"},
		{"month 13", "2026-13-01T00:00:00Z"},
	},
	"date":     {{"date", "2026-11-23"}, {"month 13", "2026-13-01"}, {"words", "yesterday"}},
	"uuid":     {{"uuid", "123e4567-e89b-42d3-a456-426614174000"}, {"words", "not-a-uuid"}},
	"uri":      {{"uri", "https://example.com/a.png"}, {"words", "not a uri"}},
	"ipv4":     {{"ipv4", "203.0.113.7"}, {"too large", "203.0.113.777"}},
	"ipv6":     {{"ipv6", "2001:db8::7"}, {"words", "not:an:ip"}},
	"hostname": {{"hostname", "www.example.com"}, {"space", "not a host"}},
	"byte":     {{"base64", "c29tZXRoaW5n"}, {"not base64", "§§§"}},
}

// texts are ways to write a text that servers like to change: each is tried in every free string of a body at once.
var texts = slices.Concat([]textVariant{
	{"everything usual", func(s string) string {
		return "00" + digitsOf(s) + " " + s + " MiXeD ÀÉ ß é e\u0301 日本語 العربية 👩🏽‍🚀" + ` <b>&amp;"'\/` + "`" + `$(x)%20</b>, a;b|c ${y} %% %s {{7}} -- =1 “q” ’ ＡＢ ❤️`
	}},
	{"white space around", func(s string) string { return "  " + s + "  " }},
	{"a word of JSON", func(string) string { return "null" }},
	{"a numeral", func(s string) string { return "00" + digitsOf(s) }},
	{"a word that means nothing", func(s string) string {
		return exchange.EmptyWords[int(hashOf(jsontree.Way{s})%uint64(len(exchange.EmptyWords)))]
	}},
	{"a web address", func(s string) string { return "http://Example.com:80/" + digitsOf(s) + "/../%7ea?b=1&b=2#c" }},
	{"a phone number", func(s string) string { return "+62 (0)812-3456 " + digitsOf(s) }},
	{"line breaks", func(s string) string { return s + "\r\nsecond\tline\nthird\u2028fourth" }},
	{"control characters", func(s string) string { return s + "\u0001\u0000\u001b\u001f\u007f" }},
	{"invisible characters", func(s string) string { return "\ufeff" + s + "\u0085\u200b\u202e\u00a0\ufffd\ufdd0\uffff" }},
	{"empty", func(string) string { return "" }},
}, lengths(), []textVariant{
	{"mixed case", func(s string) string { return s + " MiXeD ÀÉ ß" }},
	{"beyond ASCII", func(s string) string { return s + " é e\u0301 日本語 العربية \u200f 👩🏽‍🚀" }},
	{"zeros and markup", func(s string) string { return "00" + digitsOf(s) + ` <b>&amp;"'\/` + "`" + `$(x)%20</b>` }},
	{"a decimal", func(s string) string { return "0" + digitsOf(s) + ".10" }},
})

// shortTexts are those of them that random bodies have.
var shortTexts = slices.DeleteFunc(slices.Clone(texts), func(v textVariant) bool { return len(v.of("")) > 255 })

// textVariant is one way to write a text.
type textVariant struct {
	name string
	of   func(plain string) string
}

// lengths are texts of each of longTexts, the shortest of letters that take two bytes.
func lengths() []textVariant {
	variants := make([]textVariant, len(longTexts))
	for i, n := range longTexts {
		filler := strings.Repeat("jklmnopqr ", n/10)
		if i == 0 {
			filler = strings.Repeat("jklmñöpqr ", n/10)
		}
		variants[i] = textVariant{strconv.Itoa(n) + " characters", func(s string) string { return s + " " + filler + "." }}
	}
	return variants
}

func digitsOf(s string) string {
	var b strings.Builder
	for _, c := range s {
		b.WriteByte('0' + byte(c%10))
	}
	return b.String()
}
