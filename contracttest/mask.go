package contracttest

import (
	"net/http"
	"net/url"
	"strings"
)

// masker takes an API key out of whatever is printed.
type masker struct{ key string }

// keyVariable stands for the key.
const keyVariable = "$BITBYBIT_API_KEY"

func (m masker) text(s string) string {
	if m.key == "" {
		return s
	}
	s = strings.ReplaceAll(s, m.key, keyVariable)
	return strings.ReplaceAll(s, url.QueryEscape(m.key), keyVariable)
}

func (m masker) header(h http.Header) http.Header {
	masked := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			masked[name] = append(masked[name], m.text(value))
		}
	}
	return masked
}
