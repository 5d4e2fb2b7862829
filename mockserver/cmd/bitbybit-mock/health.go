package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

const healthInterval = 100 * time.Millisecond

// health is the command that asks a running mock whether it serves.
func (p *program) health(e commandline.Environment) *cli.Command {
	s, wait, timeout := newSettings(), false, 30*time.Second
	return &cli.Command{
		Name: "health", Usage: "ask a running mock whether it serves",
		Flags: []cli.Flag{
			s.addrFlag(e, "the `HOST:PORT` on which the mock listens"),
			commandline.Flag(e, "wait", &wait, commandline.YesOrNo, "off", "ask until it serves"),
			commandline.Flag(e, "timeout", &timeout, commandline.Duration, "", "the `DURATION` that --wait lasts at most"),
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			if err := commandline.NoArguments(c); err != nil {
				return err
			}
			return p.ask(ctx, s.addr, wait, timeout)
		},
	}
}

// ask asks the mock at an address whether it serves; with wait it asks until it does.
func (p *program) ask(ctx context.Context, addr string, wait bool, timeout time.Duration) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(ctx, "tcp", port)
	}
	if err != nil || port == "0" {
		return commandline.Usagef("--addr: must be the HOST:PORT on which a mock listens, got %q", addr)
	}
	if !wait {
		timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, err := control.NewClientWithResponses(
		"http://"+reachable(addr)+"/_mock",
		control.WithHTTPClient(&http.Client{
			Transport: &http.Transport{}, // no proxy: the mock is near
		}),
	)
	if err != nil {
		return err
	}
	for {
		health, err := askHealth(ctx, client)
		if err == nil {
			fmt.Fprintf(p.stdout, "%s\n", health)
			return nil
		}
		err = fmt.Errorf("no mock serves at %s: %w", addr, err)
		if !wait {
			return err
		}
		select {
		case <-time.After(healthInterval):
		case <-ctx.Done():
			return err
		}
	}
}

func askHealth(ctx context.Context, client *control.ClientWithResponses) ([]byte, error) {
	response, err := client.GetHealthWithResponse(ctx)
	if err != nil {
		return nil, err
	}
	if response.JSON503 != nil && response.JSON503.Status == control.Draining {
		return nil, errors.New("it is draining: it serves what arrives, but stops soon")
	}
	if response.JSON200 == nil || response.JSON200.Status != control.OK {
		return nil, fmt.Errorf("what serves there is not a mock: %s", response.Status())
	}
	return json.Marshal(response.JSON200)
}
