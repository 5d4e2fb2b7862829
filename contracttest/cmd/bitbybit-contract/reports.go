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
		return fmt.Errorf("must be FORMAT=PATH with text, json, junit or html, got %q", value)
	}
	if path == "-" && slices.ContainsFunc(*r, func(one report) bool { return one.path == "-" }) {
		return errors.New("only one report can go to standard output; give the others a file")
	}
	*r = append(*r, report{format, path})
	return nil
}

// write writes every report, and the text to standard output unless that is taken.
func (r reports) write(outcome contracttest.Report, stdout io.Writer) error {
	taken := false
	for _, one := range r {
		taken = taken || one.path == "-" || one.format == "text"
		if err := one.write(outcome, stdout); err != nil {
			return err
		}
	}
	if taken {
		return nil
	}
	return outcome.WriteText(stdout)
}

func (r report) write(outcome contracttest.Report, stdout io.Writer) error {
	if r.path == "-" {
		return formats[r.format](outcome, stdout)
	}
	file, err := os.Create(r.path)
	if err != nil {
		return err
	}
	if err := formats[r.format](outcome, file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
