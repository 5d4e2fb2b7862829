package report

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

//go:embed report.html.tmpl
var page string

var pageTemplate = template.Must(
	template.New("report").Funcs(template.FuncMap{"plural": wording.Plural, "barOf": barOf}).Parse(page),
)

// HTML writes the report as one HTML file that needs nothing else, no network and no script.
func HTML(w io.Writer, r result.Report) error {
	var b strings.Builder
	if err := pageTemplate.Execute(&b, view{r}); err != nil {
		return err
	}
	return writeVisible(w, b.String())
}

// Outcome is the class of the verdict.
func (r view) Outcome() string {
	switch {
	case r.Undecided() || r.Incomplete() && !r.Failed():
		return "open"
	case r.Failed():
		return "fail"
	}
	return "pass"
}

// Shown are the findings that the baseline does not know, errors first.
func (r view) Shown() []result.Finding {
	return slices.Concat(r.Open(result.Error), r.Open(result.Warning), r.Open(result.Notice))
}

// Accepted are the findings that the baseline knows.
func (r view) Accepted() (known []result.Finding) {
	for _, f := range r.Findings {
		if f.Known {
			known = append(known, f)
		}
	}
	return known
}

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
	all := []slice{{Class: "asserted", Label: string(result.Asserted)}}
	for _, one := range p.List {
		i := slices.IndexFunc(all, func(s slice) bool { return s.Label == string(one.Verdict) })
		if i < 0 {
			i = len(all)
			all = append(all, slice{Class: classOf(one), Label: string(one.Verdict)})
		}
		all[i].Count++
	}
	return bar(all...)
}

// classOf is the verdict as a name of a style.
func classOf(c result.Covered) string { return strings.ReplaceAll(string(c.Verdict), " ", "-") }

// barOf is how often an entry was valid, invalid, null and absent. What is valid of an entry that was not judged has the
// style of its verdict.
func barOf(c result.Covered) []slice {
	return bar(
		slice{classOf(c), "valid", c.Valid}, slice{"invalid", "invalid", c.Invalid}, slice{"null", "null", c.Null},
		slice{"absent", "absent", c.Absent},
	)
}
