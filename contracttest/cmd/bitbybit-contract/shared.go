package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// shared is what each command that judges is told.
type shared struct {
	reports  reports
	summary  string // the file of GITHUB_STEP_SUMMARY
	baseline string // a file
	failOn   string
	verbose  bool
	exclude  []result.Check
}

// flags are those of shared.
func (s *shared) flags(e commandline.Environment) []cli.Flag {
	return []cli.Flag{
		commandline.Flag(e, "exclude-checks", &s.exclude, ids, "", "`CHECKS` to leave out, separated by commas"),
		commandline.Flag(e, "report", &s.reports, s.reports.parse, "text=-",
			"`FORMAT=PATH`, again for more: text, json, junit, html or github; - is standard output; github annotates lines of a pull "+
				"request, and appends to the file in GITHUB_STEP_SUMMARY"),
		commandline.Flag(e, "verbose", &s.verbose, commandline.YesOrNo, "", "have the text show everything, whatever its length"),
		commandline.Flag(e, "fail-on", &s.failOn, commandline.OneOf("error", "warning", never), "",
			"the `SEVERITY` that exit code 1 is for: error, warning or never"),
		commandline.Flag(e, "baseline", &s.baseline, commandline.Text, "", "a `FILE`, a JSON report whose findings are known and fail nothing"),
	}
}

// severity is the least one that fails the report; empty where none does.
func (s *shared) severity() result.Severity {
	if s.failOn == never {
		return ""
	}
	return result.Severity(s.failOn)
}

// readBaseline reads the file of known findings; nil where there is none.
func (s *shared) readBaseline() (*result.Baseline, error) {
	if s.baseline == "" {
		return nil, nil
	}
	file, err := os.Open(s.baseline)
	if err != nil {
		return nil, err
	}
	baseline, err := result.ReadBaseline(file)
	return baseline, errors.Join(err, file.Close())
}

// write writes the reports, and says on standard error where nothing was judged.
func (s *shared) write(r result.Report, stdout, stderr io.Writer) error {
	if err := s.reports.write(r, s.verbose, s.summary, stdout); err != nil {
		return err
	}
	if n := r.NothingJudged; r.Undecided() {
		fmt.Fprintf(stderr, "bitbybit-contract: nothing could be judged; tried: %s\ncame: %s\nwhat to do: %s\n", n.Tried, n.Came, n.Do)
	}
	return nil
}

// exit is the exit code of a report, an error where it is not 0.
func (s *shared) exit(r result.Report) error {
	failed := r.Failed() && s.failOn != never
	switch {
	case r.Interrupted:
		return commandline.Exit(exitInterrupted)
	case r.NothingJudged != nil && (!failed || r.Undecided()):
		return commandline.Exit(exitNothing)
	case failed:
		return commandline.Exit(exitFound)
	}
	return nil
}
