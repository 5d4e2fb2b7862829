package contracttest_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongSizes are servers that were built for less than real data has: columns that cut, lists that end early, handlers
// that fail, and what is lost only together with something else.
func wrongSizes() (servers []wrongServer) {
	echo := func(name string, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: result.Echo, after: after})
	}
	for _, column := range []int{100, 191, 255, 2_000, 4_000, 65_535} {
		echo("texts end after "+strconv.Itoa(column)+" characters", texts(func(text string) string { return beginning(text, column) }))
	}
	echo("a long last name ends", inCustomer(func(customer map[string]any) {
		changeText(customer, "lastName", func(text string) string { return beginning(text, 255) })
	}))
	echo("a long address ends with an ellipsis", inAddresses(func(address map[string]any) {
		changeText(address, "address1", func(text string) string {
			if utf8.RuneCountInString(text) > 200 {
				return beginning(text, 199) + "…"
			}
			return text
		})
	}))
	for _, most := range []int{10, 50, 100, 250} {
		echo("only "+strconv.Itoa(most)+" tags are kept", inTags(func(tags []any) []any { return tags[:min(most, len(tags))] }))
		echo("only "+strconv.Itoa(most)+" addresses are kept", inCustomer(func(customer map[string]any) {
			if addresses, ok := customer["addresses"].([]any); ok {
				customer["addresses"] = addresses[:min(most, len(addresses))]
			}
		}))
	}
	echo("tags are sorted", inTags(func(tags []any) []any {
		slices.SortFunc(tags, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		return tags
	}))
	echo("tags are split at commas", inTags(func(tags []any) (split []any) {
		for _, tag := range tags {
			for part := range strings.SplitSeq(text(tag), ",") {
				split = append(split, part)
			}
		}
		return split
	}))
	echo("http is https", texts(func(text string) string {
		if len(text) > 7 && strings.EqualFold(text[:7], "http://") {
			return "https://" + text[7:]
		}
		return text
	}))
	echo("line ends are those of Unix", texts(func(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }))
	echo("NULs are dropped", texts(func(text string) string { return strings.ReplaceAll(text, "\x00", "") }))
	echo("the city is lost with a second line", inAddresses(func(address map[string]any) {
		if address["address2"] != nil {
			delete(address, "city")
		}
	}))
	echo("the last name is lost without the first", inCustomer(func(customer map[string]any) {
		if customer["firstName"] == nil {
			delete(customer, "lastName")
		}
	}))
	echo("a long image address is lost", inCustomer(func(customer map[string]any) {
		if len(text(customer["imageUrl"])) > 1_000 {
			delete(customer, "imageUrl")
		}
	}))
	echo("a property is named another way", inCustomer(func(customer map[string]any) { move(customer, "firstName", "first_name") }))
	fails := func(name string, when func(sent map[string]any) bool) {
		servers = append(servers, wrongServer{
			name: name, check: result.NotServerError,
			after: onStatus(http.StatusCreated, func(x *exchange) {
				if when(object(x.sent)) {
					x.refuse(http.StatusInternalServerError, "SERVICE_UNAVAILABLE")
				}
			}),
		})
	}
	fails("300 tags are 500", func(sent map[string]any) bool { tags, _ := sent["tags"].([]any); return len(tags) > 256 })
	fails("a text of 70,000 characters is 500", func(sent map[string]any) bool { return len(text(sent["imageUrl"])) > 65_535 })
	fails("an email of 250 octets is 500", func(sent map[string]any) bool { return len(text(sent["email"])) > 128 })
	fails("__proto__ is 500", func(sent map[string]any) bool { return sent["__proto__"] != nil })
	return servers
}

func beginning(text string, characters int) string {
	runes := []rune(text)
	return string(runes[:min(characters, len(runes))])
}
