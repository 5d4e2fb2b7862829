package judge

import (
	"bytes"
	"io"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// shape is a schema reduced to what a quick yes needs: it reads a body once, token by token, and builds nothing but the values of leaves. It says yes
// only to what it is sure of; whatever it does not know (a keyword, an unknown property, an escaped name) it leaves to kin-openapi, whose verdict
// stands. So it accepts nothing that kin-openapi refuses, and never refuses anything.
type shape struct {
	leaf       *openapi3.Schema // what kin-openapi is asked of this value alone; then nothing else is set
	kind       jsontext.Kind    // '"', 't', '0' (an integer), '{' or '['
	nullable   bool
	format     func(string) bool
	enum       map[string]bool
	minimum    float64
	items      *shape
	properties map[string]property
	required   uint64   // the bits of the properties that must be there
	anyOf      []uint64 // and of these sets, one
}

type property struct {
	bit   uint64
	shape *shape
}

// shaper makes shapes, one for each schema however often it is used.
type shaper map[*openapi3.Schema]*shape

// shape reduces a schema; it is nil where the schema says anything that a shape does not understand, recursion included, and is no leaf.
func (all shaper) shape(schema *openapi3.Schema) *shape {
	if s, known := all[schema]; known {
		return s
	}
	all[schema] = nil // as long as it is in the making
	if one := whole(schema); one != nil {
		all[schema] = all.shape(one)
		return all[schema]
	}
	s := &shape{nullable: schema.Nullable, minimum: math.Inf(-1)}
	rest := bare(schema)
	rest.Type, rest.Nullable = nil, false
	known := true
	switch {
	case schema.Type.Is(openapi3.TypeString):
		s.kind = '"'
		known = s.string(schema)
		rest.Format, rest.Enum = "", nil
	case schema.Type.Is(openapi3.TypeBoolean):
		s.kind = 't'
	case schema.Type.Is(openapi3.TypeInteger):
		s.kind = '0'
		if schema.Min != nil {
			s.minimum = *schema.Min
		}
		rest.Min = nil
	case schema.Type.Is(openapi3.TypeArray) && schema.Items != nil:
		s.kind = '['
		s.items = all.shape(schema.Items.Value)
		known = s.items != nil
		rest.Items = nil
	case schema.Type.Is(openapi3.TypeObject):
		s.kind = '{'
		known = s.object(schema, all)
		rest.Properties, rest.Required, rest.AnyOf = nil, nil, nil
	}
	if s.kind == 0 || !known || !reflect.ValueOf(rest).IsZero() {
		s = leafOf(schema)
	}
	all[schema] = s
	return s
}

func (all shaper) shapes(content openapi3.Content) map[string]*shape {
	shapes := make(map[string]*shape, len(content))
	for name, media := range content {
		if media.Schema != nil && jsonType(name) {
			shapes[name] = all.shape(media.Schema.Value)
		}
	}
	return shapes
}

func (s *shape) string(schema *openapi3.Schema) bool {
	if schema.Format != "" {
		check, judged := stringFormats[schema.Format]
		if !judged {
			return false
		}
		s.format = check.Accepts
	}
	for _, value := range schema.Enum {
		text, ok := value.(string)
		if !ok {
			return false
		}
		if s.enum == nil {
			s.enum = map[string]bool{}
		}
		s.enum[text] = true
	}
	return true
}

func (s *shape) object(schema *openapi3.Schema, all shaper) bool {
	if len(schema.Properties) > 64 {
		return false
	}
	s.properties = make(map[string]property, len(schema.Properties))
	for name, ref := range schema.Properties {
		inner := all.shape(ref.Value)
		if inner == nil || strings.Contains(name, `\`) { // names are compared as the body spells them, in which a backslash escapes
			return false
		}
		s.properties[name] = property{bit: 1 << len(s.properties), shape: inner}
	}
	var known bool
	if s.required, known = s.bits(schema.Required); !known {
		return false
	}
	for _, branch := range schema.AnyOf {
		rest := *branch.Value
		rest.Required, rest.Origin = nil, nil
		bits, known := s.bits(branch.Value.Required)
		if !known || !reflect.ValueOf(rest).IsZero() {
			return false
		}
		s.anyOf = append(s.anyOf, bits)
	}
	return true
}

func (s *shape) bits(names []string) (bits uint64, known bool) {
	for _, name := range names {
		p, ok := s.properties[name]
		if !ok {
			return 0, false
		}
		bits |= p.bit
	}
	return bits, true
}

// tokens is a decoder that can be used again.
type tokens struct {
	jsontext.Decoder
	body bytes.Buffer
}

var tokenPool = sync.Pool{New: func() any { return new(tokens) }}

// accepts reports whether the body is surely one JSON value that obeys the schema. False means: ask kin-openapi.
func (s *shape) accepts(body []byte) bool {
	if s == nil {
		return false
	}
	t := tokenPool.Get().(*tokens)
	defer func() {
		t.body = bytes.Buffer{} // lest the pool keep the body
		tokenPool.Put(t)
	}()
	t.body = *bytes.NewBuffer(body)
	t.Reset(&t.body, jsontext.AllowDuplicateNames(true)) // nextObject finds them
	if !s.next(t) {
		return false
	}
	_, err := t.ReadToken()
	return err == io.EOF //nolint:errorlint // jsontext returns io.EOF itself at the end of the input, and wraps it nowhere
}

func (s *shape) next(t *tokens) bool {
	kind := t.PeekKind()
	if s.leaf != nil {
		return kind != '{' && s.nextLeaf(t)
	}
	switch kind {
	case 'n':
		return s.nullable && t.SkipValue() == nil
	case 'f':
		kind = 't'
	}
	if kind != s.kind {
		return false
	}
	switch kind {
	case '{':
		return s.nextObject(t)
	case '[':
		return s.nextArray(t)
	case '"':
		value, err := t.ReadValue()
		return err == nil && (s.format == nil && s.enum == nil || s.text(value))
	case 't':
		return t.SkipValue() == nil
	}
	return false
}

func (s *shape) text(quoted jsontext.Value) bool {
	if bytes.IndexByte(quoted, '\\') >= 0 {
		return false
	}
	text := string(quoted[1 : len(quoted)-1])
	return (s.format == nil || s.format(text)) && (s.enum == nil || s.enum[text])
}

func (s *shape) nextArray(t *tokens) bool {
	if _, err := t.ReadToken(); err != nil {
		return false
	}
	for t.PeekKind() != ']' {
		if !s.items.next(t) {
			return false
		}
	}
	_, err := t.ReadToken()
	return err == nil
}

func (s *shape) nextObject(t *tokens) bool {
	if _, err := t.ReadToken(); err != nil {
		return false
	}
	var seen uint64
	for t.PeekKind() != '}' {
		name, err := t.ReadValue()
		if err != nil || len(name) < 2 {
			return false
		}
		p, known := s.properties[string(name[1:len(name)-1])]
		if !known || seen&p.bit != 0 || !p.shape.next(t) {
			return false
		}
		seen |= p.bit
	}
	if _, err := t.ReadToken(); err != nil {
		return false
	}
	if seen&s.required != s.required {
		return false
	}
	for _, branch := range s.anyOf {
		if seen&branch == branch {
			return true
		}
	}
	return len(s.anyOf) == 0
}

// surely reports whether a body is of a media type that has a shape, spelled as the contract spells it, and obeys it. False means: look closer.
func surely(shapes map[string]*shape, header http.Header, body []byte) bool {
	types := header["Content-Type"]
	return len(types) == 1 && len(header["Content-Encoding"]) == 0 && shapes[types[0]].accepts(body)
}

// acceptsText is accepts for a header, which is not JSON: a whole number in its shortest form, or any text where a plain string is asked for.
func (s *shape) acceptsText(text string) bool {
	switch {
	case s == nil:
		return false
	case s.kind == '"':
		return s.format == nil && s.enum == nil
	case s.kind != '0' || len(text) == 0 || len(text) > 15 || text[0] < '0' || text[0] > '9':
		return false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && float64(n) >= s.minimum
}
