package main

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// banner tells where the mock is. Its first line is the URL alone, for scripts.
func (m *listening) banner(s *settings) string {
	key := gen.KeyPrefixTest + "1"
	if len(s.keys) > 0 {
		key = "<one of the keys that --key names>"
	}
	words := strings.NewReplacer(
		"{origin}", m.origin(), "{page}", m.page(), "{base}", m.baseURL(), "{header}", gen.KeyHeader, "{key}", key, "{version}", mockserver.Version(), "{webhooks}", s.webhooks.banner())
	return words.Replace(`{origin}

bitbybit-mock {version} answers bitbybit's create-customer API from memory.

  See it in a browser     {page}
  Base URL for a client   {base}{webhooks}

Create a customer:

  curl --request POST \
    --url {base}/customers \
    --header 'Content-Type: application/json' \
    --header '{header}: {key}' \
    --data '{"email": "jsmith@example.com", "firstName": "Siti"}'

Ctrl+C stops it.
`)
}
