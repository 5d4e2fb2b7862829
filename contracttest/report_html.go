package contracttest

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed report.html.tmpl
var page string

var pageTemplate = template.Must(template.New("report").Parse(page))

// part is one table of the page.
type part struct {
	Name string
	List []Covered
}

// WriteHTML writes the report as one HTML file that needs nothing else.
func (r Report) WriteHTML(w io.Writer) error {
	c := r.Coverage
	return pageTemplate.Execute(w, struct {
		Report
		Parts []part
	}{r, []part{
		{"Operations", c.Operations},
		{"Statuses", c.Statuses},
		{"Headers", c.Headers},
		{"Properties", c.Properties},
		{"Keywords", c.Keywords},
	}})
}
