package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

const (
	// mostIndentation is how many levels a line is indented; what is nested deeper is not indented further.
	mostIndentation = 20
	// mostDepth is how deep a body may be nested. One that is deeper is shown as it came.
	mostDepth = 200
	// mostText is how many bytes an indented body may have. One that would be longer is shown as it came.
	mostText = 256 << 10
)

// segment is a piece of a body, and what is wrong with it.
type segment struct {
	Text  string
	Notes []note // the text is marked where there are any
}

// note is a violation at its place in the body.
type note struct {
	Number   int // in the list of violations, counted from 1
	Expected string
	Missing  string // the name of the member that should be in the object that begins here

	isRepeated bool // it is about a member whose name came before
}

// pretty is a body, indented if it is JSON, with the places marked that violations point to.
func pretty(body string, violations []gencontrol.Violation) []segment {
	if segments, ok := indent(body, violations, visible); ok {
		return segments
	}
	if body == "" {
		return nil
	}
	return []segment{{Text: visible(body)}}
}

// indent is false where the body is not JSON, or would get too long. Texts are shown as show says.
func indent(body string, violations []gencontrol.Violation, show func(string) string) ([]segment, bool) {
	p := printer{
		from: jsontext.NewDecoder(strings.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
		show: show, notes: map[jsontext.Pointer][]note{}, missing: map[jsontext.Pointer][]note{}, passed: map[jsontext.Pointer]bool{},
	}
	for i, v := range violations {
		if v.Pointer == "" && v.Check != "request_schema" { // what is not about a place in the body has no pointer either
			continue
		}
		at, n := jsontext.Pointer(v.Pointer), note{Number: i + 1, Expected: v.Expected, isRepeated: v.Check == "unique_keys"}
		p.notes[at] = append(p.notes[at], n)
		p.longest = max(p.longest, len(at))
		if at != "" && strings.HasPrefix(v.Expected, "is required") {
			n.Missing = at.LastToken()
			p.missing[at.Parent()] = append(p.missing[at.Parent()], n)
		}
	}
	if !p.value("", 0) || strings.TrimSpace(body[p.from.InputOffset():]) != "" {
		return nil, false
	}
	p.flush()
	return p.done, true
}

// printer writes a JSON value with line breaks.
type printer struct {
	from *jsontext.Decoder
	show func(string) string
	// notes are by their places, missing by the objects that should have a member. Each is taken once: an object can have a name many times.
	notes, missing map[jsontext.Pointer][]note
	passed         map[jsontext.Pointer]bool // of the places of members that are named again, those that came once
	longest        int                       // how many bytes the longest place of a note has
	done           []segment
	text           strings.Builder // what was written after the last segment
	size           int
}

func (p *printer) write(text string) {
	text = p.show(text)
	p.size += len(text)
	p.text.WriteString(text)
}

// flush makes a segment of what was written.
func (p *printer) flush() {
	if p.text.Len() > 0 {
		p.done = append(p.done, segment{Text: p.text.String()})
		p.text.Reset()
	}
}

// mark makes a segment of its own of a text that something is wrong with.
func (p *printer) mark(text string, notes []note) {
	if len(notes) == 0 {
		p.write(text)
		return
	}
	p.flush()
	p.write(text)
	p.flush()
	p.done[len(p.done)-1].Notes = notes
}

// value writes the next value, which stands at a pointer. It is false where the body is not JSON, or gets too long.
func (p *printer) value(at jsontext.Pointer, depth int) bool {
	kind := p.from.PeekKind()
	if kind != jsontext.KindBeginObject && kind != jsontext.KindBeginArray {
		value, err := p.from.ReadValue()
		if err != nil {
			return false
		}
		p.mark(string(value), p.take(at))
		return p.size <= mostText
	}
	begin, err := p.from.ReadToken()
	if err != nil || depth == mostDepth || p.size > mostText {
		return false
	}
	missing := p.missing[at]
	delete(p.missing, at)
	p.mark(begin.String(), slices.Concat(p.take(at), missing))
	count := 0
	for ; p.from.PeekKind() != jsontext.KindEndObject && p.from.PeekKind() != jsontext.KindEndArray; count++ {
		if count > 0 {
			p.write(",")
		}
		p.lineBreak(depth + 1)
		name := strconv.Itoa(count)
		if kind == jsontext.KindBeginObject {
			quoted, err := p.from.ReadValue()
			if err != nil {
				return false
			}
			p.write(string(quoted) + ": ") // as it came: a hidden character that is escaped stays so
			unquoted, _ := jsontext.AppendUnquote(nil, quoted)
			name = string(unquoted)
		}
		if !p.value(p.below(at, name), depth+1) {
			return false
		}
	}
	end, err := p.from.ReadToken()
	if err != nil {
		return false
	}
	if count > 0 {
		p.lineBreak(depth)
	}
	p.write(end.String())
	return p.size <= mostText
}

// below is the place of a member. Below what is too long for any place that there are notes of it stays as it is: a body can have a long name with
// thousands of values below it.
func (p *printer) below(at jsontext.Pointer, name string) jsontext.Pointer {
	if len(at) > p.longest {
		return at
	}
	return at.AppendToken(name)
}

// take gives the notes of a place.
func (p *printer) take(at jsontext.Pointer) []note {
	notes := p.notes[at]
	if len(notes) == 0 {
		return nil
	}
	if notes[0].isRepeated && !p.passed[at] {
		p.passed[at] = true
		return nil
	}
	delete(p.notes, at)
	return notes
}

func (p *printer) lineBreak(depth int) {
	p.write("\n" + strings.Repeat("  ", min(depth, mostIndentation)))
}
