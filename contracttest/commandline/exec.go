package commandline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// Command is another program that a command line names.
type Command struct {
	// Args are its name and its arguments.
	Args []string
	// Environ is its environment.
	Environ []string
	Stdin   io.Reader
	// Stdout and Stderr are its own. What keeps it from running is told on Stderr, after Name, e.g. "bitbybit-mock: exec".
	Stdout, Stderr io.Writer
	Name           string
}

// StopSignals are the signals that end a program. SIGHUP is none of them where it is ignored, as under nohup.
func StopSignals() []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// Run runs the program to its end. Signals are handed to it, so that it decides when to end. Its exit code is the error, an [Exit], if it is not 0:
// 127 where it is not there and 126 where it cannot be run, as a shell has it, and 128 and the signal that ended it.
func (c Command) Run(ctx context.Context) error {
	command := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr, command.Env = c.Stdin, c.Stdout, c.Stderr, c.Environ
	// A command that was killed may leave children who hold its output open.
	command.WaitDelay = 5 * time.Second
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, StopSignals()...)
	defer signal.Stop(signals)
	if err := command.Start(); err != nil {
		return c.cannotRun(err)
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
		return Exit(128 + int(status.Signal())) // as a shell tells it
	}
	return Exit(exit.ExitCode())
}

// cannotRun says why a program did not start.
func (c Command) cannotRun(err error) error {
	code := Exit(126)
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		code = 127
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner // what is around it names the command again
	}
	fmt.Fprintf(c.Stderr, "%s: cannot run %q: %v\n", c.Name, c.Args[0], err)
	return code
}
