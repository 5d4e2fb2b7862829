package contracttest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// curl is a command for a POSIX shell that sends a request again, byte for byte. The key is read from
// $BITBYBIT_API_KEY.
func (x *exchange) curl() string {
	r, quote := x.c.request, x.mask.quote
	var b strings.Builder
	body := string(r.body)
	if r.method == http.MethodHead {
		body = "" // curl has none for it
	}
	if needsPrintf(body) {
		b.WriteString("printf '%b' " + quote(escape(body)) + " | ")
	}
	b.WriteString("curl --silent --show-error --include --globoff --path-as-is")
	if r.method == http.MethodHead {
		b.WriteString(" --head")
	} else {
		b.WriteString(" --request " + shellWord(r.method))
	}
	b.WriteString(" --url " + quote(x.origin+r.target()))
	for _, name := range sortedNames(r.header) {
		if name == "Content-Length" {
			continue // curl says how long the body is that it sends
		}
		for _, value := range r.header[name] {
			header := name + ": " + value
			if value == "" {
				header = name + ";" // so does curl spell an empty header
			}
			b.WriteString(" --header " + quote(header))
		}
	}
	if len(r.header.Values("Content-Type")) == 0 && body != "" {
		b.WriteString(" --header 'Content-Type:'") // not curl's own
	}
	switch {
	case body == "" && r.method == http.MethodPost:
		b.WriteString(" --header 'Content-Length: 0'")
	case needsPrintf(body):
		b.WriteString(" --data-binary @-")
	case body != "":
		b.WriteString(" --data-raw " + quote(body))
	}
	return b.String()
}

// shellWord quotes what is not letters alone: in the traffic of strangers a method is any token.
func shellWord(text string) string {
	if strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return text
	}
	return masker{}.quote(text)
}

// needsPrintf reports whether a body cannot be an argument of a command: it has bytes that a terminal would not show,
// or it is too long.
func needsPrintf(body string) bool {
	if len(body) > 64<<10 || !utf8.ValidString(body) {
		return true
	}
	return strings.ContainsFunc(body, func(c rune) bool { return c < ' ' && c != '\n' || c == 0x7f })
}

// escape writes a body for printf %b.
func escape(body string) string {
	var b strings.Builder
	for i := range len(body) {
		switch c := body[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\0%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// quote makes a text one word for a shell, with the variable in the place of the key.
func (m masker) quote(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	if m.key == "" {
		return quoted
	}
	for _, key := range []string{m.key, url.QueryEscape(m.key)} {
		quoted = strings.ReplaceAll(quoted, key, `'"`+keyVariable+`"'`)
	}
	if before, ends := strings.CutSuffix(quoted, keyVariable+`"''`); ends {
		return before + keyVariable + `"`
	}
	return quoted
}
