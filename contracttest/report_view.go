package contracttest

import (
	"io"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Writer writes a report in one format.
type Writer func(w io.Writer, r result.Report) error

// Formats are the writers by the name of their format: text, json, junit, html and github.
func Formats() map[string]Writer {
	return map[string]Writer{"text": Text, "json": JSON, "junit": JUnit, "html": HTML, "github": GitHub}
}

// view is a report with what several formats show of it.
type view struct{ result.Report }
