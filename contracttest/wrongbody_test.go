package contracttest_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongBody answers with what the response's schema forbids, or with what is no JSON.
func wrongBody() (servers []wrongServer) {
	schema := func(name string, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: result.ResponseSchema, after: after})
	}
	for _, name := range []string{"id", "createdAt", "updatedAt"} {
		schema(name+" is lost", inCustomer(func(customer map[string]any) { delete(customer, name) }))
		schema(name+" is null", inCustomer(func(customer map[string]any) { customer[name] = nil }))
		schema(name+" is a number", inCustomer(func(customer map[string]any) { customer[name] = 1700000000 }))
	}
	for _, name := range customerTexts {
		schema(name+" is a list", inCustomer(func(customer map[string]any) {
			if customer[name] != nil {
				customer[name] = []any{customer[name]}
			}
		}))
	}
	for _, name := range addressTexts {
		schema(name+" of an address is an object", inAddresses(func(address map[string]any) {
			if address[name] != nil {
				address[name] = map[string]any{"value": address[name]}
			}
		}))
	}
	schema("id comes as customerId", inCustomer(func(customer map[string]any) { move(customer, "id", "customerId") }))
	schema("address1 is lost", inAddresses(func(address map[string]any) { delete(address, "address1") }))
	schema("the id of an address is lost", inAddresses(func(address map[string]any) { delete(address, "id") }))
	schema("the id of an address is a number", inAddresses(func(address map[string]any) { address["id"] = 7 }))
	schema("tags are one text", inCustomer(func(customer map[string]any) {
		if customer["tags"] != nil {
			customer["tags"] = "a,b"
		}
	}))
	schema("tags are objects", inTags(func(tags []any) []any {
		for i := range tags {
			tags[i] = map[string]any{"name": tags[i]}
		}
		return tags
	}))
	schema("a tag is null", inTags(func(tags []any) []any {
		if len(tags) > 0 {
			tags[0] = nil
		}
		return tags
	}))
	schema("addresses are an object", inCustomer(func(customer map[string]any) {
		if customer["addresses"] != nil {
			customer["addresses"] = map[string]any{}
		}
	}))
	schema("an address is null", inCustomer(func(customer map[string]any) {
		if addresses, ok := customer["addresses"].([]any); ok && len(addresses) > 0 {
			addresses[0] = nil
		}
	}))
	schema(
		"the customer has no envelope",
		onStatus(http.StatusCreated, func(x *exchange) { x.answer = encode(object(x.answer)["data"]) }),
	)
	schema("the envelope is called customer", onStatus(http.StatusCreated, func(x *exchange) {
		envelope := object(x.answer)
		move(envelope, "data", "customer")
		x.answer = encode(envelope)
	}))
	schema("the customer is in a list", onStatus(http.StatusCreated, func(x *exchange) {
		envelope := object(x.answer)
		envelope["data"] = []any{envelope["data"]}
		x.answer = encode(envelope)
	}))

	bytesOf := func(name string, check result.Check, change func(answer []byte) []byte) {
		servers = append(
			servers,
			wrongServer{
				name:  name,
				check: check,
				after: onStatus(http.StatusCreated, func(x *exchange) { x.answer = change(x.answer) }),
			},
		)
	}
	bytesOf(
		"the answer comes twice",
		result.SingleJSONValue,
		func(answer []byte) []byte { return slices.Concat(answer, answer) },
	)
	bytesOf(
		"the answer is cut",
		result.SingleJSONValue,
		func(answer []byte) []byte { return answer[:len(answer)/2] },
	)
	bytesOf("the answer is empty", result.SingleJSONValue, func([]byte) []byte { return nil })
	bytesOf(
		"there is HTML after the answer",
		result.SingleJSONValue,
		func(answer []byte) []byte { return append(answer, "<br>"...) },
	)
	bytesOf(
		"there is a byte order mark",
		result.SingleJSONValue,
		func(answer []byte) []byte { return append([]byte("\ufeff"), answer...) },
	)
	bytesOf(
		"there is a guard before the answer",
		result.SingleJSONValue,
		func(answer []byte) []byte { return append([]byte(")]}',\n"), answer...) },
	)
	bytesOf("id comes twice", result.UniqueKeys, func(answer []byte) []byte {
		return bytes.Replace(answer, []byte(`"createdAt"`), []byte(`"id":"x","createdAt"`), 1)
	})
	bytesOf(
		"data comes twice",
		result.UniqueKeys,
		func(answer []byte) []byte { return append([]byte(`{"data":null,`), answer[1:]...) },
	)
	bytesOf("the answer is Latin-1", result.UTF8, func(answer []byte) []byte {
		latin := make([]byte, 0, len(answer))
		for _, c := range string(answer) {
			if c < 0x100 {
				latin = append(latin, byte(c))
			} else {
				latin = append(latin, '?')
			}
		}
		return latin
	})
	bytesOf("a character is cut", result.UTF8, func(answer []byte) []byte {
		return []byte(strings.Replace(string(answer), "é", "\xc3", 1))
	})
	return servers
}
