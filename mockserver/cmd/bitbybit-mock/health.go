package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

const healthInterval = 100 * time.Millisecond

// health asks the mock at an address whether it serves; with --wait it asks until it does.
func (p *program) health(ctx context.Context, args []string) error {
	all := newSettings()
	flags := newFlagSet("health", all.only("addr"))
	wait := flags.Bool("wait", false, "ask until it serves")
	timeout := flags.Duration("timeout", 30*time.Second, "how long to wait at most")
	if err := p.parse(flags, args); err != nil {
		return err
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(all.addr)
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(ctx, "tcp", port)
	}
	if err != nil || port == "0" {
		return usagef("--addr: must be the HOST:PORT on which a mock listens, got %q", all.addr)
	}
	if !*wait {
		*timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	client, err := control.NewClientWithResponses(
		"http://"+reachable(all.addr)+"/_mock",
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
		if !*wait || !pause(ctx, healthInterval) {
			return fmt.Errorf("no mock serves at %s: %w", all.addr, err)
		}
	}
}

func askHealth(ctx context.Context, client *control.ClientWithResponses) ([]byte, error) {
	response, err := client.GetHealthWithResponse(ctx)
	if err != nil {
		return nil, err
	}
	if response.JSON200 == nil || response.JSON200.Status != control.OK {
		return nil, fmt.Errorf("what serves there is not a mock: %s", response.Status())
	}
	return json.Marshal(response.JSON200)
}

// pause is false where the context ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
