package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// execKey is the key that a command gets where --key names none.
const execKey = gen.KeyPrefixTest + "exec"

// exec is the command that runs another with a mock of its own.
func (p *program) exec(e commandline.Environment) *cli.Command {
	s := newSettings()
	s.addr, s.logLevel = "127.0.0.1:0", slog.LevelWarn
	strictExit, one := false, 1
	flags := s.flags(e)
	flags[0] = &cli.StringFlag{Name: "addr", Hidden: true, Local: true, Validator: func(string) error {
		return errors.New("exec takes no --addr, it picks a free port")
	}}
	return &cli.Command{
		Name: "exec", Usage: "run a command with a mock of its own",
		UsageText: "bitbybit-mock exec [flags] -- COMMAND…",
		Description: "The mock is on a free port, which is told to the command in BITBYBIT_BASE_URL and BITBYBIT_API_KEY; with --webhook, the\n" +
			"secret of the first one is in BITBYBIT_WEBHOOK_SECRET. The exit code is the command's.",
		Flags: append(flags, commandline.Flag(e, "strict-exit", &strictExit, commandline.YesOrNo, "off",
			"fail if a request broke the contract")),
		StopOnNthArg: &one, // what follows the command's name is its own
		Action: func(ctx context.Context, c *cli.Command) error {
			if !c.Args().Present() {
				return commandline.Usagef("exec: must name a command, as in bitbybit-mock exec -- go test ./...")
			}
			return p.execute(ctx, s, strictExit, c.Args().Slice())
		},
	}
}

// execute runs a command with a mock of its own on a free port, and passes the command's exit code on.
func (p *program) execute(ctx context.Context, s *settings, strictExit bool, args []string) error {
	surviveClosedPipes()
	logger, log := s.logger(p)
	defer log.Close()
	m, err := s.listen(ctx, logger)
	if err != nil {
		return err
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := m.server.Serve(m.listener); !errors.Is(err, http.ErrServerClosed) {
			m.logger.Error("the mock stopped serving", slog.Any("error", err))
		}
	})
	environ := slices.Concat(p.environ, []string{"BITBYBIT_BASE_URL=" + m.baseURL(), "BITBYBIT_API_KEY=" + s.execKey()})
	if len(s.webhooks.secrets) > 0 {
		environ = append(environ, "BITBYBIT_WEBHOOK_SECRET="+s.webhooks.secrets[0])
	}
	failure := commandline.Command{
		Args: args, Environ: environ, Stdin: p.stdin, Stdout: p.stdout, Stderr: p.stderr, Name: "bitbybit-mock: exec",
	}.Run(ctx)
	if err := m.drain(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	serving.Wait()
	log.Close() // before the list
	if strictExit {
		if broken := m.mock.BrokenRequests(); broken > 0 {
			p.listBroken(m.mock, broken)
			failure = errors.Join(failure, commandline.Exit(exitFailure))
		}
	}
	return failure
}

// execKey is the first key that --key names.
func (s *settings) execKey() string {
	if len(s.keys) == 0 {
		return execKey
	}
	return s.keys[0][:strings.IndexAny(s.keys[0]+"=", "=@")]
}

// listBroken tells which requests broke the contract, as far as the journal has them.
func (p *program) listBroken(mock *mockserver.Server, broken int) {
	fmt.Fprintf(p.stderr, "bitbybit-mock: requests that broke the contract: %d\n", broken)
	listed := 0
	for _, r := range mock.Requests() {
		if r.Broken() {
			listed++
			fmt.Fprintf(p.stderr, "  %s\n", strings.ReplaceAll(r.String(), "\n", "\n  "))
		}
	}
	if listed < broken {
		fmt.Fprintf(p.stderr, "  and %d that the journal no longer has\n", broken-listed)
	}
}
