package mask

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Exchange masks the bodies of one exchange. It is not changed, and safe for concurrent use.
type Exchange struct {
	contract *Contract
	values   map[string]bool // the words of the values in its bodies, but for the messages of errors; nil where they are too many
}

// mostWords is how many words of the values of an exchange are known. Of one with more, no name is shown that the contract does not have.
const mostWords = 100_000

// Exchange looks at the bodies of an exchange, which can be empty, or cut.
func (c *Contract) Exchange(bodies ...[]byte) *Exchange {
	e := &Exchange{contract: c, values: map[string]bool{}}
	for _, body := range bodies {
		last := ""
		rest := tokens(body, func(_, _ []byte, token jsontext.Token, isName bool) {
			switch {
			case token.Kind() != '"':
			case isName:
				last = token.String()
			case !c.messages[last]:
				e.add(token.String())
			}
		})
		e.add(string(rest))
	}
	return e
}

func (e *Exchange) add(text string) {
	for _, word := range wordsOf(text) {
		if e.values == nil {
			return
		}
		if e.values[word] = true; len(e.values) > mostWords {
			e.values = nil
		}
	}
}

// wordsOf are the words of a text in small letters.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !inWord(c) })
}

func inWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c) }

// Name is what is shown of the name of a property: that of the contract, and one that looks like an identifier, so that a misspelling is seen, unless
// one of its words is one of a value too. Another can be personal data, as in {"jsmith@example.com": 1}. A word that is masked already ("xxx") tells
// nothing of a value: all values that were masked have such words.
func (e *Exchange) Name(name string) string {
	isValue := func() bool {
		return e.values == nil || slices.ContainsFunc(append(wordsOf(apart(name)), strings.ToLower(name)), func(word string) bool {
			return len(word) > 2 && e.values[word] && Data(word) != word
		})
	}
	if e.contract.names[name] || len(name) <= longestName && identifier.MatchString(name) && Keys(name) == name && !isValue() {
		return name
	}
	return Data(name)
}

// apart has the words of a name in camel case apart.
func apart(name string) string { return hump.ReplaceAllString(name, "$1 $2") }

var hump = regexp.MustCompile(`([\p{Ll}0-9])(\p{Lu})`)

// Body is a copy of one of the bodies with personal data masked: of JSON every text and number but for what the contract itself has, and names as
// [Exchange.Name] shows them; of anything else, all of it. Of the message of an error those words are shown that the contract has too, and no value.
// Spaces and the order of members stay.
func (e *Exchange) Body(body []byte) []byte {
	out := make([]byte, 0, len(body))
	last := "" // the name of the member that is read
	rest := tokens(body, func(between, raw []byte, token jsontext.Token, isName bool) {
		out = append(out, between...)
		switch {
		case isName:
			last = token.String()
			out = appendText(out, raw, last, e.Name(last))
		case token.Kind() == '"':
			out = appendText(out, raw, token.String(), e.text(last, token.String()))
		case token.Kind() == '0':
			out = append(out, e.contract.maskedNumber(last, raw)...)
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
	if !utf8.Valid(raw) { // it stays invalid
		return append(out, maskedLiteral(raw)...)
	}
	out, _ = jsontext.AppendQuote(out, strings.ToValidUTF8(is, "\ufffd"))
	return out
}

// escaped is an escape in a JSON string (RFC 8259 section 7).
var escaped = regexp.MustCompile(`\\(?:u[0-9A-Fa-f]{4}|.)`)

// maskedLiteral masks a JSON string with bytes that are no UTF-8, which stay.
func maskedLiteral(raw []byte) []byte {
	masked, done := make([]byte, 0, len(raw)), 0
	for _, at := range escaped.FindAllIndex(raw, -1) {
		masked = append(append(masked, Data(string(raw[done:at[0]]))...), `\u0078`...)
		done = at[1]
	}
	return append(masked, Data(string(raw[done:]))...)
}

// madeUp is an id that a server made, which says nothing of anybody.
var madeUp = regexp.MustCompile(`^[a-z]{2,8}_[0-9A-Za-z]{16,40}$`)

// IsID reports whether a text has the form of an id that a server makes.
func IsID(text string) bool { return madeUp.MatchString(text) }

// text is the value of a member.
func (e *Exchange) text(name, text string) string {
	c := e.contract
	if c.constants[text] {
		return text
	}
	if c.messages[name] && e.values != nil {
		return e.message(text)
	}
	if _, err := time.Parse(time.RFC3339, text); err == nil && c.times[name] || c.ids[name] && madeUp.MatchString(text) {
		return text
	}
	return c.maskedText(name, text)
}

// message is the message of an error.
func (e *Exchange) message(text string) string {
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, func(c rune) bool { return !inWord(c) })
		if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if small := strings.ToLower(word); !e.contract.words[small] || e.values[small] {
			word = Data(word)
		}
		next := strings.IndexFunc(text[end:], inWord)
		if next < 0 {
			next = len(text) - end
		}
		b.WriteString(word + text[end:end+next])
		text = text[end+next:]
	}
	return b.String()
}
