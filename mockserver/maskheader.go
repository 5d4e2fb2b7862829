package mockserver

import (
	"net/http"
	"slices"
	"strings"
)

// credentials are the headers whose values the journal never shows.
var credentials = []string{
	keyHeader, "X-Bitbybit-Key", "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
}

// withoutCredentials is a copy of a header with credentials masked, and keys wherever they stand.
func withoutCredentials(header http.Header) http.Header {
	if header == nil {
		return nil
	}
	copied := make(http.Header, len(header))
	for name, values := range header {
		masked := make([]string, len(values))
		for i, value := range values {
			if slices.Contains(credentials, name) {
				masked[i] = maskKey(value)
			} else {
				masked[i] = maskKeys(value)
			}
		}
		name = maskKeys(name)
		copied[name] = append(copied[name], masked...)
	}
	return copied
}

// harmless are the headers whose values are shown in a masked entry. Any other one can say who a customer is: a page's
// URL, a name in a header of a program's own.
var harmless = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
	"Access-Control-Expose-Headers", "Access-Control-Max-Age", "Access-Control-Request-Headers",
	"Access-Control-Request-Method", "Allow", "Cache-Control", "Connection", "Content-Encoding", "Content-Length",
	"Content-Type", "Expect", "Preference-Applied", "Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
	"Transfer-Encoding", "Vary",
}

// maskHeader masks the values of a header that can be personal. Those of credentials are masked already.
func maskHeader(header http.Header) http.Header {
	masked := header.Clone()
	for name, values := range masked {
		if slices.Contains(credentials, name) {
			continue
		}
		for i, value := range values {
			switch {
			case !slices.Contains(harmless, name) || personalValue(value):
				values[i] = maskText(value)
			case name == "Content-Type":
				values[i] = maskMediaType(value)
			}
		}
	}
	return masked
}

// personalValue reports whether a value that is harmless by its name holds an address all the same.
func personalValue(value string) bool { return strings.Contains(value, "@") }

// maskMediaType masks the parameters of a media type, unless they are the charset that goes with JSON.
func maskMediaType(value string) string {
	mediaType, parameters, ok := strings.Cut(value, ";")
	if !ok || strings.EqualFold(strings.TrimSpace(parameters), "charset=utf-8") {
		return value
	}
	return mediaType + ";" + maskText(parameters)
}
