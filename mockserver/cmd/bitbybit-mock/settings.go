package main

import (
	"errors"
	"log/slog"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// settings are what the flags of serve and exec say.
type settings struct {
	addr         string
	keys         []string
	rateLimit    int
	strict       bool
	latency      time.Duration
	maxBody      int64
	maxCustomers int
	storeSize    int64
	seed         string
	logFormat    string
	logLevel     slog.Level
	corsOrigins  []string
	corsHeaders  []string
	idSeed       *uint64
	magicValues  bool
	controlHosts []string
	webhooks     webhooks
	// Of serve alone.
	open          bool
	stopWithStdin bool
	drain         time.Duration
}

func newSettings() *settings {
	return &settings{
		addr:         "127.0.0.1:4010",
		rateLimit:    100,
		maxBody:      1 << 20,
		maxCustomers: 1_000_000,
		storeSize:    256 << 20,
		logFormat:    "text",
		magicValues:  true,
		webhooks:     webhooks{speed: 1},
	}
}

// flags are the flags of serve and exec.
func (s *settings) flags(e commandline.Environment) []cli.Flag {
	whole := commandline.Number(strconv.Atoi)
	return append([]cli.Flag{
		s.addrFlag(e, "where to listen, `HOST:PORT`; port 0 picks a free one"),
		commandline.Flag(e, "key", &s.keys, commandline.Words, "any well-formed key",
			"a key that exists, its scopes and from where it is good, as in `KEY`[=SCOPE+…][@CIDR+…]; may be given again"),
		commandline.Flag(e, "rate-limit", &s.rateLimit, whole, "", "`N` requests a minute and key; 0 turns the limit off"),
		commandline.Flag(e, "strict", &s.strict, commandline.YesOrNo, "off", "refuse properties that the contract does not name"),
		commandline.Flag(e, "latency", &s.latency, commandline.Duration, "0",
			"a `DURATION` that is added to every answer of the API, as in 250ms"),
		commandline.Flag(e, "max-body", &s.maxBody, byteCount, "", "how many `BYTES` a request body may have"),
		commandline.Flag(e, "max-customers", &s.maxCustomers, whole, "", "that `N` customers are held; the oldest make room"),
		commandline.Flag(e, "store-size", &s.storeSize, byteCount, "268435456, 256 MiB",
			"how many `BYTES` of customers are held; the oldest make room"),
		commandline.Flag(e, "seed", &s.seed, commandline.Text, "", "a `FILE` of customers to start with: a JSON array of request bodies"),
		commandline.Flag(e, "id-seed", &s.idSeed, seedNumber, "random", "a number `N` that makes ids and times repeat, for golden files"),
		commandline.Flag(e, "magic-values", &s.magicValues, commandline.YesOrNo, "on",
			"answer the magic values below with errors; --magic-values=no does not"),
		commandline.Flag(e, "cors-origin", &s.corsOrigins, commandline.Words, "any",
			"an `ORIGIN` whose pages may call the API; may be given again"),
		commandline.Flag(e, "cors-header", &s.corsHeaders, commandline.Words, "any",
			"the `NAME` of a header that such a page may send beside the API's own; may be given again"),
		commandline.Flag(e, "control-host", &s.controlHosts, commandline.Words, "addresses, private names, names without a dot",
			"a host `NAME` under which /_mock/ answers; may be given again"),
		commandline.Flag(e, "log-format", &s.logFormat, commandline.OneOf("text", "json"), "", "the log's `FORMAT`: text or json"),
		commandline.Flag(e, "log-level", &s.logLevel, logLevel, strings.ToLower(s.logLevel.String()),
			"the log's `LEVEL`: debug, info, warn or error"),
	}, s.webhooks.flags(e)...)
}

// serveFlags are the flags of serve alone: exec runs without a person who looks and without a load balancer, and ends with its command.
func (s *settings) serveFlags(e commandline.Environment) []cli.Flag {
	return []cli.Flag{
		commandline.Flag(e, "open", &s.open, commandline.YesOrNo, "off", "open the page of what arrives in a browser"),
		commandline.Flag(e, "drain", &s.drain, commandline.Duration, "0",
			"when told to stop, say 503 in /_mock/health and serve on for a `DURATION`, so that a load balancer sends nothing more"),
		commandline.Flag(e, "stop-with-stdin", &s.stopWithStdin, commandline.YesOrNo, "off",
			"stop when standard input ends, as it does with the program that started the mock, however that ended"),
	}
}

// addrFlag is the flag of serve and health.
func (s *settings) addrFlag(e commandline.Environment, usage string) cli.Flag {
	return commandline.Flag(e, "addr", &s.addr, commandline.Text, "", usage)
}

// byteCount reads a number of bytes, also in one of the units that the help counts in.
func byteCount(s string) (int64, error) {
	digits, unit := s, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			digits, unit = strings.TrimRight(rest, " "), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/unit {
		return 0, errors.New("must be a number of bytes, 1 or more, as in 1048576 or 1MiB")
	}
	return n * unit, nil
}

func seedNumber(s string) (*uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return nil, errors.New("must be a whole number, 0 or more")
	}
	return &n, nil
}

