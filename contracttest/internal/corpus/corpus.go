// Package corpus makes the bodies over which judges of the contract are compared.
//
// It is for tests alone: only _test.go files import it, those of the judge and those of the module secondjudge.
package corpus

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
)

// Request is the body of a request to createCustomer: one that keeps the contract, or one with a few changes.
func Request(random *rand.Rand) []byte {
	return mutated(random, pick(random,
		`{"email":"a@example.com"}`,
		`{"phoneNumber":"+6281234567890","firstName":"\u0041"}`,
		`{"email":"a@example.com","phoneNumber":"1","firstName":"b","lastName":"c","imageUrl":"d","tags":["e","f"],`+
			`"addresses":[{"address1":"g","firstName":"h","mainAddress":true},{"address1":"i","zip":"j"}]}`,
	))
}

// Response is the body of a 201 of createCustomer: one that keeps the contract, or one with a few changes.
func Response(random *rand.Rand) []byte {
	return mutated(random, `{"data":{"id":"cust_1","email":"a","firstName":null,"tags":["a"],"addresses":[{"id":"addr_1","address1":"b","zip":null}],`+
		`"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00Z"}}`)
}

// mutated changes nothing, or a few places in the tree, or then a byte or two of its text.
func mutated(random *rand.Rand, text string) []byte {
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		panic(err)
	}
	for range random.IntN(4) {
		tree = mutate(random, tree)
	}
	body, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	if random.IntN(4) == 0 {
		at := random.IntN(len(body))
		body = slices.Replace(body, at, min(len(body), at+random.IntN(2)), []byte(pick(random, "", `"`, "{", "}", ",", "\\", "\xff", " ", "0", "é"))...)
	}
	if random.IntN(8) == 0 {
		body = []byte(strings.Replace(string(body), "{", pick(random, `{"email":"b@example.com",`, `{"x":1e400,`, `{"Email":"c",`, `{"\u0065mail":"d@example.com",`), 1))
	}
	return body
}

func mutate(random *rand.Rand, value any) any {
	if random.IntN(3) == 0 {
		return pick[any](random, nil, true, 5.0, "", "plain", "a.b+c@mail.example.com", "a..b@x.com", "2026-11-23T08:30:00,5Z", "2026-11-23t08:30:00z",
			"1998-12-31T23:59:60Z", "1998-11-30T23:59:60Z", []any{}, []any{nil}, map[string]any{})
	}
	switch value := value.(type) {
	case []any:
		if len(value) == 0 {
			return append(value, "more")
		}
		i := random.IntN(len(value))
		value[i] = mutate(random, value[i])
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		names = append(names, pick(random, "email", "address1", "unknown", "Email"))
		name := pick(random, names...)
		if random.IntN(3) == 0 {
			delete(value, name)
			break
		}
		value[name] = mutate(random, value[name])
	}
	return value
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }
