package mockserver

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Masked is the entry as it may leave the process: without what tells who a customer is. Letters become x and digits 0
// in what came: every string and number of the body, names that the contract does not have, the query, the values of
// all but harmless headers; and in what the answer quotes of it. So lengths, emptiness and what is wrong with a value
// stay to be seen. Shown are a magic value, what the server itself made, such as ids and times, the host, and the path
// but for what looks like an email address or a phone number. What is not JSON is left out.
func (r Request) Masked() Request {
	violations := r.Violations
	r.masked = true
	r.Method, r.Target = maskMethod(r.Method), maskTarget(r.Target)
	r.Header, r.ResponseHeader = maskHeader(r.Header), maskHeader(r.ResponseHeader)
	r.Violations = maskViolations(violations)
	r.Body = maskBody(r.Body, nil)
	if strings.HasPrefix(r.ResponseHeader.Get("Content-Type"), "application/json") {
		r.ResponseBody = maskBody(r.ResponseBody, func(member, text string) (string, bool) {
			if member == "message" {
				return maskMessage(text, violations, r.Violations), true
			}
			return text, slices.Contains(ofTheServer, member)
		})
	}
	return r
}

// ofTheServer are the members of an answer whose strings the server makes, and not the request.
var ofTheServer = []string{"id", "code", "createdAt", "updatedAt"}

// maskBody masks the strings, numbers and unknown names of a JSON text where they stand, and leaves every other byte.
// The strings for which known is true become what it says.
func maskBody(body []byte, known func(member, text string) (string, bool)) []byte {
	decoder := jsontext.NewDecoder(bytes.NewReader(body),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	m := masker{body: body, decoder: decoder, known: known}
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
	known   func(member, text string) (string, bool)
	read    int // how much of body is in masked
	masked  []byte
}

// value masks the next value, which is the one of a member, or an item of that.
func (m *masker) value(member string) error {
	switch m.decoder.PeekKind() {
	case '{':
		return m.object()
	case '[':
		return m.array(member)
	}
	raw, err := m.decoder.ReadValue()
	if err != nil {
		return err
	}
	m.replace(raw, m.scalar(member, raw))
	return nil
}

func (m *masker) object() error {
	if _, err := m.decoder.ReadToken(); err != nil {
		return err
	}
	var names memberNames
	for m.decoder.PeekKind() == '"' {
		raw, err := m.decoder.ReadValue()
		if err != nil {
			return err
		}
		text, err := jsontext.AppendUnquote(nil, raw)
		if err != nil && text == nil {
			return err
		}
		name := string(text)
		if masked := names.mask(name); masked != name {
			m.replace(raw, quoteJSON(masked))
		}
		if err := m.value(name); err != nil {
			return err
		}
	}
	return m.end()
}

func (m *masker) array(member string) error {
	if _, err := m.decoder.ReadToken(); err != nil {
		return err
	}
	for m.decoder.PeekKind() != ']' {
		if err := m.value(member); err != nil {
			return err
		}
	}
	return m.end()
}

// end reads the end of an object or an array.
func (m *masker) end() error {
	if _, err := m.decoder.ReadToken(); err != nil {
		return err
	}
	end := int(m.decoder.InputOffset())
	m.masked = append(m.masked, m.body[m.read:end]...)
	m.read = end
	return nil
}

// replace puts something else in the place of the value that was read last.
func (m *masker) replace(raw jsontext.Value, with []byte) {
	end := int(m.decoder.InputOffset())
	m.masked = append(m.masked, m.body[m.read:end-len(raw)]...)
	m.masked = append(m.masked, with...)
	m.read = end
}

func (m *masker) scalar(member string, raw jsontext.Value) []byte {
	switch raw.Kind() {
	case '0':
		return bytes.Map(maskDigitOfNumber, raw)
	case '"':
	default:
		return raw
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil && text == nil {
		return []byte(`"…"`)
	}
	if m.known != nil {
		if shown, ok := m.known(member, string(text)); ok {
			return quoteJSON(shown)
		}
	}
	return quoteJSON(maskText(string(text)))
}

func quoteJSON(text string) []byte {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil && quoted == nil {
		return []byte(`"…"`)
	}
	return quoted
}

// maskDigitOfNumber keeps a JSON number one: it must not begin with a zero.
func maskDigitOfNumber(c rune) rune {
	if '0' <= c && c <= '9' {
		return '1'
	}
	return c
}
