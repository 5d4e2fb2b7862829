package main

import (
	"flag"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

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
}

// setting is one flag, as it is read and as the help tells it.
type setting struct {
	name, placeholder string
	environment       string // the variable
	value             value
	usage, initial    string
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
	}
}

// variableOf is the environment variable of a flag; empty where it has none.
func variableOf(flag string) string {
	for _, setting := range newSettings().table() {
		if setting.name == flag {
			return setting.environment
		}
	}
	return ""
}

// newFlagSet makes a flag set of some of the settings.
func newFlagSet(name string, table []setting) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	for _, setting := range table {
		flags.Var(setting.value, setting.name, setting.usage)
	}
	return flags
}

func (s *settings) only(name string) []setting {
	return slices.DeleteFunc(s.table(), func(f setting) bool { return f.name != name })
}

func (s *settings) without(name string) []setting {
	return slices.DeleteFunc(s.table(), func(f setting) bool { return f.name == name })
}

// table lists every setting.
func (s *settings) table() []setting {
	return []setting{
		{"addr", "HOST:PORT", "BITBYBIT_MOCK_ADDR", text(&s.addr),
			"where to listen; port 0 picks a free one", s.addr},
		{"key", "KEY[=SCOPE+…][@CIDR+…]", "BITBYBIT_MOCK_KEYS", words(&s.keys),
			"a key that exists, its scopes and from where it is good; may be given again", "any well-formed key"},
		{"rate-limit", "N", "BITBYBIT_MOCK_RATE_LIMIT", parsed(&s.rateLimit, wholeNumber),
			"requests a minute and key; 0 turns the limit off", "100"},
		{"strict", "", "BITBYBIT_MOCK_STRICT", yesOrNo(&s.strict),
			"refuse properties that the contract does not name", "off"},
		{"latency", "DURATION", "BITBYBIT_MOCK_LATENCY", parsed(&s.latency, duration),
			"added to every answer of the API, as in 250ms", "0"},
		{"max-body", "BYTES", "BITBYBIT_MOCK_MAX_BODY", parsed(&s.maxBody, byteCount),
			"the longest request body", "1048576"},
		{"max-customers", "N", "BITBYBIT_MOCK_MAX_CUSTOMERS", parsed(&s.maxCustomers, wholeNumber),
			"how many customers are held; the oldest make room", "1000000"},
		{"store-size", "BYTES", "BITBYBIT_MOCK_STORE_SIZE", parsed(&s.storeSize, byteCount),
			"how many bytes of customers are held; the oldest make room", "268435456, 256 MiB"},
		{"seed", "FILE", "BITBYBIT_MOCK_SEED", text(&s.seed),
			"customers to start with: a JSON array of request bodies", ""},
		{"id-seed", "N", "BITBYBIT_MOCK_ID_SEED", parsed(&s.idSeed, seedNumber),
			"makes ids and times repeat, for golden files", "random"},
		{"magic-values", "", "BITBYBIT_MOCK_MAGIC_VALUES", yesOrNo(&s.magicValues),
			"answer the magic values below with errors; --magic-values=no does not", "on"},
		{"cors-origin", "ORIGIN", "BITBYBIT_MOCK_CORS_ORIGINS", words(&s.corsOrigins),
			"an origin whose pages may call the API; may be given again", "any"},
		{"cors-header", "NAME", "BITBYBIT_MOCK_CORS_HEADERS", words(&s.corsHeaders),
			"a header that such a page may send beside the API's own; may be given again", "any"},
		{"control-host", "NAME", "BITBYBIT_MOCK_CONTROL_HOSTS", words(&s.controlHosts),
			"a host name under which /_mock/ answers; may be given again", "addresses, private names, names without a dot"},
		{"log-format", "FORMAT", "BITBYBIT_MOCK_LOG_FORMAT", parsed(&s.logFormat, logFormat),
			"text or json", s.logFormat},
		{"log-level", "LEVEL", "BITBYBIT_MOCK_LOG_LEVEL", parsed(&s.logLevel, logLevel),
			"debug, info, warn or error", "info"},
	}
}

// server makes the mock. What is wrong with a setting is a usageError that names its flag.
func (s *settings) server(logger *slog.Logger) (*mockserver.Server, error) {
	type named struct {
		flag   string
		option mockserver.Option
	}
	options := []named{
		{"", mockserver.WithLogger(logger)},
		{"rate-limit", mockserver.WithRateLimit(s.rateLimit)},
		{"latency", mockserver.WithLatency(s.latency)},
		{"max-body", mockserver.WithMaxBody(s.maxBody)},
		{"max-customers", mockserver.WithMaxCustomers(s.maxCustomers)},
		{"store-size", mockserver.WithStoreSize(s.storeSize)},
		{"cors-origin", mockserver.WithCORSOrigins(s.corsOrigins...)},
		{"cors-header", mockserver.WithCORSHeaders(s.corsHeaders...)},
		{"control-host", mockserver.WithControlHosts(s.controlHosts...)},
	}
	if len(s.keys) > 0 {
		options = append(options, named{"key", mockserver.WithKeys(s.keys...)})
	}
	if s.strict {
		options = append(options, named{"strict", mockserver.WithStrict()})
	}
	if !s.magicValues {
		options = append(options, named{"magic-values", mockserver.WithoutTriggers()})
	}
	if s.idSeed != nil {
		options = append(options, named{"id-seed", mockserver.WithIDSeed(*s.idSeed)})
	}
	if s.seed != "" {
		array, err := os.ReadFile(s.seed)
		if err != nil {
			return nil, usagef("--seed: %w", err)
		}
		options = append(options, named{"seed", mockserver.WithSeed(array)})
	}
	all := make([]mockserver.Option, len(options))
	for i, o := range options {
		all[i] = o.option
	}
	server, err := mockserver.New(all...)
	if err == nil {
		return server, nil
	}
	// An error names the option as Go code calls it. The one that fails alone is the flag that is wrong.
	for _, o := range options {
		if _, err := mockserver.New(o.option); err != nil {
			_, reason, _ := strings.Cut(strings.TrimPrefix(err.Error(), "mockserver: "), ": ")
			return nil, usagef("--%s: %s", o.flag, reason)
		}
	}
	// None fails alone: what is left is a seed that another flag does not let pass.
	return nil, usagef("%s", strings.Replace(err.Error(), "mockserver: WithSeed: ", "--seed: ", 1))
}

// isLoopback reports whether only this machine reaches an address.
func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

func (s *settings) logger(p *program) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(p.stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.stderr, options))
}
