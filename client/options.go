package client

import (
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Defaults of the options.
const (
	DefaultTimeout     = 30 * time.Second // of one attempt, from asking for a connection to the last byte of the answer
	DefaultMaxResponse = 8 << 20          // bytes. A request of 1 MiB that is echoed with every character escaped fits
	DefaultConcurrency = 8                // calls that CreateCustomers has under way at most
)

// Option sets up a client; it is given to New.
type Option interface {
	applyClient(*settings) error
}

// CallOption sets up one call; it is given to CreateCustomer or CreateCustomers and holds for that call alone.
type CallOption interface {
	applyCall(*callSettings) error
}

// AnyOption may be given to New, where it sets what calls do by default, and to a single call.
type AnyOption interface {
	Option
	CallOption
}

type settings struct {
	baseURL, keyHeader, userAgent string
	httpClient                    *http.Client
	middleware                    []func(http.RoundTripper) http.RoundTripper
	logger                        *slog.Logger
	maxResponse                   int64
	call                          callSettings // what calls do by default
}

type callSettings struct {
	timeout     time.Duration
	retry       RetryPolicy
	paced       bool
	concurrency int
	response    *Response
}

func newSettings() *settings {
	retry, _ := RetryPolicy{}.withDefaults()
	defaults := callSettings{timeout: DefaultTimeout, retry: retry, concurrency: DefaultConcurrency}
	logger := slog.New(slog.DiscardHandler)
	return &settings{keyHeader: gen.KeyHeader, logger: logger, maxResponse: DefaultMaxResponse, call: defaults}
}

type clientOption func(*settings) error

func (o clientOption) applyClient(s *settings) error { return o(s) }

type callOption func(*callSettings) error

func (o callOption) applyCall(c *callSettings) error { return o(c) }

type anyOption struct{ callOption }

func (o anyOption) applyClient(s *settings) error { return o.applyCall(&s.call) }

// setTo returns what an option does: it sets a field to a value, unless that is bad; then it is an error, which says why.
func setTo[S, V any](field func(*S) *V, value V, bad bool, why string, args ...any) func(*S) error {
	return func(s *S) error {
		if bad {
			return fmt.Errorf(why, args...)
		}
		*field(s) = value
		return nil
	}
}

// WithBaseURL calls the API under this URL, such as that of a mock or the vendor's other base path. It goes before
// BITBYBIT_BASE_URL. Want http or https, a host, any path, with or without a slash at its end. A URL without any path,
// such as http://127.0.0.1:4010, gets the path of DefaultBaseURL; one that ends in the slash of the root keeps that.
//
// http:// sends the key and the customers unencrypted: whoever is on the way can read them, and so can a proxy. New warns
// of it once through the logger (WithLogger), unless the host is a loopback address or localhost.
func WithBaseURL(url string) Option {
	return clientOption(setTo(func(s *settings) *string { return &s.baseURL }, url, url == "",
		"WithBaseURL: the base URL is empty; leave the option out to get %s or the default", EnvBaseURL))
}

// WithHTTPClient sends requests through a copy of hc that follows no redirects. Its Timeout holds beside WithTimeout.
// A client of your own usually wants NewTransport in it, see there.
func WithHTTPClient(hc *http.Client) Option {
	return clientOption(setTo(func(s *settings) **http.Client { return &s.httpClient }, hc, hc == nil,
		"WithHTTPClient: the client is nil; leave the option out to get the default"))
}

// WithMiddleware wraps the transport: to see, change or measure each attempt's request and response. The first one
// given is the outermost. OpenTelemetry's otelhttp.NewTransport fits as it is. A middleware that sends a request
// more than once makes duplicates; one that fails without calling the next leaves the outcome unknown.
func WithMiddleware(wrap ...func(http.RoundTripper) http.RoundTripper) Option {
	return clientOption(func(s *settings) error {
		s.middleware = append(s.middleware, wrap...)
		return nil
	})
}

// WithKeyHeader sends the key in this header instead of the contract's, gen.KeyHeader. The vendor considers x-bitbybit-key.
// A header that carries something else in a request cannot carry the key.
func WithKeyHeader(name string) Option {
	why := "WithKeyHeader: %q carries something else in a request"
	if !headerName.MatchString(name) {
		why = "WithKeyHeader: %q is not a header name"
	}
	bad := !headerName.MatchString(name) || slices.Contains(takenHeaders, http.CanonicalHeaderKey(name))
	return clientOption(setTo(func(s *settings) *string { return &s.keyHeader }, name, bad, why, name))
}

// takenHeaders are set by this package and net/http, or steer the connection.
var takenHeaders = []string{
	"Accept", "Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect",
	"Host", "Idempotency-Key", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "User-Agent", "X-Idempotency-Key",
}

// headerName matches a token (RFC 9110, 5.6.2).
var headerName = regexp.MustCompile("^[0-9A-Za-z!#$%&'*+.^_`|~-]+$")

// WithUserAgent adds a suffix to the User-Agent header, such as the name and version of your program.
func WithUserAgent(suffix string) Option {
	bad := suffix == "" || strings.ContainsFunc(suffix, func(r rune) bool { return r < ' ' || r > '~' })
	return clientOption(setTo(func(s *settings) *string { return &s.userAgent }, suffix, bad,
		"WithUserAgent: %q is not printable ASCII", suffix))
}

// WithLogger logs each attempt and each wait at level debug, and at level warn a base URL that sends the key unencrypted
// (see WithBaseURL). The default is not to log. No key and nothing of a customer is logged.
func WithLogger(l *slog.Logger) Option {
	return clientOption(setTo(func(s *settings) **slog.Logger { return &s.logger }, l, l == nil,
		"WithLogger: the logger is nil; leave the option out to log nothing"))
}

// WithMaxResponse reads at most this many bytes of an answer, after decompression. The default is DefaultMaxResponse.
func WithMaxResponse(bytes int64) Option {
	atMost := min(bytes, math.MaxInt64-1) // one byte more is read, to see whether there is one
	return clientOption(setTo(func(s *settings) *int64 { return &s.maxResponse }, atMost, bytes < 1,
		"WithMaxResponse: want at least 1 byte, got %d", bytes))
}

// WithTimeout bounds each attempt, waits between attempts not included. The default is DefaultTimeout. An attempt
// that it cuts off after writing began ends in ErrOutcomeUnknown: rather too long than too short.
func WithTimeout(d time.Duration) AnyOption {
	return anyOption{setTo(func(c *callSettings) *time.Duration { return &c.timeout }, d, d <= 0,
		"WithTimeout: want more than 0, got %v", d)}
}

// WithRetry sets what is tried again, how often and for how long. Fields that are zero have their defaults.
func WithRetry(p RetryPolicy) AnyOption {
	p, err := p.withDefaults()
	return anyOption{setTo(func(c *callSettings) *RetryPolicy { return &c.retry }, p, err != nil, "WithRetry: %w", err)}
}

// WithPacing holds calls back so that they stay under the vendor's rate limit instead of running into 429: for bulk
// work. All goroutines of a client share the pace, which follows RateLimit-Remaining and RateLimit-Reset of the
// vendor's answers, 429 and Retry-After. While a window is unknown, one call goes at a time: where a server sends no
// RateLimit headers, it stays so.
//
// A call waits for its turn as long as its context lets it. If the window is used up until after the context's
// deadline, or for longer than RetryPolicy.MaxWait, the call fails at once (ErrWaitTooLong). The default is false.
func WithPacing(on bool) AnyOption {
	return anyOption{setTo(func(c *callSettings) *bool { return &c.paced }, on, false, "")}
}

// WithConcurrency lets CreateCustomers have up to n calls under way; CreateCustomer makes one call and has no use for
// it. The default is DefaultConcurrency.
func WithConcurrency(n int) AnyOption {
	return anyOption{setTo(func(c *callSettings) *int { return &c.concurrency }, n, n < 1,
		"WithConcurrency: want at least 1, got %d", n)}
}

// WithResponse fills r when the call returns, with an error or without. CreateCustomers ignores it, since its results
// have a Response each.
func WithResponse(r *Response) CallOption {
	return callOption(setTo(func(c *callSettings) **Response { return &c.response }, r, r == nil,
		"WithResponse: the response is nil"))
}

// with applies all options of one call to a copy of the client's defaults, so that WithResponse counts even beside a bad
// one. The error is that of the first bad one.
func (c callSettings) with(opts []CallOption) (callSettings, error) {
	var bad error
	for i, o := range opts {
		if o == nil {
			bad = cmp.Or(bad, fmt.Errorf("option %d of %d is nil", i+1, len(opts)))
		} else {
			bad = cmp.Or(bad, o.applyCall(&c))
		}
	}
	if bad != nil {
		bad = notTried("bad option: "+bad.Error(), bad)
	}
	return c, bad
}
