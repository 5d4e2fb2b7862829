package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/urfave/cli/v3"
	"golang.org/x/term"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/verify"
)

// secretVariable is where a receiver has the secret of its endpoint.
const secretVariable = "BITBYBIT_WEBHOOK_SECRET"

// webhook holds the commands that are about webhooks.
func (p *program) webhook(e commandline.Environment) *cli.Command {
	return &cli.Command{
		Name: "webhook", Usage: "say why a webhook does not verify (webhook verify)",
		UsageText: "bitbybit-mock webhook verify [flags] [FILE]",
		Commands:  []*cli.Command{p.verify(e)},
		Action: func(_ context.Context, c *cli.Command) error {
			if err := commandline.NoArguments(c); err != nil {
				return err
			}
			return commandline.Usagef("webhook: must be followed by verify, as in bitbybit-mock webhook verify delivery.txt")
		},
	}
}

// pasted is what the flags of webhook verify say.
type pasted struct {
	body    string
	headers []string
	secrets []string
	now     time.Time
	attempt int // 0 where none was named
}

// verify is the command that says whether a delivery verifies, and why not.
func (p *program) verify(e commandline.Environment) *cli.Command {
	var in pasted
	return &cli.Command{
		Name: "verify", Usage: "say whether a delivery of a webhook verifies, and why not",
		UsageText: "bitbybit-mock webhook verify [flags] [FILE]",
		Description: "Reads a delivery from FILE, or from standard input: a request with its headers and its body, as nc -l shows it; what curl -v\n" +
			"shows, together with --body, since curl does not show the body that it sends; or the JSON of a delivery of the mock (GET\n" +
			"/_mock/webhooks/deliveries/{id}), of which the last attempt that was not answered 2xx is judged, at the time when it was sent.\n" +
			"The secret is read from " + secretVariable + ".\n" +
			"A reason is told where a signature that was computed anew proves it. Neither the secret nor the body is shown.\n\n" +
			"The exit code is 0 if a receiver would take the delivery, 1 if not, and 2 if there is nothing to judge.",
		Flags: []cli.Flag{
			commandline.Flag(e, "body", &in.body, commandline.Text, "", "a `FILE` that has the body, byte for byte as it came"),
			commandline.Flag(e, "header", &in.headers, one, "", "a header as in `NAME: VALUE`; may be given again"),
			commandline.Flag(e, "webhook-secret", &in.secrets, one, secretVariable, "the `SECRET` of the endpoint; may be given again"),
			commandline.Flag(e, "attempt", &in.attempt, attemptNumber, "the last that was not answered 2xx", "which attempt is judged, of the JSON of the mock: the `NUMBER`, counted from 1"),
			commandline.Flag(e, "now", &in.now, moment, "that of the attempt in the JSON of the mock, else now", "the `TIME` at which the delivery arrived, as in "+time.Unix(1_700_000_000, 0).UTC().Format(time.RFC3339)+", or in seconds since 1970"),
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if c.Args().Len() > 1 {
				return commandline.Usagef("webhook verify: takes one file, got %q", c.Args().Slice())
			}
			return p.judge(in, c.Args().First())
		},
	}
}

// one takes a text as one word of a list.
func one(s string) ([]string, error) {
	if s == "" {
		return nil, errors.New("must not be empty")
	}
	return []string{s}, nil
}

// attemptNumber reads the number of an attempt.
func attemptNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errors.New("must be the number of an attempt, counted from 1")
	}
	return n, nil
}

// moment reads a time.
func moment(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if seconds, numeric := strconv.ParseInt(s, 10, 64); numeric == nil {
		t, err = time.Unix(seconds, 0), nil
	}
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return t, errors.New("must be a time as in 2023-11-14T22:13:20Z, or in seconds since 1970, of the years 1970 to 2200")
	}
	return t, nil
}

// judge prints the report of a delivery.
func (p *program) judge(in pasted, file string) error {
	delivery, err := p.delivery(in, file)
	if err != nil {
		return err
	}
	secrets := in.secrets
	if secret := p.getenv(secretVariable); len(secrets) == 0 && secret != "" {
		secrets = []string{secret}
	}
	switch {
	case len(secrets) == 0:
		return commandline.Usagef("webhook verify: needs the secret of the endpoint in %s", secretVariable)
	case len(secrets) > gen.WebhookMaxEndpoints:
		return commandline.Usagef("--webhook-secret: must be given at most %d times", gen.WebhookMaxEndpoints)
	case slices.Contains(secrets, ""):
		return commandline.Usagef("--webhook-secret: must not be empty")
	}
	report := verify.Check(delivery, secrets, in.now)
	fmt.Fprint(p.stdout, report)
	if !report.Verifies() {
		return commandline.Exit(exitFailure)
	}
	return nil
}

// delivery is what was pasted into a file or standard input, and what the flags add to it.
func (p *program) delivery(in pasted, file string) (d verify.Delivery, err error) {
	if file == "" && in.body != "" && in.attempt != 0 {
		return d, commandline.Usagef("--attempt: is for the JSON of the mock's history alone")
	}
	if file != "" || in.body == "" { // with a body alone its headers are flags
		if d, err = p.readDelivery(file, in.attempt); err != nil {
			return d, err
		}
	}
	for _, header := range in.headers {
		if err := d.AddHeader(header); err != nil {
			return d, commandline.Usagef("--header: %w", err)
		}
	}
	if in.body != "" {
		if d.Body != nil {
			return d, commandline.Usagef("--body: the delivery has a body already")
		}
		if d.Body, err = p.read(in.body); err != nil {
			return d, commandline.Usagef("--body: %w", err)
		}
	}
	if len(d.Body) == 0 {
		return d, commandline.Usagef("webhook verify: the delivery has no body; curl -v does not show what was sent. Give it with --body FILE")
	}
	return d, nil
}

func (p *program) readDelivery(file string, attempt int) (verify.Delivery, error) {
	name := file
	if file == "" || file == "-" {
		file, name = "-", "standard input"
	}
	text, err := p.read(file)
	if err != nil {
		return verify.Delivery{}, commandline.Usagef("webhook verify: %w", err)
	}
	d, err := verify.Read(text, attempt)
	if err != nil {
		return d, commandline.Usagef("webhook verify: %s %w", name, err)
	}
	return d, nil
}

// read is what a file has, or standard input where its name is "-": no more than a delivery can have.
func (p *program) read(file string) ([]byte, error) {
	from := p.stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		from = opened
	} else if terminal, ok := p.stdin.(*os.File); ok && term.IsTerminal(int(terminal.Fd())) {
		fmt.Fprintln(p.stderr, "Paste the delivery, its headers and its body, and end it with Ctrl+D (on Windows: Ctrl+Z, Enter).")
	}
	text, err := io.ReadAll(io.LimitReader(from, verify.MaxSize+1))
	if err == nil && len(text) > verify.MaxSize {
		err = fmt.Errorf("%s has more than %d bytes", file, verify.MaxSize)
	}
	return text, err
}
