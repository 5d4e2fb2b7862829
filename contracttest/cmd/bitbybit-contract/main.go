// Bitbybit-contract tells whether a server keeps the contract, openapi.yaml.
//
//	BITBYBIT_API_KEY=bbb_test_… bitbybit-contract --url http://127.0.0.1:4010
//
// The URL is that of BITBYBIT_BASE_URL where no flag gives another, so that the mock can be judged by
//
//	bitbybit-mock exec -- bitbybit-contract
//
// It exits with 0 where nothing was found that --fail-on names, 1 where something was, 2 for a wrong flag or file, 3
// where nothing could be judged, and 130 where it was interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// The exit codes.
const (
	exitGood        = 0
	exitFound       = 1
	exitUsage       = 2
	exitNothing     = 3
	exitInterrupted = 130 // as a shell says of a program that Ctrl+C ended
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel() // the run ends, and is reported
		<-signals
		os.Exit(exitInterrupted)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the program, apart from the process around it.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	options, err := parse(args, getenv, stdout)
	if errors.Is(err, errShown) {
		return exitGood
	}
	if err == nil && (options.list || options.dryRun) {
		err = show(options, stdout)
		if err == nil {
			return exitGood
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
		return exitUsage
	}
	if err := options.reports.open(); err != nil {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
		return exitUsage
	}
	defer options.reports.close()
	progress := newProgress(stderr)
	options.OnProgress, options.OnWait = progress.answered, progress.waits
	report, err := contracttest.Run(ctx, options.Config)
	progress.end()
	nothing := errors.Is(err, result.ErrNothingJudged)
	if errors.Is(err, contracttest.ErrLiveKey) {
		err = errors.New("a production key (bbb_live_…) needs --allow-live: the run creates customers")
	}
	if err != nil && !nothing && !report.Interrupted {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
		return exitUsage
	}
	if err := options.reports.write(report, options.verbose, options.summary, stdout); err != nil {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
		return exitUsage
	}
	if n := report.NothingJudged; n != nil {
		fmt.Fprintf(stderr, "bitbybit-contract: nothing could be judged; tried: %s\ncame: %s\nwhat to do: %s\n", n.Tried, n.Came, n.Do)
	} else if err != nil {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
	}
	failed := report.Failed() && !options.never
	switch {
	case report.Interrupted:
		return exitInterrupted
	case nothing && (!failed || !report.ServerFailed()):
		return exitNothing
	case failed:
		return exitFound
	}
	return exitGood
}

// show prints the checks and cases, or the requests that would be sent.
func show(options options, w io.Writer) error {
	cases, err := contracttest.Plan(options.Config)
	if err != nil {
		return err
	}
	if options.dryRun {
		sent := 0
		for _, c := range cases {
			if !c.MockOnly && (options.MaxRequests < 0 || sent < options.MaxRequests) {
				fmt.Fprintf(w, "# %s: %s\n%s\n", c.ID, c.Class, c.Curl)
				sent++
			}
		}
		return nil
	}
	for _, check := range result.Checks() {
		if len(options.Checks) > 0 && !slices.Contains(options.Checks, check.ID) ||
			slices.Contains(options.Exclude, check.ID) {
			continue
		}
		fmt.Fprintf(w, "check %-28s %s\n", check.ID, check.Doc)
	}
	for i, c := range cases {
		if options.MaxRequests > 0 && i >= options.MaxRequests {
			break
		}
		mock := ""
		if c.MockOnly {
			mock = " (mock only)"
		}
		fmt.Fprintf(w, "case  %s: %s%s\n", c.ID, c.Class, mock)
	}
	return nil
}
