package main

import (
	"crypto/rand"
	"fmt"
	neturl "net/url"
	"strconv"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// webhooks are what the flags of webhooks say.
type webhooks struct {
	urls, secrets, allow []string
	speed                int
	generated            bool // the secret: nobody knows it yet
}

func (w *webhooks) flags(e commandline.Environment) []cli.Flag {
	return []cli.Flag{
		commandline.Flag(e, "webhook", &w.urls, commandline.Words, "none",
			"a `URL` that is told of each customer that is created; may be given again"),
		commandline.Flag(e, "webhook-secret", &w.secrets, commandline.Words, "generated and printed",
			"the `SECRET` that webhooks are signed with: one for all URLs, or given again for each of them"),
		commandline.Flag(e, "webhook-allow", &w.allow, commandline.Words, "this machine alone",
			"addresses that webhooks may be sent to as well, as a `CIDR`; may be given again"),
		commandline.Flag(e, "webhook-speed", &w.speed, commandline.Number(strconv.Atoi), "",
			"retry a webhook `N` times faster than the vendor does, as in 100"),
	}
}

// options are the options of the mock for them. Where no secret is named, one is generated.
func (w *webhooks) options() ([]mockserver.Option, error) {
	switch {
	case len(w.secrets) == 0 && len(w.urls) > 0:
		w.secrets, w.generated = []string{"whsec_" + rand.Text()}, true
	case len(w.urls) == 0 && len(w.secrets) > 0:
		return nil, commandline.Usagef("--webhook-secret: needs a --webhook that is signed with it")
	case len(w.secrets) > 1 && len(w.secrets) != len(w.urls):
		return nil, commandline.Usagef("--webhook-secret: must be given once, or once for each --webhook, got %d for %d of them", len(w.secrets), len(w.urls))
	}
	options := []mockserver.Option{mockserver.WithWebhookAllow(w.allow...), mockserver.WithWebhookSpeed(w.speed)}
	for i, url := range w.urls {
		options = append(options, mockserver.WithWebhook(url, w.secrets[i%len(w.secrets)]))
	}
	return options, nil
}

// banner says where webhooks go, and what a generated secret is; it is empty where they go nowhere.
func (w *webhooks) banner() string {
	var b strings.Builder
	for i, url := range w.urls {
		what := ""
		if i == 0 {
			what = "Webhooks go to"
		}
		if parsed, err := neturl.Parse(url); err == nil {
			url = parsed.String() // in which nothing controls the terminal
		}
		fmt.Fprintf(&b, "\n  %-23s %s", what, mask.Keys(url))
	}
	if w.generated {
		fmt.Fprintf(&b, "\n  %-23s %s", "and are signed with", w.secrets[0])
	}
	return b.String()
}
