package mask

import (
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Credentials are the headers whose values are shown nowhere: that of the key, and what keys and other secrets are sent in by mistake.
var Credentials = []string{
	http.CanonicalHeaderKey(gen.KeyHeader), "X-Api-Key", "Api-Key", "Apikey", "X-Apikey", "X-Api-Token", "X-Auth-Token", "X-Bitbybit-Key",
	"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
}

// Header is a copy of a header with credentials masked, and keys wherever they stand.
func Header(header http.Header) http.Header {
	if header == nil {
		return nil
	}
	copied := make(http.Header, len(header))
	for name, values := range header {
		masked := make([]string, len(values))
		for i, value := range values {
			if slices.Contains(Credentials, name) {
				masked[i] = Key(value)
			} else {
				masked[i] = Keys(value)
			}
		}
		name = Keys(name)
		copied[name] = append(copied[name], masked...)
	}
	return copied
}
