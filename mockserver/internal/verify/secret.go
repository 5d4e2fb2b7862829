package verify

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// secretPrefix is what the secrets of some senders begin with.
const secretPrefix = "whsec_"

// mostParts is how many of those that commas separate in a secret are tried: more than an endpoint has secrets at a time.
const mostParts = 20

// secretForm is a key for the HMAC.
type secretForm struct {
	number int // of the secret that it was made of, counted from 1
	form   string
	key    string
}

// secretForms are the keys that a secret can have been taken for, the secret as it is first.
func secretForms(number int, secret string) (forms []secretForm) {
	add := func(form, key string) bool {
		if key == "" || slices.ContainsFunc(forms, func(f secretForm) bool { return f.key == key }) {
			return false
		}
		forms = append(forms, secretForm{number, form, key})
		return true
	}
	add("", secret)
	base := "" // the form that what follows is made of
	if trimmed := strings.TrimSpace(secret); add("without the white space around it", trimmed) {
		base, secret = "without the white space around it", trimmed
	}
	if n := len(secret); n > 2 && secret[0] == secret[n-1] && strings.ContainsRune("\"'`", rune(secret[0])) {
		unquoted := "without the quotes around it"
		add(unquoted, secret[1:n-1])
		base, secret = unquoted, secret[1:n-1]
	}
	and := func(more string) string { return strings.TrimPrefix(base+", "+more, ", ") }
	add(and("with a line break at its end"), secret+"\n")
	bare, cut := strings.CutPrefix(secret, secretPrefix)
	if cut {
		add(and("without "+secretPrefix), bare)
	} else {
		add(and("with "+secretPrefix+" before it"), secretPrefix+secret)
	}
	for _, one := range []struct{ text, form string }{{secret, ""}, {bare, "without " + secretPrefix + ", "}} {
		if key, err := hex.DecodeString(one.text); err == nil {
			add(and(one.form+"decoded from hexadecimal"), string(key))
		}
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if key, err := encoding.DecodeString(strings.TrimRight(one.text, "=")); err == nil {
				add(and(one.form+"decoded from base64"), string(key))
			}
		}
	}
	parts := strings.SplitN(secret, ",", mostParts+1)
	for _, part := range parts[:min(len(parts), mostParts)] {
		add(and("one of those in it that commas separate"), strings.TrimSpace(part))
	}
	return forms
}
