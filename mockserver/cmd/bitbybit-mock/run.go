package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// The exit codes of the program's own.
const (
	exitFailure = 1
	exitUsage   = commandline.ExitUsage
)

// run carries a command line out and returns the exit code. What goes wrong is one line on standard error.
func (p *program) run(ctx context.Context, args []string) int {
	return commandline.Run(ctx, p.commands(), args, exitFailure)
}

// commands are what the program can be asked for. Without a command it serves.
func (p *program) commands() *cli.Command {
	environment := commandline.Environment{Prefix: "BITBYBIT_MOCK_", Getenv: p.getenv}
	s := newSettings()
	return &cli.Command{
		Name: "bitbybit-mock", Version: mockserver.Version(),
		Usage: "answers bitbybit's create-customer API from memory, and fails on demand",
		UsageText: "bitbybit-mock [flags]                    serve until Ctrl+C, SIGTERM or SIGHUP\n" +
			"bitbybit-mock health [flags]\nbitbybit-mock exec [flags] -- COMMAND…\nbitbybit-mock rules\nbitbybit-mock webhook verify [flags] [FILE]",
		Flags:                         append(s.flags(environment), s.serveFlags(environment)...),
		Commands:                      []*cli.Command{p.health(environment), p.exec(environment), p.rules(), p.webhook(environment)},
		Writer:                        p.stdout,
		ErrWriter:                     p.stderr,
		CustomRootCommandHelpTemplate: cli.RootCommandHelpTemplate + "\n{{ExtraInfo.topics}}",
		ExtraInfo:                     func() map[string]string { return map[string]string{"topics": topics()} },
		Action: func(ctx context.Context, c *cli.Command) error {
			if err := commandline.NoArguments(c); err != nil {
				return fmt.Errorf("%w there are health, exec, rules and webhook, and none to serve", err)
			}
			return p.serve(ctx, s)
		},
	}
}

// getenv is an environment variable; empty where it is not set. Of several of one name the last one counts.
func (p *program) getenv(name string) (value string) {
	for _, variable := range p.environ {
		if n, v, _ := strings.Cut(variable, "="); n == name {
			value = v
		}
	}
	return value
}
