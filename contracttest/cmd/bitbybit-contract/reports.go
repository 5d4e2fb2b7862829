package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
)

// formats are the forms that a report can be written in.
var formats = map[string]func(contracttest.Report, io.Writer) error{
	"text":  contracttest.Report.WriteText,
	"json":  contracttest.Report.WriteJSON,
	"junit": contracttest.Report.WriteJUnit,
	"html":  contracttest.Report.WriteHTML,
	// The commands of a workflow may stand anywhere in its log, beside the text.
	"github": contracttest.Report.WriteGitHub,
}

// report is one --report.
type report struct{ format, path string }

// reports are the values of --report.
type reports []report

// String is for flag.Value.
func (r *reports) String() string {
	var words []string
	for _, one := range *r {
		words = append(words, one.format+"="+one.path)
	}
	return strings.Join(words, " ")
}

// Set takes one FORMAT=PATH, or a FORMAT for standard output.
func (r *reports) Set(value string) error {
	format, path, ok := strings.Cut(value, "=")
	if !ok {
		path = "-"
	}
	if path == "" || formats[format] == nil {
		return fmt.Errorf("must be FORMAT=PATH with text, json, junit, html or github, got %q", value)
	}
	if path == "-" && format != "github" && slices.ContainsFunc(*r, report.takesOutput) {
		return errors.New("only one report can go to standard output; give the others a file")
	}
	*r = append(*r, report{format, path})
	return nil
}

// takesOutput reports whether nothing else can go to standard output.
func (r report) takesOutput() bool { return r.path == "-" && r.format != "github" }

// write writes every report, and the text to standard output unless that is taken or nothing was judged, which standard
// error says. The Markdown of a report for GitHub is appended to summary, if that is not empty.
func (r reports) write(outcome contracttest.Report, verbose bool, summary string, stdout io.Writer) error {
	taken := outcome.NothingJudged != nil
	for _, one := range r {
		taken = taken || one.takesOutput() || one.format == "text"
	}
	if !taken {
		r = append(reports{{"text", "-"}}, r...)
	}
	for _, one := range r {
		if err := one.write(outcome, verbose, stdout); err != nil {
			return err
		}
		if one.format == "github" && summary != "" {
			if err := appendMarkdown(outcome, summary); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r report) write(outcome contracttest.Report, verbose bool, stdout io.Writer) error {
	format := formats[r.format]
	if r.format == "text" && verbose {
		format = contracttest.Report.WriteVerboseText
	}
	if r.path == "-" {
		return format(outcome, stdout)
	}
	file, err := os.Create(r.path)
	if err != nil {
		return err
	}
	if err := format(outcome, file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}

func appendMarkdown(outcome contracttest.Report, path string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	if err := outcome.WriteMarkdown(file); err != nil {
		_ = file.Close()
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return file.Close()
}