func logLevel(s string) (level slog.Level, err error) {
	if level.UnmarshalText([]byte(s)) != nil {
		return 0, errors.New("must be debug, info, warn or error")
	}
	return level, nil
}

// flagOf names the flag where an error of [mockserver.New] names the option.
var flagOf = strings.NewReplacer(
	"mockserver: WithKeys: ", "--key: ", "mockserver: WithMaxBody: ", "--max-body: ", "mockserver: WithSeed: ", "--seed: ",
	"mockserver: WithMaxCustomers: ", "--max-customers: ", "mockserver: WithStoreSize: ", "--store-size: ",
	"mockserver: WithCORSOrigins: ", "--cors-origin: ", "mockserver: WithCORSHeaders: ", "--cors-header: ",
	"mockserver: WithControlHosts: ", "--control-host: ",
	"mockserver: WithWebhook: webhook: ", "--webhook: ", "mockserver: WithWebhookAllow: ", "--webhook-allow: ", "mockserver: WithWebhookSpeed: ", "--webhook-speed: ",
)

// server makes the mock. What is wrong with a setting is a [commandline.UsageError] that names its flag.
func (s *settings) server(logger *slog.Logger) (*mockserver.Server, error) {
	options := []mockserver.Option{
		mockserver.WithLogger(logger), mockserver.WithRateLimit(s.rateLimit), mockserver.WithLatency(s.latency),
		mockserver.WithMaxBody(s.maxBody), mockserver.WithMaxCustomers(s.maxCustomers), mockserver.WithStoreSize(s.storeSize),
		mockserver.WithCORSOrigins(s.corsOrigins...), mockserver.WithCORSHeaders(s.corsHeaders...),
		mockserver.WithControlHosts(s.controlHosts...),
	}
	webhooks, err := s.webhooks.options()
	if err != nil {
		return nil, err
	}
	options = append(options, webhooks...)
	if len(s.keys) > 0 {
		options = append(options, mockserver.WithKeys(s.keys...))
	}
	if s.strict {
		options = append(options, mockserver.WithStrict())
	}
	if !s.magicValues {
		options = append(options, mockserver.WithoutTriggers())
	}
	if s.idSeed != nil {
		options = append(options, mockserver.WithIDSeed(*s.idSeed))
	}
	if s.seed != "" {
		array, err := os.ReadFile(s.seed)
		if err != nil {
			return nil, commandline.Usagef("--seed: %w", err)
		}
		options = append(options, mockserver.WithSeed(array))
	}
	server, err := mockserver.New(options...)
	if err != nil {
		return nil, commandline.Usagef("%s", flagOf.Replace(err.Error()))
	}
	return server, nil
}

// isLoopback reports whether only this machine reaches an address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
