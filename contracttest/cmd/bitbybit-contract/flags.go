package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// errShown ends the program where help or the version was asked for, and printed.
var errShown = errors.New("help or the version was asked for")

// window is the budget against a live server: it fits one window of the vendor's rate limit.
const window = 90

// options are what the command line says.
type options struct {
	contracttest.Config
	reports      reports
	summary      string // the file of GITHUB_STEP_SUMMARY
	verbose      bool
	never        bool // findings fail nothing
	list, dryRun bool
}

func parse(args []string, getenv func(string) string, stdout io.Writer) (options, error) {
	o := options{Config: contracttest.Config{APIKey: getenv("BITBYBIT_API_KEY")}, summary: getenv("GITHUB_STEP_SUMMARY")}
	var checks, exclude, baseline string
	most := -1
	flags := flag.NewFlagSet("bitbybit-contract", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(
		&o.URL, "url", "",
		"where the API is found (default $BITBYBIT_BASE_URL); the path of the contract is added where there is none at all, "+
			"and http://host/ is the root",
	)
	flags.Uint64Var(&o.Seed, "seed", 0, "the same seed sends the same bytes")
	flags.Func(
		"max-requests",
		fmt.Sprintf("how many requests may be sent; 0 lifts the limit (default %d, no limit against the mock)", window),
		func(s string) error {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				return errors.New("must be a whole number, not negative")
			}
			most = n
			return nil
		},
	)
	flags.Float64Var(
		&o.Rate, "rate", 0, "how many requests may start in a second, 0.001 at least; 0 is as many as the RateLimit headers allow",
	)
	flags.StringVar(&checks, "checks", "", "the checks to make, separated by commas (default all)")
	flags.StringVar(&exclude, "exclude-checks", "", "checks to leave out, separated by commas")
	flags.BoolVar(&o.Safe, "safe", false, "send only what the contract calls valid")
	flags.Var(
		&o.reports, "report",
		"FORMAT=PATH, again for more: text, json, junit, html or github; - is standard output (default text=-);\n"+
			"github annotates lines of a pull request, and appends to the file in $GITHUB_STEP_SUMMARY",
	)
	flags.BoolVar(&o.verbose, "verbose", false, "have the text show everything, whatever its length")
	flags.BoolFunc(
		"strict", "make rules that are assumed errors too; --strict=false makes them warnings (default against the mock only)",
		func(s string) error {
			strict, err := strconv.ParseBool(s)
			o.Strict = &strict
			return err
		},
	)
	flags.Func("fail-on", "what exit code 1 is for: error, warning or never (default error)", o.failOn)
	flags.StringVar(&baseline, "baseline", "", "a JSON report whose findings are known and fail nothing")
	flags.BoolVar(&o.list, "list", false, "list checks and cases, and send nothing")
	flags.StringVar(&o.Case, "replay", "", "run the case of this id alone")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print the requests, and send nothing")
	flags.BoolVar(
		&o.AllowLive, "allow-live", false, "let a production key (bbb_live_…) pass; the run creates customers",
	)
	version := flags.Bool("version", false, "print the version")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		help(stdout, flags)
		return o, errShown
	case err != nil:
		return o, err
	case *version:
		printVersion(stdout)
		return o, errShown
	}
	if o.URL == "" {
		o.URL = getenv("BITBYBIT_BASE_URL")
	}
	o.Checks, o.Exclude = ids(checks), ids(exclude)
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("there are no arguments, only flags; got %q", flags.Args())
	case most == 0:
		o.MaxRequests = -1
	case most > 0:
		o.MaxRequests = most
	case o.dryRun:
		o.MaxRequests = window
	}
	if o.list || o.dryRun {
		if o.URL == "" {
			o.URL = "https://api.bitbybit.studio"
		}
		if o.APIKey == "" {
			o.APIKey = "bbb_test_placeholder"
		}
	}
	if o.URL == "" {
		return o, errors.New("--url or BITBYBIT_BASE_URL is needed, e.g. --url http://127.0.0.1:4010")
	}
	if o.APIKey == "" {
		return o, errors.New("the API key is needed in BITBYBIT_API_KEY")
	}
	return o, o.readBaseline(baseline)
}

func (o *options) failOn(severity string) error {
	switch severity {
	case "error", "warning":
		o.FailOn, o.never = result.Severity(severity), false
	case "never":
		o.never = true
	default:
		return errors.New("must be error, warning or never")
	}
	return nil
}

func (o *options) readBaseline(path string) (err error) {
	if path == "" {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	o.Baseline, err = result.ReadBaseline(file)
	return err
}

func ids(list string) []result.Check {
	var checks []result.Check
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" {
			checks = append(checks, result.Check(id))
		}
	}
	return checks
}
