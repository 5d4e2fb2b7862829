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
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/version"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The exit codes.
const (
	exitGood        = 0
	exitFound       = 1
	exitUsage       = commandline.ExitUsage
	exitNothing     = 3
	exitInterrupted = 130 // as a shell says of a program that Ctrl+C ended
)

// never is the --fail-on that findings fail nothing with.
const never = "never"

// decides is set while a command runs that decides when the program ends.
var decides atomic.Bool

func main() {
	log.SetOutput(io.Discard) // net/http would write there what a server sent unasked, a key included
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel() // the run ends, and is reported
		for range signals {
			if !decides.Load() {
				os.Exit(exitInterrupted)
			}
		}
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the program, apart from the process around it.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	return commandline.Run(ctx, command(getenv, stdout, stderr), args, exitUsage)
}

// command is the program's command line.
func command(getenv func(string) string, stdout, stderr io.Writer) *cli.Command {
	o := options{shared: shared{failOn: string(result.Error)}, wait: contracttest.WebhookWait}
	return &cli.Command{
		Name: "bitbybit-contract", Version: version.String(), Usage: "tells whether a server keeps the contract, openapi.yaml",
		UsageText:                     "BITBYBIT_API_KEY=… bitbybit-contract --url URL [flags]\nbitbybit-contract proxy --target URL [flags] -- COMMAND…\nbitbybit-contract har [flags] FILE…",
		Flags:                         o.flags(getenv),
		Commands:                      []*cli.Command{proxyCommand(getenv, stdout, stderr), harCommand(getenv, stdout, stderr)},
		Writer:                        stdout,
		ErrWriter:                     stderr,
		CustomRootCommandHelpTemplate: cli.RootCommandHelpTemplate + "\n{{ExtraInfo.topics}}",
		ExtraInfo:                     func() map[string]string { return map[string]string{"topics": topics()} },
		Action: func(ctx context.Context, c *cli.Command) error {
			if c.Args().Present() {
				return commandline.Usagef("there are no arguments, only flags and the commands proxy and har; got %q", c.Args().Slice())
			}
			if err := o.complete(c.IsSet, getenv); err != nil {
				return err
			}
			if o.list || o.dryRun {
				var text bytes.Buffer
				if err := show(o, &text); err != nil {
					return err
				}
				_, err := text.WriteTo(stdout)
				return err
			}
			return judge(ctx, o, stdout, stderr)
		},
	}
}

// judge runs the tests and writes the reports. An exit code that is not 0 is a commandline.Exit.
func judge(ctx context.Context, options options, stdout, stderr io.Writer) error {
	if err := options.reports.open(); err != nil {
		return err
	}
	defer options.reports.close()
	if err := options.receive(ctx, stderr); err != nil {
		return err
	}
	progress := newProgress(stderr)
	if options.Webhooks != nil {
		options.Webhooks.OnWait = progress.waitsForWebhooks
	}
	options.OnProgress, options.OnWait = progress.answered, progress.waits
	report, err := contracttest.Run(ctx, options.Config)
	progress.end()
	nothing := errors.Is(err, result.ErrNothingJudged)
	if errors.Is(err, contracttest.ErrLiveKey) {
		err = errors.New("a production key (" + gen.KeyPrefixLive + "…) needs --allow-live: the run creates customers")
	}
	if err != nil && !nothing && !report.Interrupted {
		return err
	}
	if err := options.write(report, stdout, stderr); err != nil {
		return err
	}
	if err != nil && report.NothingJudged == nil {
		fmt.Fprintln(stderr, "bitbybit-contract:", err)
	}
	return options.exit(report)
}

// receive listens for webhooks where that is asked for, and tells the address.
func (o *options) receive(ctx context.Context, stderr io.Writer) error {
	if o.listen == "" {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--webhook-listen: %w", err)
	}
	fmt.Fprintf(stderr, "webhooks are taken at http://%s\n", listener.Addr())
	o.Webhooks = &contracttest.Webhooks{Listener: listener, Secrets: o.secrets, Wait: max(o.wait, 1)} // 0 waits for none
	return nil
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
		if options.makes(check) {
			fmt.Fprintf(w, "check %-28s %s\n", check.ID, check.Doc)
		}
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

// makes reports whether a run makes a check.
func (o *options) makes(check result.CheckInfo) bool {
	return !check.Traffic && (len(o.Checks) == 0 || slices.Contains(o.Checks, check.ID)) && !slices.Contains(o.Exclude, check.ID)
}
