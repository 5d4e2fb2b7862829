// Vendor-diff says how the OpenAPI block of a page of the vendor differs from openapi.yaml:
//
//	vendor-diff [-markdown FILE] openapi.yaml create.md
//
// The exit code is 0 where they agree, 1 where they differ, and 2 where a file cannot be read.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("vendor-diff", flag.ContinueOnError)
	flags.SetOutput(stderr)
	markdown := flags.String("markdown", "", "append the report as Markdown to this `file`, such as $GITHUB_STEP_SUMMARY")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: vendor-diff [-markdown FILE] openapi.yaml create.md")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 2 {
		flags.Usage()
		return 2
	}
	result, err := compare(flags.Arg(0), flags.Arg(1))
	if err == nil {
		err = result.Text(stdout)
	}
	if err == nil && *markdown != "" {
		err = write(*markdown, result)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "vendor-diff:", err)
		return 2
	case len(result.Differences) > 0:
		return 1
	default:
		return 0
	}
}

func compare(contract, page string) (*contractdiff.Result, error) {
	text, err := contractdiff.ReadFile(contract)
	if err != nil {
		return nil, err
	}
	ours, err := contractdiff.Load(filepath.Base(contract), text)
	if err != nil {
		return nil, err
	}
	if text, err = contractdiff.ReadFile(page); err != nil {
		return nil, err
	}
	theirs, err := contractdiff.LoadPage(filepath.Base(page), text)
	if err != nil {
		return nil, err
	}
	return contractdiff.Compare(ours, theirs)
}

func write(name string, result *contractdiff.Result) error {
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if err := result.Markdown(file); err != nil {
		_ = file.Close() // the error of writing says more
		return err
	}
	return file.Close()
}
