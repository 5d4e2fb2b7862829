package mask

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Body is a copy of a body with personal data masked: of JSON every text and number but for what the contract itself has, and the names
// that name masks; of anything else, all of it. Spaces and the order of members stay. name is [Contract.Name], or what [Contract.Names] made.
func (c *Contract) Body(body []byte, name func(string) string) []byte {
	out := make([]byte, 0, len(body))
	last := "" // the name of the member that is read
	rest := tokens(body, func(between, raw []byte, token jsontext.Token, isName bool) {
		out = append(out, between...)
		switch token.Kind() {
		case '"':
			text := token.String()
			shown := name(text)
			if isName {
				last = text
			} else {
				shown = c.text(last, text)
			}
			out = appendText(out, raw, text, shown)
		case '0':
			out = append(out, bytes.Map(maskedDigit, raw)...)
		default:
			out = append(out, raw...)
		}
	})
	return append(out, Data(string(rest))...)
}

// tokens reads a body as JSON: each token as it is spelled, with what stands between it and the one before. rest is what is no JSON.
func tokens(body []byte, each func(between, raw []byte, token jsontext.Token, isName bool)) (rest []byte) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	done := 0
	for {
		kind, n := decoder.StackIndex(decoder.StackDepth())
		isName := kind == '{' && n%2 == 0
		token, err := decoder.ReadToken()
		if err != nil {
			return body[done:]
		}
		end := int(decoder.InputOffset())
		raw := bytes.TrimLeft(body[done:end], " \t\r\n,:")
		each(body[done:end-len(raw)], raw, token, isName && token.Kind() == '"')
		done = end
	}
}

// appendText adds a text as JSON: as it was spelled, where it stays.
func appendText(out, raw []byte, was, is string) []byte {
	if was == is {
		return append(out, raw...)
	}
	out, _ = jsontext.AppendQuote(out, strings.ToValidUTF8(is, "\ufffd"))
	return out
}

// text is the value of a member.
func (c *Contract) text(name, text string) string {
	if c.constants[text] {
		return text
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil && c.times[name] {
		return text
	}
	return Data(text)
}

func maskedDigit(c rune) rune {
	if c >= '0' && c <= '9' {
		return '1'
	}
	return c
}

// Names is [Contract.Name] for the bodies of one exchange: a name is masked besides of which each word is one of a value in them too.
func (c *Contract) Names(bodies ...[]byte) func(string) string {
	values := map[string]bool{}
	for _, body := range bodies {
		rest := tokens(body, func(_, _ []byte, token jsontext.Token, isName bool) {
			if token.Kind() == '"' && !isName {
				addWords(values, token.String())
			}
		})
		addWords(values, string(rest))
	}
	return func(name string) string {
		if c.names[name] || slices.ContainsFunc(wordsOf(name), func(word string) bool { return !values[word] }) {
			return c.Name(name)
		}
		return Data(name)
	}
}

func addWords(set map[string]bool, text string) {
	for _, word := range wordsOf(text) {
		set[word] = true
	}
}

// wordsOf are the words of a text in small letters.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) })
}
