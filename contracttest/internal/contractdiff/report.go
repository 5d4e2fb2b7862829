package contractdiff

import (
	"fmt"
	"io"
	"strings"
)

// Text writes the result for a terminal.
func (r *Result) Text(w io.Writer) error {
	p := &printer{r: r}
	p.line("%s", r.summary())
	for _, g := range groups {
		all := r.of(g)
		if len(all) == 0 {
			continue
		}
		p.line("\n%s (%d)", g, len(all))
		for _, d := range all {
			p.line("\n  %s", d.title())
			for _, line := range p.details(d) {
				p.line("    %s%s", line.label, line.text)
			}
		}
	}
	for _, what := range r.NotCompared {
		p.line("\nnot compared: %s", what)
	}
	for _, note := range r.Notes {
		p.line("\nnote: %s", note)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// Markdown writes the result for the summary of a workflow.
func (r *Result) Markdown(w io.Writer) error {
	p := &printer{r: r}
	p.line("## The contract and the vendor's page\n\n%s", r.summary())
	for _, g := range groups {
		all := r.of(g)
		if len(all) == 0 {
			continue
		}
		p.line("\n### %s (%d)\n", capital(string(g)), len(all))
		for _, d := range all {
			p.line("- %s", code(d.title()))
			for _, line := range p.details(d) {
				p.line("  - %s%s", inMarkdown(line.label), code(line.text))
			}
		}
	}
	for _, what := range r.NotCompared {
		p.line("\nNot compared: %s", code(what))
	}
	for _, note := range r.Notes {
		p.line("\nNote: %s", code(note))
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

func (r *Result) of(g Group) []Difference {
	var all []Difference
	for _, d := range r.Differences {
		if d.Group == g {
			all = append(all, d)
		}
	}
	return all
}

func (r *Result) summary() string {
	switch n := len(r.Differences); n {
	case 0:
		return r.TheirName + " says what " + r.OurName + " says."
	case 1:
		return r.TheirName + " differs from " + r.OurName + " in one place."
	default:
		return fmt.Sprintf("%s differs from %s in %d places.", r.TheirName, r.OurName, n)
	}
}

// printer collects lines.
type printer struct {
	r    *Result
	text strings.Builder
}

func (p *printer) line(format string, args ...any) { fmt.Fprintf(&p.text, format+"\n", args...) }

// singular are the kinds of names.
var singular = map[string]string{
	"properties": "property", "responses": "status", "headers": "header", "parameters": "parameter", "content": "media type", "paths": "path", "operations": "operation",
	"webhooks": "webhook", "securitySchemes": "security scheme", "enum": "value", "servers": "base path", "required": "required property",
}

// title says what differs.
func (d Difference) title() string {
	if d.Breaks {
		return d.kind() + ", which breaks callers"
	}
	return d.kind()
}

func (d Difference) kind() string {
	kind := singular[d.Keyword]
	if d.Name == "" || kind == "" {
		kind = d.Keyword
	}
	return strings.TrimSpace(kind + " " + d.Name)
}

const mostPlaces = 6 // of one difference that are listed

// detail is a line below a title.
type detail struct {
	label string // our words
	text  string // what may be the vendor's
}

func (p *printer) details(d Difference) []detail {
	lines := []detail{
		{"in ", d.Places()},
		{"", fmt.Sprintf("%s:%d %s", p.r.OurName, d.OurPlace.Line, printable(d.OurPlace.Pointer))},
	}
	var theirs []string
	for _, place := range d.TheirPlaces {
		theirs = append(theirs, fmt.Sprintf("%s:%d %s", p.r.TheirName, place.Line, printable(place.Pointer)))
	}
	for _, place := range few(theirs) {
		lines = append(lines, detail{"", place})
	}
	lines = append(lines, detail{"here ", value(d.Ours)}, detail{"there ", value(d.Theirs)})
	for _, m := range d.Means {
		lines = append(lines, detail{"that is: ", m})
	}
	for _, rule := range d.Rules {
		held := "it is documented"
		if rule.Provenance != "documented" {
			held = "we assumed"
		}
		lines = append(lines, detail{fmt.Sprintf("%s (%s, page %q, %s:%d): %s The vendor now says: ", held, rule.ID, rule.Page, p.r.OurName, rule.Line, rule.Text), d.says()})
	}
	return lines
}

// says is what the vendor's document has at the place.
func (d Difference) says() string {
	what := d.kind()
	switch {
	case d.Theirs == "":
		return "no " + what
	case d.Name != "":
		return what
	default:
		return what + " " + value(d.Theirs)
	}
}

// value is a value of a document; nothing where it has none, and false for the schema that accepts nothing.
func value(text string) string {
	switch text {
	case "":
		return "nothing"
	case `{"not":{}}`:
		return "false"
	}
	return printable(text)
}

func few(all []string) []string {
	if len(all) <= mostPlaces {
		return all
	}
	return append(all[:mostPlaces:mostPlaces], fmt.Sprintf("and %d more", len(all)-mostPlaces))
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// inMarkdown is text in which nothing is markup (CommonMark 0.31 section 2.4).
func inMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<>#|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is text as a code span (CommonMark 0.31 section 6.1), in which GitHub sees no markup and no mention.
func code(text string) string {
	ticks, longest := 0, 0
	for _, r := range text {
		if r != '`' {
			ticks = 0
			continue
		}
		ticks++
		longest = max(longest, ticks)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + " " + text + " " + fence
}

// String says what differs in a few words, e.g. "property imageUrl is gone".
func (d Difference) String() string {
	is := map[Group]string{New: "is new", Gone: "is gone", Stricter: "is stricter", Looser: "is looser", Changed: "is changed"}[d.Group]
	return d.kind() + " " + is
}

// Places says where in the API that is, e.g. "POST /customers, request: imageUrl".
func (d Difference) Places() string {
	var places []string
	for _, w := range d.Where {
		places = append(places, w.String())
	}
	return strings.Join(few(places), "; ")
}
