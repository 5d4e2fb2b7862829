package main

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// window is the budget against a live server: it fits one window of the vendor's rate limit.
const window = 90

// options are what the command line says.
type options struct {
	contracttest.Config
	shared
	strict       bool
	list, dryRun bool
	listen       string // for webhooks
	secrets      []string
	wait         time.Duration
}

// flags are the flags of the program, each with its variable, and where they are read to.
func (o *options) flags(getenv func(string) string) []cli.Flag {
	e := commandline.Environment{Prefix: "BITBYBIT_CONTRACT_", Getenv: getenv}
	url := commandline.Flag(commandline.Environment{Prefix: "BITBYBIT_BASE_", Getenv: getenv}, "url", &o.URL, commandline.Text, "",
		"the `URL` where the API is found; the path of the contract is added where there is none at all, and http://host/ is the root")
	text, yesOrNo := commandline.Text, commandline.YesOrNo
	return append([]cli.Flag{
		url,
		commandline.Flag(e, "seed", &o.Seed, commandline.Number(unsigned), "0", "a number `N`: the same seed sends the same bytes"),
		commandline.Flag(e, "max-requests", &o.MaxRequests, commandline.Number(strconv.Atoi),
			fmt.Sprintf("%d, no limit against the mock", window), "how many requests, `N`, may be sent; 0 lifts the limit"),
		commandline.Flag(e, "rate", &o.Rate, rate, "0",
			"how many requests, `N`, may start in a second, 0.001 at least; 0 is as many as the RateLimit headers allow"),
		commandline.Flag(e, "checks", &o.Checks, ids, "all", "the `CHECKS` to make, separated by commas"),
		commandline.Flag(e, "safe", &o.Safe, yesOrNo, "", "send only what the contract calls valid"),
		commandline.Flag(e, "strict", &o.strict, yesOrNo, "against the mock only",
			"make rules that are assumed errors too; --strict=false makes them warnings"),
		commandline.Flag(e, "webhook-listen", &o.listen, address, "",
			"take webhooks at `ADDR` (host:port; port 0 is any that is free) and judge those of the customers that the run creates; the address must be entered at the server"),
		commandline.Flag(e, "webhook-secret", &o.secrets, commandline.Words, "", "a `SECRET` that webhooks are signed with, again for more while one is replaced; without it, that of BITBYBIT_WEBHOOK_SECRET"),
		commandline.Flag(e, "webhook-wait", &o.wait, commandline.Duration, "",
			"how `LONG` webhooks that are missing are waited for after the last request; from "+retried.String()+" on, two are refused on purpose, to see them come again"),
		commandline.Flag(e, "list", &o.list, yesOrNo, "", "list checks and cases, and send nothing"),
		commandline.Flag(e, "replay", &o.Case, text, "", "run the case of this `ID` alone"),
		commandline.Flag(e, "dry-run", &o.dryRun, yesOrNo, "", "print the requests, and send nothing"),
		commandline.Flag(e, "allow-live", &o.AllowLive, yesOrNo, "",
			"let a production key ("+gen.KeyPrefixLive+"…) pass; the run creates customers"),
	}, o.shared.flags(e)...)
}

// retried is how long a wait must be for retries to be judged.
var retried = gen.WebhookRetries()[0] * 3 / 2

// complete reads what the flags name, and tells what is missing.
func (o *options) complete(isSet func(flag string) bool, getenv func(string) string) error {
	o.APIKey, o.summary = getenv("BITBYBIT_API_KEY"), getenv("GITHUB_STEP_SUMMARY")
	if isSet("strict") {
		o.Strict = &o.strict
	}
	o.FailOn, o.Exclude = o.severity(), o.exclude
	switch {
	case isSet("max-requests") && o.MaxRequests == 0:
		o.MaxRequests = -1
	case !isSet("max-requests") && o.dryRun:
		o.MaxRequests = window
	}
	if o.list || o.dryRun {
		if o.URL == "" {
			o.URL = "https://api.bitbybit.studio"
		}
		if o.APIKey == "" {
			o.APIKey = gen.KeyPrefixTest + "placeholder"
		}
	}
	if o.URL == "" {
		return commandline.Usagef("--url or BITBYBIT_BASE_URL is needed, e.g. --url http://127.0.0.1:4010")
	}
	if o.APIKey == "" {
		return commandline.Usagef("the API key is needed in BITBYBIT_API_KEY")
	}
	if err := o.completeWebhooks(isSet, getenv); err != nil {
		return err
	}
	var err error
	o.Baseline, err = o.readBaseline()
	return err
}

func (o *options) completeWebhooks(isSet func(flag string) bool, getenv func(string) string) error {
	if i := slices.IndexFunc(o.Checks, result.OfWebhooks); i >= 0 && o.listen == "" {
		return commandline.Usagef("the check %s needs --webhook-listen", o.Checks[i])
	}
	for _, name := range []string{"webhook-secret", "webhook-wait"} {
		if o.listen == "" && isSet(name) {
			return commandline.Usagef("--%s: needs a --webhook-listen, where webhooks arrive", name)
		}
	}
	if o.listen != "" && len(o.secrets) == 0 {
		if o.secrets = strings.Fields(getenv("BITBYBIT_WEBHOOK_SECRET")); len(o.secrets) == 0 {
			return commandline.Usagef("--webhook-listen needs --webhook-secret or BITBYBIT_WEBHOOK_SECRET, to verify signatures with")
		}
	}
	return nil
}

// address takes where to listen.
func address(s string) (string, error) {
	if _, _, err := net.SplitHostPort(s); err != nil {
		return "", errors.New("must be HOST:PORT, as in 127.0.0.1:4011")
	}
	return s, nil
}

func unsigned(s string) (uint64, error) { return strconv.ParseUint(s, 0, 64) }

func rate(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, errors.New("must be a number, as in 0.5")
	}
	return n, nil
}

// ids reads the names of checks, separated by commas.
func ids(list string) (checks []result.Check, _ error) {
	for id := range strings.SplitSeq(list, ",") {
		if id = strings.TrimSpace(id); id != "" {
			checks = append(checks, result.Check(id))
		}
	}
	return checks, nil
}
