package contracttest_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongJSON reads bodies that are no JSON, or that are not called JSON.
func wrongJSON() (servers []wrongServer) {
	reads := func(name string, check result.Check, repair func(sent []byte) []byte) {
		servers = append(servers, wrongServer{name: name, check: check, before: func(x *exchange) {
			if x.operation() {
				x.sent = repair(x.sent)
			}
		}})
	}
	reads("what follows the body is not read", result.MalformedJSON, func(sent []byte) []byte {
		var first json.RawMessage
		if err := json.NewDecoder(bytes.NewReader(sent)).Decode(&first); err != nil {
			return sent
		}
		return first
	})
	reads("a cut body is completed", result.MalformedJSON, func(sent []byte) []byte {
		for _, end := range []string{`}`, `"}`, `]}`, `"]}`, `:1}`, `":1}`, `null}`, `}]}`, `"}]}`} {
			if completed := append(bytes.Clone(sent), end...); len(sent) > 1 && object(completed) != nil {
				return completed
			}
		}
		return sent
	})
	reads("a comma too many is skipped", result.MalformedJSON, func(sent []byte) []byte {
		return regexp.MustCompile(`,\s*([}\]])`).ReplaceAll(sent, []byte("$1"))
	})
	reads("whatever is no JSON is an empty phone number", result.MalformedJSON, func(sent []byte) []byte {
		if len(sent) > 0 && !json.Valid(sent) {
			return []byte(`{"phoneNumber":""}`)
		}
		return sent
	})
	reads("the last of two equal names counts", result.UniqueKeys, func(sent []byte) []byte {
		var value any
		if json.Unmarshal(sent, &value) != nil || object(sent) != nil || strings.Contains(string(sent), "\xff") {
			return sent
		}
		return encode(value)
	})
	reads(
		"what is not UTF-8 is replaced",
		result.UTF8,
		func(sent []byte) []byte { return bytes.ToValidUTF8(sent, []byte("\ufffd")) },
	)
	reads("no body is an empty customer", result.EmptyBody, func(sent []byte) []byte {
		if len(sent) == 0 {
			return []byte(`{"phoneNumber":""}`)
		}
		return sent
	})

	takes := func(name string, when func(media string) bool) {
		servers = append(servers, wrongServer{name: name, check: result.MediaType, before: func(x *exchange) {
			if when(x.request.Header.Get("Content-Type")) {
				x.request.Header.Set("Content-Type", "application/json")
			}
		}})
	}
	takes("any media type is JSON", func(string) bool { return true })
	takes("no media type is JSON", func(media string) bool { return media == "" })
	takes("text is JSON", func(media string) bool { return strings.HasPrefix(media, "text/plain") })
	servers = append(
		servers,
		wrongServer{name: "a form is a customer", check: result.MediaType, before: func(x *exchange) {
			if strings.HasPrefix(x.request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
				x.request.Header.Set("Content-Type", "application/json")
				x.sent = []byte(`{"phoneNumber":"1"}`)
			}
		}},
	)
	return servers
}
