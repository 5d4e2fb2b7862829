package mockserver

import (
	"net/http"
)

// credentials are the headers whose values the journal never shows.
var credentials = []string{"X-Api-Key", "X-Bitbybit-Key", "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

// withoutCredentials is a copy of a header with credentials masked.
func withoutCredentials(header http.Header) http.Header {
	copied := header.Clone()
	for _, name := range credentials {
		for i, value := range copied[name] {
			copied[name][i] = maskKey(value)
		}
	}
	return copied
}
