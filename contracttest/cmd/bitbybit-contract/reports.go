package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// formats are the forms that a report can be written in.
var formats = report.Formats()

// reportFile is one --report.
type reportFile struct {
	format, path string
	file         *os.File // nil before it is opened, and for standard output
	created      bool     // it was not there before
}

// reports are the values of --report.
type reports []reportFile

// parse reads FORMAT=PATH, or a FORMAT for standard output, on each line: a variable may have several.
func (r *reports) parse(value string) (added reports, err error) {
	for line := range strings.SplitSeq(strings.TrimSpace(value), "\n") {
		one, err := parseReport(strings.TrimSpace(line), slices.Concat(*r, added))
		if err != nil {
			return nil, err
		}
		added = append(added, one)
	}
	return added, nil
}

// parseReport reads a report that is to join others.
func parseReport(value string, others reports) (reportFile, error) {
	format, path, ok := strings.Cut(value, "=")
	if !ok {
		path = "-"
	}
	if path == "" || formats[format] == nil {
		return reportFile{}, fmt.Errorf("must be FORMAT=PATH with text, json, junit, html or github, got %q", value)
	}
	if path == "-" && format != "github" && slices.ContainsFunc(others, reportFile.takesOutput) {
		return reportFile{}, errors.New("only one report can go to standard output; give the others a file")
	}
	for _, other := range others {
		if path != "-" && filepath.Clean(other.path) == filepath.Clean(path) {
			return reportFile{}, fmt.Errorf("%s takes the %s report already; give this one another file", path, other.format)
		}
	}
	return reportFile{format: format, path: path}, nil
}

// takesOutput reports whether nothing else can go to standard output.
func (r reportFile) takesOutput() bool { return r.path == "-" && r.format != "github" }

// open opens every file, so that one which cannot be written is known before the first request. What is in a file stays
// until its report is written.
func (r reports) open() error {
	for i := range r {
		if r[i].path == "-" {
			continue
		}
		if err := r[i].open(); err != nil {
			r.close()
			return fmt.Errorf("--report: %w", err)
		}
	}
	return nil
}

func (r *reportFile) open() (err error) {
	_, missing := os.Stat(r.path)
	r.file, err = os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE, 0o644) //nolint:gosec // others may read it
	r.created = errors.Is(missing, fs.ErrNotExist)
	return err
}

// close closes the files that were not written, and removes those that were not there before.
func (r reports) close() {
	for i := range r {
		if r[i].file == nil {
			continue
		}
		_ = r[i].file.Close()
		if r[i].created {
			_ = os.Remove(r[i].path)
		}
	}
}

// write writes every report, and the text to standard output unless that is taken or nothing was judged, which standard
// error says. The Markdown of a report for GitHub is appended to summary, if that is not empty.
func (r reports) write(outcome result.Report, verbose bool, summary string, stdout io.Writer) error {
	taken := outcome.Undecided()
	for i := range r {
		taken = taken || r[i].takesOutput() || r[i].format == "text"
	}
	if !taken {
		text := reportFile{format: "text", path: "-"}
		if err := text.write(outcome, verbose, stdout); err != nil {
			return err
		}
	}
	for i := range r {
		one := &r[i]
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

// write makes the whole report before it replaces what is in the file.
func (r *reportFile) write(outcome result.Report, verbose bool, stdout io.Writer) error {
	format := formats[r.format]
	if r.format == "text" && verbose {
		format = report.VerboseText
	}
	if r.path == "-" {
		return format(stdout, outcome)
	}
	var text bytes.Buffer
	if err := format(&text, outcome); err != nil {
		return err
	}
	file := r.file
	r.file = nil
	var err error
	if info, unknown := file.Stat(); unknown == nil && info.Mode().IsRegular() {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.Write(text.Bytes())
	}
	return errors.Join(err, file.Close())
}

func appendMarkdown(outcome result.Report, path string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = errors.Join(report.Markdown(file, outcome), file.Close())
	}
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}
