package contracttest_test

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongValidation does not look at one rule of the request, or knows one rule too many.
func wrongValidation() (servers []wrongServer) {
	skips := func(name string, repair func(sent map[string]any)) {
		servers = append(
			servers,
			wrongServer{name: name, check: result.NegativeRejected, before: inRequest(repair)},
		)
	}
	for _, name := range customerTexts {
		skips("the type of "+name+" is not looked at", func(sent map[string]any) { repairText(sent, name) })
	}
	for _, name := range addressTexts {
		skips(
			"the type of an address's "+name+" is not looked at",
			eachAddress(func(address map[string]any) { repairText(address, name) }),
		)
	}
	skips("the type of tags is not looked at", func(sent map[string]any) { repairList(sent, "tags") })
	skips("the types of single tags are not looked at", func(sent map[string]any) {
		tags, _ := sent["tags"].([]any)
		for i := range tags {
			if _, ok := tags[i].(string); !ok {
				tags[i] = "tag"
			}
		}
	})
	skips("only the first tag is looked at", func(sent map[string]any) {
		if tags, ok := sent["tags"].([]any); ok && len(tags) > 1 {
			sent["tags"] = tags[:1]
		}
	})
	skips("the type of addresses is not looked at", func(sent map[string]any) { repairList(sent, "addresses") })
	skips("the types of single addresses are not looked at", func(sent map[string]any) {
		if addresses, ok := sent["addresses"].([]any); ok {
			sent["addresses"] = slices.DeleteFunc(
				addresses,
				func(address any) bool { _, ok := address.(map[string]any); return !ok },
			)
		}
	})
	skips("only the first address is looked at", func(sent map[string]any) {
		if addresses, ok := sent["addresses"].([]any); ok && len(addresses) > 1 {
			sent["addresses"] = addresses[:1]
		}
	})
	skips("address1 need not be there", eachAddress(func(address map[string]any) {
		if _, ok := address["address1"]; !ok {
			address["address1"] = "somewhere"
		}
	}))
	skips("the type of mainAddress is not looked at", eachAddress(func(address map[string]any) {
		if _, ok := address["mainAddress"].(bool); !ok {
			delete(address, "mainAddress")
		}
	}))
	skips("mainAddress may be a text", eachAddress(func(address map[string]any) {
		if main := address["mainAddress"]; main == "true" || main == "false" {
			delete(address, "mainAddress")
		}
	}))
	skips("a contact need not be there", func(sent map[string]any) {
		if sent["email"] == nil && sent["phoneNumber"] == nil {
			sent["phoneNumber"] = "1"
		}
	})
	skips("a null contact is one", func(sent map[string]any) {
		for _, name := range []string{"email", "phoneNumber"} {
			if value, ok := sent[name]; ok && value == nil {
				delete(sent, name)
				sent["phoneNumber"] = "1"
			}
		}
	})
	skips("null is absent", func(sent map[string]any) {
		for _, name := range []string{"firstName", "lastName", "imageUrl", "tags", "addresses"} {
			if sent[name] == nil {
				delete(sent, name)
			}
		}
	})
	skips("null is absent in addresses", eachAddress(func(address map[string]any) {
		for name, value := range address {
			if value == nil && name != "address1" {
				delete(address, name)
			}
		}
	}))
	skips("the format of email is not looked at", func(sent map[string]any) {
		if _, ok := sent["email"].(string); ok {
			sent["email"] = "someone@example.com"
		}
	})
	skips("an email with an @ is good enough", func(sent map[string]any) {
		if strings.Contains(text(sent["email"]), "@") {
			sent["email"] = "someone@example.com"
		}
	})
	skips("an empty email is no email", func(sent map[string]any) {
		if sent["email"] == "" {
			delete(sent, "email")
			sent["phoneNumber"] = "1"
		}
	})
	skips("names are not case-sensitive", func(sent map[string]any) {
		for name, value := range sent {
			for _, known := range customerTexts {
				if name != known && strings.EqualFold(name, known) {
					delete(sent, name)
					sent[known] = value
				}
			}
		}
	})
	skips("numbers are texts", func(sent map[string]any) {
		for name, value := range sent {
			if _, ok := value.(float64); ok {
				sent[name] = "1"
			}
		}
	})
	servers = append(
		servers,
		wrongServer{
			name:  "a list of customers is one",
			check: result.NegativeRejected,
			before: func(x *exchange) {
				if x.operation() && strings.HasPrefix(string(x.sent), "[") {
					x.sent = []byte(`{"phoneNumber":"1"}`)
				}
			},
		},
	)

	refuses := func(name string, when func(sent map[string]any) bool) {
		servers = append(
			servers,
			wrongServer{
				name:  name,
				check: result.PositiveAccepted,
				after: onStatus(http.StatusCreated, func(x *exchange) {
					if when(object(x.sent)) {
						x.refuse(http.StatusBadRequest, "VALIDATION_ERROR")
					}
				}),
			},
		)
	}
	for _, name := range []string{"email", "phoneNumber", "firstName", "lastName", "imageUrl", "tags", "addresses"} {
		refuses(name+" is required", func(sent map[string]any) bool { return sent[name] == nil })
	}
	for _, name := range addressTexts {
		if name != "address1" {
			refuses(
				name+" of an address is required",
				anyAddress(func(address map[string]any) bool { return address[name] == nil }),
			)
		}
	}
	refuses(
		"email and phoneNumber are not both allowed",
		func(sent map[string]any) bool { return sent["email"] != nil && sent["phoneNumber"] != nil },
	)
	refuses("no other properties are allowed", func(sent map[string]any) bool {
		known := append([]string{"tags", "addresses"}, customerTexts...)
		for name := range sent {
			if !slices.Contains(known, name) {
				return true
			}
		}
		return false
	})
	refuses("no other properties are allowed in addresses", anyAddress(func(address map[string]any) bool {
		known := append([]string{"mainAddress"}, addressTexts...)
		for name := range address {
			if !slices.Contains(known, name) {
				return true
			}
		}
		return false
	}))
	refuses(
		"mainAddress is not allowed",
		anyAddress(func(address map[string]any) bool { return address["mainAddress"] != nil }),
	)
	refuses(
		"mainAddress may not be true",
		anyAddress(func(address map[string]any) bool { return address["mainAddress"] == true }),
	)
	refuses(
		"one address is the most",
		func(sent map[string]any) bool { addresses, _ := sent["addresses"].([]any); return len(addresses) > 1 },
	)
	refuses(
		"one tag is the most",
		func(sent map[string]any) bool { tags, _ := sent["tags"].([]any); return len(tags) > 1 },
	)
	refuses(
		"tags may not be empty",
		func(sent map[string]any) bool { tags, ok := sent["tags"].([]any); return ok && len(tags) == 0 },
	)
	refuses(
		"addresses may not be empty",
		func(sent map[string]any) bool { list, ok := sent["addresses"].([]any); return ok && len(list) == 0 },
	)
	refuses("a name may not be empty", func(sent map[string]any) bool { return sent["firstName"] == "" })
	refuses("phoneNumber has a pattern", func(sent map[string]any) bool {
		return sent["phoneNumber"] != nil && !strings.HasPrefix(text(sent["phoneNumber"]), "+")
	})
	refuses("imageUrl is a URL", func(sent map[string]any) bool {
		return sent["imageUrl"] != nil && !strings.HasPrefix(text(sent["imageUrl"]), "http")
	})
	refuses("email has no plus", func(sent map[string]any) bool { return strings.Contains(text(sent["email"]), "+") })
	refuses("names are ASCII", func(sent map[string]any) bool {
		return strings.ContainsFunc(text(sent["lastName"]), func(c rune) bool { return c > 0x7f })
	})
	refuses("names are short", func(sent map[string]any) bool { return len(text(sent["lastName"])) > 255 })
	return servers
}

// eachAddress repairs each address that was sent.
func eachAddress(repair func(address map[string]any)) func(sent map[string]any) {
	return func(sent map[string]any) {
		addresses, _ := sent["addresses"].([]any)
		for i := range addresses {
			if address, ok := addresses[i].(map[string]any); ok {
				repair(address)
			}
		}
	}
}

func anyAddress(when func(address map[string]any) bool) func(sent map[string]any) bool {
	return func(sent map[string]any) bool {
		addresses, _ := sent["addresses"].([]any)
		return slices.ContainsFunc(addresses, func(address any) bool { return when(address.(map[string]any)) })
	}
}

// repairText makes a text of what is none.
func repairText(members map[string]any, name string) {
	value, ok := members[name]
	if _, isText := value.(string); !ok || isText {
		return
	}
	if members[name] = "text"; name == "email" {
		members[name] = "someone@example.com"
	}
}

func repairList(members map[string]any, name string) {
	if _, ok := members[name].([]any); !ok {
		delete(members, name)
	}
}
