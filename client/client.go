package client

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The environment variables that New reads where the program says nothing.
const (
	EnvAPIKey  = "BITBYBIT_API_KEY"  // the API key
	EnvBaseURL = "BITBYBIT_BASE_URL" // the base URL, which points a program at a mock without a change of code
)

// DefaultBaseURL is the base path of the vendor's page "Create Customer".
const DefaultBaseURL = gen.ServerURL

// The data of the contract, generated from openapi.yaml.
type (
	// CustomerInput is a customer to create. Email or PhoneNumber is required; nil fields are not sent.
	CustomerInput = gen.CustomerInput
	// AddressInput is an address of a customer to create. Address1 is required and always sent; nil fields are not.
	AddressInput = gen.AddressInput
	// Customer is a customer as the vendor answers it. A field that the answer leaves out and one that it gives as
	// null are both nil. Tags and Addresses are nil then too; range and len treat that as they treat an empty list. A zero
	// CreatedAt or UpdatedAt means that the answer had none.
	Customer = gen.Customer
	// Address is an address of a Customer.
	Address = gen.Address
)

// Client calls the bitbybit customer API. It is made by New and safe for concurrent use.
type Client struct {
	settings *settings
	http     *http.Client
	sign     func(*http.Request) // adds the headers of every request
	server   string              // the base URL, which ends in a slash
	path     string              // of the base URL
	pacer    *pacer
}

// New returns a client that authenticates with apiKey. Without one the key is read from BITBYBIT_API_KEY; without
// WithBaseURL the base URL is read from BITBYBIT_BASE_URL, and is DefaultBaseURL if that is empty too. WithBaseURL says
// what a base URL can be.
//
// A key that cannot be sent, a base URL that cannot be called and an option that makes no sense are errors here. Whether the
// key is good is for the vendor to say: ErrInvalidAPIKey.
func New(apiKey string, opts ...Option) (*Client, error) {
	c, err := newClient(apiKey, opts)
	if err != nil {
		return nil, fmt.Errorf("bitbybit: new client: %w", err)
	}
	return c, nil
}

func newClient(apiKey string, opts []Option) (*Client, error) {
	s := newSettings()
	for i, o := range opts {
		if o == nil {
			return nil, fmt.Errorf("option %d of %d is nil", i+1, len(opts))
		}
		if err := o.applyClient(s); err != nil {
			return nil, err
		}
	}
	apiKey = cmp.Or(apiKey, os.Getenv(EnvAPIKey))
	if err := checkKey(apiKey); err != nil {
		return nil, err
	}
	server, err := parseBaseURL(cmp.Or(s.baseURL, os.Getenv(EnvBaseURL), DefaultBaseURL))
	if err != nil {
		return nil, err
	}
	s.userAgent = userAgent(s.userAgent)
	hc, err := sendOnce(s.httpClient, s.middleware)
	if err != nil {
		return nil, err
	}
	if server.Scheme == "http" && !isLoopback(server.Hostname()) { // whoever is on the way, a proxy too, can read the key
		s.logger.Warn("bitbybit: the base URL is http:// to a host that is not loopback:"+
			" API key and customers are sent unencrypted", slog.String("host", server.Host))
	}
	// The key is kept in a closure: a field would show up where a program prints its client.
	sign := func(req *http.Request) {
		req.Header.Set(s.keyHeader, apiKey)
		req.Header.Set("User-Agent", s.userAgent)
		req.Header.Set("Accept", "application/json")
	}
	p := &pacer{head: make(chan struct{}, 1), changed: make(chan struct{})}
	return &Client{settings: s, http: hc, sign: sign, server: server.String(), path: server.Path, pacer: p}, nil
}

// checkKey never repeats the key: its error ends up in logs.
func checkKey(key string) error {
	if key == "" {
		return fmt.Errorf("an API key is needed: pass one or set %s", EnvAPIKey)
	}
	if i := strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }); i >= 0 {
		return fmt.Errorf("the API key must be printable ASCII without spaces, byte %d of %d is not (a line end left from a file?)",
			i+1, len(key))
	}
	return nil
}

// parseBaseURL returns the base URL with exactly one slash at its end, which the generated client resolves paths
// against. One without any path gets that of the contract: it is how a server, such as the mock, says where it listens.
func parseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The text of a parse error repeats the URL, which may hold a password.
		return nil, fmt.Errorf("the base URL cannot be parsed; want one like %s", DefaultBaseURL)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the base URL must begin with http:// or https://, its scheme is %q", u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("the base URL must name a host; want one like %s", DefaultBaseURL)
	case u.User != nil:
		return nil, errors.New("the base URL must not hold a user or a password; the API key authenticates")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the base URL must end with its path, without query and fragment")
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
		return nil, fmt.Errorf("the base URL must have a port from 1 to 65535, or none, its port is %s", u.Port())
	}
	if u.Path == "" {
		u.Path = gen.BasePath
	}
	return u.JoinPath("/"), nil
}

// isLoopback tells whether a host is this machine by its address, or by the name that is reserved for it (RFC 6761, 6.3).
func isLoopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// userAgent is "bitbybit-go/v1.2.3 go/1.26.8" and the suffix: the version that the program was built with, "devel" inside
// this module.
func userAgent(suffix string) string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/bitbybit-go/bitbybit-go" {
				version = dep.Version
			}
		}
	}
	goVersion, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	return strings.TrimSpace("bitbybit-go/" + version + " go/" + goVersion + " " + suffix)
}
