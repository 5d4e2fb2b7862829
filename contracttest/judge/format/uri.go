package format

import (
	"regexp"
	"sync"
)

// The grammar of RFC 3986 appendix A. net/url reads far more than that: spaces, letters beyond ASCII, brackets anywhere. An IPv6 address is
// taken out of its brackets for netip to judge.
var uriGrammar = sync.OnceValues(func() (uri, reference *regexp.Regexp) {
	const (
		encoded   = `%[0-9A-Fa-f]{2}`
		plain     = `[A-Za-z0-9\-._~!$&'()*+,;=]` // unreserved and sub-delims
		pchar     = `(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|` + encoded + `)`
		segments  = `(?:/` + pchar + `*)*`
		host      = `(?:\[(?:([0-9A-Fa-f:.]+)|v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|(?:` + plain + `|` + encoded + `)*)`
		authority = `(?:(?:` + plain + `|:|` + encoded + `)*@)?` + host + `(?::[0-9]*)?`
		absolutes = `//` + authority + segments + `|/(?:` + pchar + `+` + segments + `)?`
		tail      = `(?:\?(?:` + pchar + `|[/?])*)?(?:#(?:` + pchar + `|[/?])*)?`
		full      = `[A-Za-z][A-Za-z0-9+.\-]*:(?:` + absolutes + `|` + pchar + `+` + segments + `|)` + tail
		noScheme  = `(?:[A-Za-z0-9\-._~!$&'()*+,;=@]|` + encoded + `)+` // the first segment of a relative path has no colon
		relative  = `(?:` + absolutes + `|` + noScheme + segments + `|)` + tail
	)
	return regexp.MustCompile(`^` + full + `$`), regexp.MustCompile(`^(?:` + full + `|` + relative + `)$`)
})

func isURI(s string) bool {
	uri, _ := uriGrammar()
	return matchesURI(uri, s)
}

func isURIReference(s string) bool {
	_, reference := uriGrammar()
	return matchesURI(reference, s)
}

func matchesURI(grammar *regexp.Regexp, s string) bool {
	groups := grammar.FindStringSubmatch(s)
	if groups == nil {
		return false
	}
	for _, literal := range groups[1:] {
		if literal != "" && !isIPv6(literal) {
			return false
		}
	}
	return true
}
