package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// execKey is the key that a command gets where --key names none.
const execKey = "bbb_test_exec"

// exec runs a command with a mock of its own on a free port, and passes the command's exit code on.
func (p *program) exec(ctx context.Context, args []string) error {
	s := newSettings()
	s.addr, s.logLevel = "127.0.0.1:0", slog.LevelWarn
	flags := newFlagSet("exec", s.without("addr"))
	strictExit := flags.Bool("strict-exit", false, "fail if a request broke the contract")
	flags.Func("addr", "", func(string) error { return errors.New("exec takes no --addr, it picks a free port") })
	if err := p.parse(flags, args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return usagef("exec: must name a command, as in bitbybit-mock exec -- go test ./...")
	}
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
	failure := p.command(ctx, flags.Args(), environ)
	if err := m.drain(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	serving.Wait()
	log.Close() // before the list
	if *strictExit {
		if broken := m.mock.BrokenRequests(); broken > 0 {
			p.listBroken(m.mock, broken)
			failure = errors.Join(failure, exitError(exitFailure))
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

// command runs a command to its end. Signals are handed to it, so that it decides when to end. Its exit code is the
// error, if it is not 0.
func (p *program) command(ctx context.Context, args, environ []string) error {
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr, command.Env = p.stdin, p.stdout, p.stderr, environ
	// A command that was killed may leave children who hold its output open.
	command.WaitDelay = 5 * time.Second
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, stopSignals()...)
	defer signal.Stop(signals)
	if err := command.Start(); err != nil {
		return p.cannotRun(args[0], err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case sig := <-signals:
				// It may have ended meanwhile. Windows hands Ctrl+C to it without our help, and knows no other signal.
				_ = command.Process.Signal(sig)
			case <-ended:
				return
			}
		}
	}()
	err := command.Wait()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitError(128 + int(status.Signal())) // as a shell tells it
	}
	return exitError(exit.ExitCode())
}

// cannotRun says why a command did not start. The exit codes are a shell's: 127 for one that is not there, 126 for one
// that cannot be run.
func (p *program) cannotRun(name string, err error) error {
	code := exitError(126)
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		code = 127
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner // what is around it names the command again
	}
	fmt.Fprintf(p.stderr, "bitbybit-mock: exec: cannot run %q: %v\n", name, err)
	return code
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
