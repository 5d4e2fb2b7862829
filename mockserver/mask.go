package mockserver

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Masked is the entry as it may leave the process: without what tells who a customer is. Letters become x and digits 0
// in every string but those that tell nothing about a person, so that lengths, emptiness and what is wrong with a value
// stay to be seen; the API key is masked in any case. A magic value stays as it is. What is not JSON is left out.
func (r Request) Masked() Request {
	r.Target = maskTarget(r.Target)
	var message *strings.Replacer
	r.Violations, message = maskViolations(r.Violations)
	r.Body = maskBody(r.Body, message)
	if strings.HasPrefix(r.ResponseHeader.Get("Content-Type"), "application/json") {
		r.ResponseBody = maskBody(r.ResponseBody, message)
	}
	return r
}

// impersonal are the members whose strings are shown. Every other one is masked, also one that the contract does not
// know.
var impersonal = []string{"id", "code", "message", "tags", "city", "province", "country", "createdAt", "updatedAt"}

// maskBody masks the strings and numbers of a JSON text where they stand, and leaves every other byte.
func maskBody(body []byte, message *strings.Replacer) []byte {
	decoder := jsontext.NewDecoder(bytes.NewReader(body),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	m := masker{body: body, decoder: decoder, message: message}
	for m.value("") == nil {
	}
	if rest := bytes.TrimSpace(body[m.read:]); len(rest) > 0 {
		m.masked = fmt.Appendf(m.masked, "… (%d bytes that are not JSON are left out)", len(rest))
	} else {
		m.masked = append(m.masked, body[m.read:]...)
	}
	return m.masked
}

type masker struct {
	body    []byte
	decoder *jsontext.Decoder
	message *strings.Replacer
	read    int // how much of body is in masked
	masked  []byte
}

// value masks the next value, which is the one of a member, or an item of that.
func (m *masker) value(member string) error {
	switch m.decoder.PeekKind() {
	case '{', '[':
		open, err := m.decoder.ReadToken()
		if err != nil {
			return err
		}
		object := open.Kind() == '{'
		for err == nil && m.decoder.PeekKind() != '}' && m.decoder.PeekKind() != ']' {
			name := member
			if object {
				var token jsontext.Token
				if token, err = m.decoder.ReadToken(); err != nil {
					return err
				}
				name = token.String()
			}
			err = m.value(name)
		}
		if err == nil {
			_, err = m.decoder.ReadToken()
		}
		m.copyRead(err)
		return err
	}
	raw, err := m.decoder.ReadValue()
	if err != nil {
		return err
	}
	end := int(m.decoder.InputOffset())
	m.masked = append(m.masked, m.body[m.read:end-len(raw)]...)
	m.masked = append(m.masked, m.scalar(member, raw)...)
	m.read = end
	return nil
}

func (m *masker) copyRead(err error) {
	if err != nil {
		return
	}
	end := int(m.decoder.InputOffset())
	m.masked = append(m.masked, m.body[m.read:end]...)
	m.read = end
}

func (m *masker) scalar(member string, raw jsontext.Value) []byte {
	switch {
	case raw.Kind() == '0' && !slices.Contains(impersonal, member):
		return bytes.Map(maskDigitOfNumber, raw)
	case raw.Kind() != '"' || member != "message" && slices.Contains(impersonal, member):
		return raw
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil && text == nil {
		return []byte(`"…"`)
	}
	masked := maskText(string(text))
	if member == "message" {
		masked = m.message.Replace(string(text))
	}
	quoted, err := jsontext.AppendQuote(nil, masked)
	if err != nil && quoted == nil {
		return []byte(`"…"`)
	}
	return quoted
}

// maskText hides what a text says and keeps its form.
func maskText(text string) string {
	values := magic()
	if values.email[text] != nil || values.phoneNumber[text] != nil {
		return text
	}
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsLetter(c) || unicode.IsMark(c):
			return 'x'
		case unicode.IsDigit(c):
			return '0'
		}
		return c
	}, text)
}

// maskDigitOfNumber keeps a JSON number one: it must not begin with a zero.
func maskDigitOfNumber(c rune) rune {
	if '0' <= c && c <= '9' {
		return '1'
	}
	return c
}

// maskViolations masks what came where it came, and in the message of the answer, which quotes it.
func maskViolations(violations judge.Violations) (judge.Violations, *strings.Replacer) {
	masked := slices.Clone(violations)
	var pairs []string
	for i, v := range masked {
		switch text, err := strconv.QuotedPrefix(v.Got); {
		case err == nil:
			unquoted, _ := strconv.Unquote(text)
			masked[i].Got = strconv.Quote(maskText(unquoted)) + v.Got[len(text):]
		case strings.HasPrefix(v.Got, "the number "):
			masked[i].Got = strings.Map(maskDigitOfNumber, v.Got)
		default:
			continue
		}
		pairs = append(pairs, v.String(), masked[i].String())
	}
	return masked, strings.NewReplacer(pairs...)
}

// maskTarget masks the query of a target, which the contract has no use for, and a segment of the path that looks like
// an email address.
func maskTarget(target string) string {
	path, query, hasQuery := strings.Cut(target, "?")
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if strings.Contains(segment, "@") || strings.Contains(segment, "%40") {
			segments[i] = maskText(segment)
		}
	}
	path = strings.Join(segments, "/")
	if hasQuery {
		path += "?" + maskText(query)
	}
	return path
}

// credentials are the headers whose values the journal never shows.
var credentials = []string{
	keyHeader, "X-Bitbybit-Key", "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
}

// withoutCredentials is a copy of a header with credentials masked.
func withoutCredentials(header http.Header) http.Header {
	copied := header.Clone()
	for _, name := range credentials {
		for i, value := range copied[name] {
			copied[name][i] = maskKey(value)
		}
	}
	return copied
}
