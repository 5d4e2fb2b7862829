package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// The exit codes of the program's own.
const (
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a call that cannot be carried out as it was written.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitError is a failure that has been told already, or that is another program's.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// run carries a command line out and returns the exit code. What goes wrong is one line on standard error.
func (p *program) run(ctx context.Context, args []string) int {
	err := p.dispatch(ctx, args)
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	message := strings.ReplaceAll(err.Error(), "\n", " ")
	if _, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(p.stderr, "bitbybit-mock: %s (bitbybit-mock --help lists the flags)\n", message)
		return exitUsage
	}
	fmt.Fprintf(p.stderr, "bitbybit-mock: %s\n", message)
	return exitFailure
}

func (p *program) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return p.serve(ctx, args)
	}
	command, rest := args[0], args[1:]
	switch command {
	case "health":
		return p.health(ctx, rest)
	case "exec":
		return p.exec(ctx, rest)
	case "rules":
		return p.rules(rest)
	case "help":
		p.help()
		return nil
	}
	return usagef("there is no command %q; there are health, exec and rules, and none to serve", command)
}

// parse reads flags, and gives those that are absent the value of their environment variable. Help that is asked for is
// printed, and the error is flag.ErrHelp.
func (p *program) parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			p.help()
			return err
		}
		return usageError{errors.New(twoDashes.Replace(err.Error()))}
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var wrong error
	flags.VisitAll(func(f *flag.Flag) {
		name := variableOf(f.Name)
		value := p.getenv(name)
		if wrong != nil || given[f.Name] || value == "" {
			return
		}
		if err := f.Value.Set(value); err != nil {
			wrong = usagef("%s: %w", name, err)
		}
	})
	return wrong
}

// twoDashes spells flags as the help does.
var twoDashes = strings.NewReplacer(
	"not defined: -", "not defined: --",
	"needs an argument: -", "needs an argument: --",
	`" for flag -`, `" for flag --`,
	`" for -`, `" for --`,
)

// getenv is an environment variable; empty where it is not set. Of several of one name the last one counts.
func (p *program) getenv(name string) (value string) {
	for _, variable := range p.environ {
		if n, v, _ := strings.Cut(variable, "="); n == name {
			value = v
		}
	}
	return value
}

func noArguments(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return usagef("%s takes no arguments, got %q", flags.Name(), flags.Args())
	}
	return nil
}

func (p *program) version() {
	fmt.Fprintf(
		p.stdout,
		"bitbybit-mock %s %s %s/%s\n",
		mockserver.Version(),
		runtime.Version(),
		runtime.GOOS,
		runtime.GOARCH,
	)
}
