// Package curl writes an HTTP request as a curl command for a POSIX shell that sends it again, byte for byte. The
// findings of contracttest and the journal of mockserver show it. The command holds no API key: it reads it from
// [KeyVariable].
//
//	fmt.Println(curl.Line(curl.Request{Method: "POST", URL: "http://127.0.0.1:4010/", Body: []byte("{}")}))
//
// Untrusted text takes part in nothing: everything is quoted for the shell, and curl is told not to read patterns or
// dots in a URL. What curl cannot send is the body of a HEAD request and the order of the headers.
package curl

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// KeyVariable is what a command has in the place of the API key, within double quotes.
const KeyVariable = "$BITBYBIT_API_KEY"

// mostArgument is the longest body, in bytes, that is an argument of a command: Linux allows 128 KiB for one.
const mostArgument = 64 << 10

// Request is what a command sends.
type Request struct {
	Method string
	// URL is absolute, with the query, escaped.
	URL string
	// Target is the request target where URL does not give it, e.g. "*"; empty where it does.
	Target string
	// Header is sent in the order of the names, but for Content-Length, which curl sets.
	Header http.Header
	Body   []byte
	// Key is the API key. Wherever it stands, as it is or as a URL escapes it, KeyVariable takes its place. Empty is none.
	Key string
	// KeyHeader is the name of a header, as it is to be spelled, whose values are API keys that cannot be shown, whatever
	// stands in their place. Empty is none.
	KeyHeader string
}

// Line is the command in one line, unless the request has line breaks. It prints the answer with its status and headers.
func Line(r Request) string { return r.command(" ", " --silent --show-error --include") }

// Lines is the command with a line for each argument, as a person edits it. It prints the answer's body.
func Lines(r Request) string { return r.command(" \\\n  ", "") }

func (r Request) command(separator, flags string) string {
	var b strings.Builder
	add := func(name, value string) { b.WriteString(separator + name + " " + value) }
	body, isHead := string(r.Body), r.Method == http.MethodHead
	if isHead {
		body = ""
	}
	piped := needsPrintf(body)
	if piped {
		b.WriteString("printf '%b' " + r.quote(escape(body)) + " | ")
	}
	b.WriteString("curl" + flags + " --globoff --path-as-is")
	if isHead {
		b.WriteString(" --head") // with --request curl would wait for the body of the answer
	} else {
		b.WriteString(" --request " + word(r.Method))
	}
	add("--url", r.quote(r.URL))
	if r.Target != "" {
		add("--request-target", r.quote(r.Target))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if name == "Content-Length" {
			continue
		}
		for _, value := range r.Header[name] {
			add("--header", r.headerLine(name, value))
		}
	}
	if len(r.Header.Values("Content-Type")) == 0 && body != "" {
		add("--header", "'Content-Type:'") // or curl sends that of a form
	}
	switch {
	case body == "" && r.Method == http.MethodPost:
		add("--header", "'Content-Length: 0'") // or curl sends none
	case piped:
		add("--data-binary", "@-")
	case body != "":
		add("--data-raw", r.quote(body))
	}
	return b.String()
}

// headerLine is a header as the value of --header.
func (r Request) headerLine(name, value string) string {
	switch {
	case r.KeyHeader != "" && strings.EqualFold(name, r.KeyHeader):
		return Quote(r.KeyHeader+": ") + `"` + KeyVariable + `"`
	case value == "":
		return r.quote(name + ";") // so does curl spell an empty header
	}
	return r.quote(name + ": " + value)
}

// quote makes a text one word for a shell, with the variable in the place of the key.
func (r Request) quote(text string) string {
	quoted := Quote(text)
	if r.Key == "" {
		return quoted
	}
	for _, key := range []string{r.Key, url.QueryEscape(r.Key)} {
		quoted = strings.ReplaceAll(quoted, key, `'"`+KeyVariable+`"'`)
	}
	if before, ends := strings.CutSuffix(quoted, KeyVariable+`"''`); ends {
		return before + KeyVariable + `"`
	}
	return quoted
}

// Quote makes a text one word for a POSIX shell: within single quotes everything but the quote itself stands for itself.
func Quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// word quotes a method unless it is capital letters alone: an untrusted one is any token.
func word(method string) string {
	if method != "" && strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return method
	}
	return Quote(method)
}

// needsPrintf reports whether a body cannot be an argument of a command: it has characters that a terminal would obey
// or not show, or that turn the direction of writing, or it is too long.
func needsPrintf(body string) bool {
	return len(body) > mostArgument || !utf8.ValidString(body) ||
		strings.ContainsFunc(body, func(c rune) bool {
			turnsDirection := c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069
			return c != '\n' && unicode.IsControl(c) || turnsDirection || unicode.In(c, unicode.Zl, unicode.Zp)
		})
}

// escape writes a body for printf '%b', in ASCII.
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
