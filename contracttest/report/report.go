// Package report writes what a run of contracttest found: for people as text and as a page of HTML, for GitHub Actions,
// for other CI systems as JUnit XML, and for programs, as the baseline of the next run too, as JSON.
//
//	err := report.Text(os.Stdout, outcome)
//
// It sees values of package result alone, and nothing of how they came about. To add a format, write a [Writer] in a
// file of its own and name it in [Formats]; what more than one format shows is a method of view.
//
// A report shows texts of the server and of callers, which may be hostile: a format for people passes all that it writes
// through wording.Visible once, as a whole, and escapes what its own syntax would obey.
package report

import (
	"io"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Writer writes a report in one format. An error is that of w.
type Writer func(w io.Writer, r result.Report) error

// Formats are the writers by the name of their format: text, json, junit, html and github.
func Formats() map[string]Writer {
	return map[string]Writer{"text": Text, "json": JSON, "junit": JUnit, "html": HTML, "github": GitHub}
}

// view is a report with what several formats show of it.
type view struct{ result.Report }
