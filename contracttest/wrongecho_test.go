package contracttest_test

import (
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongEcho loses or changes what was sent, and still obeys the schema.
func wrongEcho() (servers []wrongServer) {
	add := func(name string, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: result.Echo, after: after})
	}
	for _, name := range append(slices.Clone(customerTexts), "tags", "addresses") {
		add(name+" is lost", inCustomer(func(customer map[string]any) { delete(customer, name) }))
	}
	for _, name := range addressTexts {
		if name != "address1" {
			add(name+" of an address is lost", inAddresses(func(address map[string]any) { delete(address, name) }))
		}
	}
	add("email comes as mail", inCustomer(func(customer map[string]any) { move(customer, "email", "mail") }))
	add(
		"phoneNumber comes as phone",
		inCustomer(func(customer map[string]any) { move(customer, "phoneNumber", "phone") }),
	)
	add("zip comes as postalCode", inAddresses(func(address map[string]any) { move(address, "zip", "postalCode") }))
	add(
		"firstName and lastName are swapped",
		inCustomer(func(customer map[string]any) { swap(customer, "firstName", "lastName") }),
	)
	add(
		"city and province are swapped",
		inAddresses(func(address map[string]any) { swap(address, "city", "province") }),
	)
	add(
		"address1 and address2 are swapped",
		inAddresses(func(address map[string]any) { swap(address, "address1", "address2") }),
	)
	add("texts are trimmed", texts(strings.TrimSpace))
	add("texts are in lower case", texts(strings.ToLower))
	add(
		"email is in lower case",
		inCustomer(func(customer map[string]any) { changeText(customer, "email", strings.ToLower) }),
	)
	add(
		"texts are normalised",
		texts(func(text string) string { return strings.ReplaceAll(text, "e\u0301", "\u00e9") }),
	)
	add("texts are escaped for HTML", texts(html.EscapeString))
	add("texts are unescaped from HTML", texts(html.UnescapeString))
	add("texts are cut", texts(func(text string) string {
		if utf8.RuneCountInString(text) > 255 {
			return string([]rune(text)[:255])
		}
		return text
	}))
	add(
		"only ASCII is kept",
		texts(func(text string) string { return regexp.MustCompile(`[^\x00-\x7f]`).ReplaceAllString(text, "?") }),
	)
	add("what needs four bytes is lost", texts(func(text string) string {
		return regexp.MustCompile(`[\x{10000}-\x{10FFFF}]`).ReplaceAllString(text, "")
	}))
	add("leading zeros are lost", texts(func(text string) string { return strings.TrimLeft(text, "0") }))
	add("the phone number is formatted", inCustomer(func(customer map[string]any) {
		changeText(
			customer,
			"phoneNumber",
			func(text string) string { return "+" + strings.TrimPrefix(text, "+") + " " },
		)
	}))
	add("an empty text is null", inCustomer(func(customer map[string]any) {
		if customer["firstName"] == "" {
			customer["firstName"] = nil
		}
	}))
	add("the text null is null", inCustomer(func(customer map[string]any) {
		if customer["firstName"] == "null" {
			customer["firstName"] = nil
		}
	}))
	add("tags are reversed", inTags(func(tags []any) []any { slices.Reverse(tags); return tags }))
	add("the last tag is lost", inTags(func(tags []any) []any { return tags[:max(0, len(tags)-1)] }))
	add("a tag is added", inTags(func(tags []any) []any { return append(tags, "new") }))
	add("equal tags are one", inTags(slices.Compact))
	add("addresses are reversed", inCustomer(func(customer map[string]any) {
		if addresses, ok := customer["addresses"].([]any); ok {
			slices.Reverse(addresses)
		}
	}))
	add("only the first address is kept", inCustomer(func(customer map[string]any) {
		if addresses, ok := customer["addresses"].([]any); ok && len(addresses) > 1 {
			customer["addresses"] = addresses[:1]
		}
	}))
	add("every address is the first", inCustomer(func(customer map[string]any) {
		addresses, _ := customer["addresses"].([]any)
		for i := 1; i < len(addresses); i++ {
			id := addresses[i].(map[string]any)["id"]
			same := maps.Clone(addresses[0].(map[string]any))
			same["id"] = id
			addresses[i] = same
		}
	}))
	return servers
}

func inTags(change func(tags []any) []any) func(x *exchange) {
	return inCustomer(func(customer map[string]any) {
		if tags, ok := customer["tags"].([]any); ok {
			customer["tags"] = change(tags)
		}
	})
}
