package contracttest

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

//go:embed report.html.tmpl
var page string

var pageTemplate = template.Must(
	template.New("report").Funcs(template.FuncMap{"plural": wording.Plural, "barOf": barOf}).Parse(page),
)

// WriteHTML writes the report as one HTML file that needs nothing else, no network and no script.
func (r Report) WriteHTML(w io.Writer) error {
	var b strings.Builder
	if err := pageTemplate.Execute(&b, pageData{r}); err != nil {
		return err
	}
	return writeVisible(w, b.String())
}

// pageData is what the page shows.
type pageData struct{ Report }

// Circumstances say how the run was made.
func (p pageData) Circumstances() string { return p.circumstances() }

// Outcome is the class of the verdict.
func (p pageData) Outcome() string {
	switch {
	case p.NothingJudged != nil || p.Interrupted && !p.Failed():
		return "open"
	case p.Failed():
		return "fail"
	}
	return "pass"
}

// Table is check × count.
func (p pageData) Table() []checkCount { return p.byCheck() }

// Open are the findings that the baseline does not know, errors first.
func (p pageData) Open() []Finding {
	return slices.Concat(p.ofSeverity(Error), p.ofSeverity(Warning), p.ofSeverity(Notice))
}

// Accepted are the findings that the baseline knows.
func (p pageData) Accepted() (known []Finding) {
	for _, f := range p.Findings {
		if f.Known {
			known = append(known, f)
		}
	}
	return known
}

// Parts are the lists of the coverage.
func (p pageData) Parts() []part { return p.Coverage.parts() }

// slice is one part of a bar.
type slice struct {
	Class, Label string
	Count        int
}

// bar leaves out what is not there.
func bar(all ...slice) []slice {
	return slices.DeleteFunc(all, func(s slice) bool { return s.Count == 0 })
}

// Bar is how many entries of a part have each verdict.
func (p part) Bar() []slice {
	all := []slice{{Class: "asserted", Label: string(Asserted)}}
	for _, one := range p.List {
		i := slices.IndexFunc(all, func(s slice) bool { return s.Label == string(one.Verdict) })
		if i < 0 {
			i = len(all)
			all = append(all, slice{Class: one.Class(), Label: string(one.Verdict)})
		}
		all[i].Count++
	}
	return bar(all...)
}

// Class is the verdict as a name of a style.
func (c Covered) Class() string { return strings.ReplaceAll(string(c.Verdict), " ", "-") }

// barOf is how often an entry was valid, invalid, null and absent. What is valid of an entry that was not judged has the
// style of its verdict.
func barOf(c Covered) []slice {
	return bar(
		slice{c.Class(), "valid", c.Valid}, slice{"invalid", "invalid", c.Invalid}, slice{"null", "null", c.Null},
		slice{"absent", "absent", c.Absent},
	)
}
