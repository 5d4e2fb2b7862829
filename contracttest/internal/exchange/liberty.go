package exchange

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// What data usually has. The vendor documents no bound; a server that refuses more than this differs from an assumed
// rule, and one that refuses less breaks a documented one.
const (
	usualText  = 255 // characters
	usualEmail = 100 // octets
	usualItems = 50
)

// liberty is the rule by which a valid request must be carried out: an assumed one where something in it is valid only
// because the vendor does not forbid it, so that a server may take the liberty to refuse it.
func (c *Contract) liberty(op *judge.Operation, header http.Header, value any) result.Rule {
	if op.Spec.RequestBody == nil {
		return c.Rules.Of("statuses")
	}
	schema, media := RequestSchema(op)
	if sent := header.Get("Content-Type"); sent != media && !strings.EqualFold(sent, media+"; charset=utf-8") {
		return c.Rules.Of("body-media-type")
	}
	if len(op.UndocumentedInRequest(value)) > 0 {
		return c.Rules.Of("unlisted-properties")
	}
	if id := c.unusual(schema, value); id != "" {
		return c.Rules.Of(id)
	}
	return c.Rules.Of("valid-is-created")
}

// unusual is the id of the rule that allows the first unusual thing in a value; empty where there is none.
func (c *Contract) unusual(schema *openapi3.Schema, value any) string {
	if schema == nil {
		return ""
	}
	switch value := value.(type) {
	case string:
		return unusualText(schema, value)
	case []any:
		if len(value) > usualItems {
			return "list-length"
		}
		if schema.Items != nil {
			return firstUnusual(value, func(item any) string { return c.unusual(schema.Items.Value, item) })
		}
	case map[string]any:
		shape := c.Shape(schema)
		return firstUnusual(shape.Names, func(name string) string {
			return c.unusual(shape.Properties[name].Value, value[name])
		})
	}
	return ""
}

func firstUnusual[T any](parts []T, id func(T) string) string {
	for _, part := range parts {
		if found := id(part); found != "" {
			return found
		}
	}
	return ""
}

func unusualText(schema *openapi3.Schema, text string) string {
	switch n := utf8.RuneCountInString(text); {
	case schema.Format == "email" && (len(text) > usualEmail || !commonEmail.MatchString(text)):
		return "email-mailbox"
	case n > usualText:
		return "text-length"
	case strings.ContainsFunc(text, unusualCharacter):
		return "text-characters"
	}
	return ""
}

// unusualCharacter reports whether a character is one that servers refuse for good reasons: what is not shown, what
// changes how the text around it is shown, and what has no meaning.
func unusualCharacter(c rune) bool {
	switch {
	case c == '\u200c', c == '\u200d': // joiners, which scripts and emoji are written with
		return false
	case c == '\u2028', c == '\u2029', c == '\ufffd', c&0xfffe == 0xfffe:
		return true
	}
	return unicode.Is(unicode.C, c) || !unicode.IsPrint(c) && !unicode.IsSpace(c) && !unicode.IsMark(c)
}

// commonEmail is an address as most people have one. That other forms are accepted is assumed.
var commonEmail = regexp.MustCompile(
	`^[A-Za-z0-9](?:[._+-]?[A-Za-z0-9]+)*@[A-Za-z0-9](?:-?[A-Za-z0-9]+)*(?:\.[A-Za-z0-9](?:-?[A-Za-z0-9]+)*)*\.[A-Za-z]{2,24}$`,
)

// plausible reports whether a text that is no email address looks enough like one that servers accept it for good
// reasons: it has one @ with something on both sides, and no space between.
func plausible(value any) bool {
	text, _ := value.(string)
	local, domain, found := strings.Cut(strings.TrimSpace(text), "@")
	if i := strings.LastIndexByte(local, '<'); i >= 0 && strings.HasSuffix(domain, ">") {
		local, domain = local[i+1:], strings.TrimSuffix(domain, ">") // with a name before it
	}
	return found && local != "" && domain != "" && !strings.Contains(domain, "@") && !strings.ContainsAny(local+domain, " \t")
}

// ValueAt goes down a value by a JSON Pointer (RFC 6901); nil where it does not go that way.
func ValueAt(value any, pointer string) any {
	if pointer == "" {
		return value
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch around := value.(type) {
		case map[string]any:
			value = around[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(around) {
				return nil
			}
			value = around[i]
		default:
			return value
		}
	}
	return value
}

// EmptyWords are texts that servers take for nothing.
var EmptyWords = []string{"true", "false", "0", " ", "undefined", "NaN", "N/A", "-"}
