package format

import "strings"

// isEmail accepts an RFC 5321 mailbox (section 4.1.2) in the plain form that people use: a dot-string of at most 64 octets, an @, and a
// domain of letter-digit-hyphen labels, 254 octets in all (a path of 256 less its brackets, section 4.5.3.1.3). The forms that no sign-up form
// takes are refused: quoted local parts and address literals. Internationalised addresses (RFC 6531) are accepted: any letter beyond ASCII
// counts as one.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at >= 1 && at <= 64 && len(s) <= 254 && labels(s[:at], atext) && isDomain(s[at+1:])
}

// isDomain reports whether s is labels of letters, digits and inner hyphens, at most 63 octets each. Any letter beyond ASCII counts as one.
func isDomain(s string) bool {
	if !labels(s, letDigHyp) {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// labels reports whether s is one or more non-empty runs of good characters with single dots between them.
func labels(s string, good func(byte) bool) bool {
	previous := byte('.')
	for i := range len(s) {
		if s[i] == '.' && previous == '.' || s[i] != '.' && !good(s[i]) {
			return false
		}
		previous = s[i]
	}
	return previous != '.'
}

func atext(c byte) bool {
	return letDigHyp(c) || strings.IndexByte("!#$%&'*+/=?^_`{|}~", c) >= 0
}

func letDigHyp(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c >= 0x80
}
