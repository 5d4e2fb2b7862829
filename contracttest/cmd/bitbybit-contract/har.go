package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
)

// harCommand is the command that judges recordings.
func harCommand(getenv func(string) string, stdout, stderr io.Writer) *cli.Command {
	w := newWatching()
	e := commandline.Environment{Prefix: "BITBYBIT_CONTRACT_", Getenv: getenv}
	return &cli.Command{
		Name: "har", Usage: "judge recorded traffic",
		UsageText: "bitbybit-contract har [flags] FILE…",
		Description: "Each FILE is a HAR file, as browsers, Playwright, Charles, mitmproxy and GET /_mock/requests?format=har of bitbybit-mock write it; - is standard input.\n" +
			"Exchanges with any host are judged whose path ends in one of the contract.",
		Flags: w.flags(e),
		Action: func(_ context.Context, c *cli.Command) error {
			if !c.Args().Present() {
				return commandline.Usagef("har: must name a file, as in bitbybit-contract har recording.har")
			}
			var o traffic.Observer
			if err := w.begin(&o, getenv); err != nil {
				return err
			}
			defer w.reports.close()
			files := c.Args().Slice()
			var unread []error
			for _, path := range files {
				if err := readHAR(&o, path); err != nil {
					unread = append(unread, fmt.Errorf("%s: %w", path, err))
				}
			}
			r := o.Report(strings.Join(files, ", ")) // also of what was read of a file that ends too early
			for _, err := range unread {
				r.Traffic.Unread = append(r.Traffic.Unread, err.Error())
			}
			if len(unread) > 0 && r.NothingJudged != nil { // which is why
				r.NothingJudged = nil
			}
			if err := w.write(r, stdout, stderr); err != nil {
				return err
			}
			return cmp.Or(errors.Join(unread...), w.exit(r))
		},
	}
}

func readHAR(o *traffic.Observer, path string) error {
	if path == "-" {
		return o.ReadHAR(os.Stdin)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return o.ReadHAR(file)
}
