package contracttest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Config says what to judge, and how. URL and, where the contract asks for a key, APIKey are needed; every other zero
// value is a good default.
type Config struct {
	// URL is where the API is found, e.g. "http://127.0.0.1:4010/customer/open/v1". Without any path, the path of the
	// contract's first server is added; "http://127.0.0.1:4010/" is the root.
	URL string
	// APIKey is sent as the contract's security scheme says. It is never printed. A key of production ("bbb_live_…")
	// is refused unless AllowLive is set.
	APIKey string
	// AllowLive lets a production key pass. The run creates customers.
	AllowLive bool
	// Judge holds the contract. Nil is the embedded openapi.yaml.
	Judge *judge.Judge
	// Seed makes the fuzz phase and the run tag repeatable: the same seed sends the same bytes.
	Seed uint64
	// MaxRequests is how many requests may be sent, shrinking included. Zero is no limit against the mock and 90,
	// which fits one window of the rate limit, against anything else. A negative number is no limit anywhere.
	MaxRequests int
	// Rate is how many requests may start in a second; zero is as many as the answers' RateLimit headers allow, and 0.001
	// is the least besides.
	Rate float64
	// Strict makes rules that are assumed weigh as much as documented ones; see [result.Severity]. Nil is true against the mock,
	// which is held to every rule, and false against anything else.
	Strict *bool
	// FailOn is the least severity of a finding that fails the run: Error, the default, or Warning.
	FailOn result.Severity
	// Checks are the checks to make; none means all of [result.Checks].
	Checks []result.Check
	// Exclude are checks to leave out.
	Exclude []result.Check
	// Phases are the phases to run; none means all.
	Phases []result.Phase
	// Case runs one case alone, by its id; empty means all.
	Case string
	// Safe sends only what the contract calls valid.
	Safe bool
	// Baseline has findings that are known and do not fail the run. Nil is none.
	Baseline *result.Baseline
	// HTTPClient has the transport that sends the requests; its redirect policy, jar and timeout are not used. It is left
	// as it is: a *http.Transport is cloned, and any other must obey the request's context. Nil, and a client without a
	// transport, is a transport of its own.
	HTTPClient *http.Client
	// Webhooks has the run take and judge the webhooks of the customers that it creates. Nil does not.
	Webhooks *Webhooks
	// OnWait is called with how long the run is going to wait for the server, after 429, 503, or RateLimit-Remaining: 0,
	// when it begins to. Nil is no call.
	OnWait func(time.Duration)
	// OnProgress is called after each answer with how many requests were sent so far, and how many there are to be.
	// Shrinking a finding sends more than were planned. It is called by several goroutines, one at a time. Nil is
	// no call.
	OnProgress func(sent, planned int)
	// RequestLog gets every request, in the order of the cases, without host and key. The same seed gives the same
	// bytes as long as the server answers alike. Nil is no log.
	RequestLog io.Writer
}

// ErrUnsupported is returned for a contract with an operation that the suite cannot send: one that needs a parameter, or
// a body that is not JSON.
var ErrUnsupported = errors.New("contracttest: an operation cannot be judged")

// ErrLiveKey is returned for a production key without [Config.AllowLive].
var ErrLiveKey = errors.New("contracttest: a production key (" + gen.KeyPrefixLive + "…) needs AllowLive: the run creates customers")

// windowBudget is how many requests fit one window of the vendor's rate limit (100 a minute), with some left for
// others.
const windowBudget = 90

// leastRate is one request in some 17 minutes: with less, no run ends.
const leastRate = 0.001

// settle checks a configuration and fills in its defaults.
func (c Config) settle() (Config, *url.URL, error) {
	if c.Judge == nil {
		c.Judge = judge.Contract()
	}
	if strings.ContainsFunc(c.APIKey, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return c, nil, errors.New("contracttest: the API key has white space in it; take it out")
	}
	if strings.HasPrefix(c.APIKey, gen.KeyPrefixLive) && !c.AllowLive {
		return c, nil, ErrLiveKey
	}
	base, err := c.api()
	if err != nil {
		return c, nil, err
	}
	if !(c.Rate == 0 || c.Rate >= leastRate) || math.IsInf(c.Rate, 0) {
		return c, nil, fmt.Errorf(
			"contracttest: the rate must be a number of requests in a second, 0 for no limit or at least %v, got %v",
			leastRate, c.Rate,
		)
	}
	if c.FailOn = cmp.Or(c.FailOn, result.Error); c.FailOn != result.Error && c.FailOn != result.Warning {
		return c, nil, fmt.Errorf("contracttest: a run can fail on an error or a warning, not on %q", c.FailOn)
	}
	known := checkIDs()
	for _, id := range slices.Concat(c.Checks, c.Exclude) {
		if !slices.Contains(known, id) {
			return c, nil, fmt.Errorf("contracttest: there is no check %q; there are %v", id, known)
		}
	}
	for _, phase := range c.Phases {
		if !slices.Contains([]result.Phase{result.PhaseExamples, result.PhaseCoverage, result.PhaseFuzz}, phase) {
			return c, nil, fmt.Errorf(
				"contracttest: there is no phase %q; there are examples, coverage and fuzz", phase,
			)
		}
	}
	return c, base, nil
}

// api is the URL of the API.
func (c Config) api() (*url.URL, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		shown := c.URL
		if strings.Contains(shown, gen.KeyPrefixTest) || strings.Contains(shown, gen.KeyPrefixLive) {
			shown = "something with an API key in it"
		}
		return nil, fmt.Errorf("contracttest: the URL must be like https://host/path, got %q", shown)
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("contracttest: the URL must have no user, query or fragment: they would not be sent")
	}
	if base.Path == "" && len(c.Judge.BasePaths()) > 0 {
		base.Path = c.Judge.BasePaths()[0]
	}
	return &url.URL{
		Scheme: base.Scheme, Host: base.Host, Path: strings.TrimSuffix(base.Path, "/"), RawPath: strings.TrimSuffix(base.RawPath, "/"),
	}, nil
}

// wants reports whether a check is switched on.
func (c *Config) wants(id result.Check) bool {
	return (len(c.Checks) == 0 || slices.Contains(c.Checks, id)) && !slices.Contains(c.Exclude, id) &&
		(c.Webhooks != nil || !result.OfWebhooks(id)) && !result.OfTraffic(id)
}

// checkIDs are the ids of all checks.
func checkIDs() []result.Check {
	var ids []result.Check
	for _, info := range result.Checks() {
		ids = append(ids, info.ID)
	}
	return ids
}
