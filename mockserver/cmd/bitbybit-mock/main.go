// Command bitbybit-mock serves bitbybit's create-customer API from memory: it behaves as the vendor documents it, and
// fails on demand.
//
//	bitbybit-mock [flags]                            serve until SIGINT, SIGTERM or SIGHUP; with --stop-with-stdin, until standard input ends too
//	bitbybit-mock health [--wait]                    ask a running mock whether it serves
//	bitbybit-mock exec [--strict-exit] -- COMMAND…   run a command against a mock of its own
//	bitbybit-mock rules                              print what the vendor documents and what is assumed
//	bitbybit-mock webhook verify [FILE]              say why a delivery of a webhook does not verify
//
// It exits with 2 where it was called wrongly, with 1 where it failed otherwise; exec exits with the code of its
// command, and like a shell with 127 where there is no such command and 126 where it cannot be run.
package main

import (
	"context"
	"io"
	"log"
	"os"
)

func main() {
	log.SetOutput(io.Discard) // the program logs with slog; net/http would write there what a receiver of webhooks sent unasked, secrets included
	p := &program{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ()}
	p.open = p.startBrowser
	os.Exit(p.run(context.Background(), os.Args[1:]))
}

// program is the world as the commands see it.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string // NAME=VALUE
	// open opens a page in a browser. It may take as long as the browser runs.
	open func(ctx context.Context, page string) error
}
