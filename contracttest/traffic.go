package contracttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Traffic judges exchanges that somebody else makes, with the checks of [Run]. What no outsider can know is not
// judged: whether a key is good, and whether an error was asked for. Requests to paths that the contract does not
// have are let through unjudged, and so are exchanges with a body of more than 4 MiB or 20,000 JSON values. What it
// keeps is bounded, whatever names, keys and ids those make up whose traffic it is: 128 MiB with the findings, and mostly
// far less. The fields are set before the first exchange. It is safe for concurrent use.
type Traffic struct {
	// Judge holds the contract. Nil is the embedded openapi.yaml.
	Judge *judge.Judge
	// Exclude are checks to leave out.
	Exclude []result.Check
	// OnFinding is called with each new finding, from the goroutine of the exchange that shows it. Nil is no call.
	OnFinding func(result.Finding)

	mu       sync.Mutex
	suite    *suite
	found    *collector
	ledger   check.Ledger
	coverage *coverage.Coverage
	back     map[string]bool // the places at which something that was sent came back
	judged   int             // numbers the exchanges
	seen     int             // of which so many are to paths of the contract
}

// What is kept of an exchange that somebody else makes is bounded, for it can be as long as they like.
const (
	mostBodyJudged = mostAnswer // bytes of a body that is judged
	mostNamed      = 100        // bytes of a method, and of a path
	mostShown      = 8 << 10    // bytes of the command that sends the request again, and of the answer's headers
)

// lighten lets go of what is large and not needed to show a finding.
func (g *group) lighten() {
	if len(g.Curl) > mostShown {
		g.Curl = ""
	}
	if headerSize(g.Answer.Header) > mostShown {
		g.Answer.Header = nil
	}
	g.exchange, g.problem = nil, check.Problem{}
}

// start makes what the fields say. The caller holds the lock.
func (t *Traffic) start() {
	if t.suite != nil {
		return
	}
	if t.Judge == nil {
		t.Judge = judge.Contract()
	}
	t.suite = &suite{
		Contract: exchange.NewContract(t.Judge, "", "", exchange.Watching),
		config:   Config{Judge: t.Judge, Exclude: t.Exclude},
		root:     &url.URL{},
	}
	t.found = newCollector(t.suite)
	t.ledger = check.NewLedger()
	t.coverage = coverage.New(t.Judge)
	t.back = map[string]bool{}
}

// observe judges one exchange.
func (t *Traffic) observe(origin string, r exchange.Request, answer *exchange.Response, sent, received time.Time) {
	t.mu.Lock()
	t.start()
	suite := t.suite
	t.judged++
	number := t.judged
	t.mu.Unlock()

	id := fmt.Sprintf("exchange %d, %s %s", number, wording.Cut(r.Method, mostNamed), wording.Cut(r.Path, mostNamed))
	x := suite.exchangeOf(exchange.Case{ID: id, Request: r})
	if x.Class.Op == nil && len(x.Class.Allow) == 0 {
		return
	}
	key := ""
	if credential := exchange.CredentialOf(suite.Judge.Document(), x.Operation().Spec); credential != nil {
		key, _ = credential.Read(r)
	}
	x.Origin, x.Mask, x.Sent, x.Received = origin, exchange.NewMasker(key, suite.Rules), sent, received
	if r.Header.Get("Prefer") != "" || answer.Status == http.StatusServiceUnavailable {
		x.Case.Asked = &exchange.Asked{Status: answer.Status}
	}
	x.Take(answer, nil)
	v := check.Judge(x, suite.config.wants)

	for _, f := range t.enter(v, key) {
		if t.OnFinding != nil {
			t.OnFinding(f)
		}
	}
}

// enter keeps a verdict, and returns the findings that are new.
func (t *Traffic) enter(v *check.Verdict, key string) (news []result.Finding) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen++
	t.coverage.Read(v)
	problems := slices.Concat(v.Problems, t.ledger.Enter(v, key))
	for _, p := range t.ledger.End() {
		if p.Sure == result.Certain && p.By == v {
			problems = append(problems, p.Problem)
		}
	}
	problems = append(problems, t.lost(v)...)
	for _, p := range problems {
		g, added := t.found.add(v.Exchange, p)
		if added {
			g.show(t.Judge == judge.Contract())
			g.lighten()
			news = append(news, g.Finding)
		}
	}
	return news
}

// Findings are the differences so far, in the order in which they were found.
func (t *Traffic) Findings() []result.Finding {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start()
	findings := make([]result.Finding, 0, len(t.found.groups))
	for _, g := range t.found.groups {
		never, other := t.split(g)
		for _, f := range []result.Finding{never, other} {
			if len(f.Variants) > 0 {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// lost are the properties of an exchange that did not come back. Whether they ever do is not known yet: until then the
// server may have left them out.
func (t *Traffic) lost(v *check.Verdict) (problems []check.Problem) {
	for _, one := range v.Sightings {
		if one.Back {
			t.back[one.Place] = true
			continue
		}
		problems = append(problems, check.Problem{
			Check: result.Echo, Rule: v.Contract.Rules.Of("stored-as-sent"), Sure: result.Uncertain, Place: one.Place, Variant: check.LeftOutVariant,
			Message: fmt.Sprintf("%s: expected what was sent, %s, got nothing", one.Place, one.Sent),
		})
	}
	return problems
}

// split takes apart what was lost in every exchange so far, which is an error, and what was lost in some.
func (t *Traffic) split(g *group) (never, other result.Finding) {
	if other = g.Finding; g.Check != result.Echo || g.Rule.ID != "stored-as-sent" || g.Severity != result.Warning {
		return never, other
	}
	never = g.Finding
	never.Severity, never.Variants, other.Variants = result.Error, nil, nil
	never.Count, other.Count = 0, 0
	for _, variant := range g.Variants {
		of := &never
		if t.back[variant.Place] {
			of = &other
		}
		of.Variants, of.Count = append(of.Variants, variant), of.Count+variant.Count
	}
	return never, other
}

// Coverage says what of the contract the traffic showed so far.
func (t *Traffic) Coverage() result.CoverageReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start()
	return t.suite.coverageReport(t.coverage)
}

// Judged is how many exchanges were judged so far: those whose path the contract has.
func (t *Traffic) Judged() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen
}

// Err is an error that names every finding of severity error so far; nil where there is none. It is nil, too, where
// nothing was judged: ask [Traffic.Judged].
func (t *Traffic) Err() error {
	var errs []error
	for _, f := range t.Findings() {
		if f.Severity == result.Error {
			errs = append(errs, fmt.Errorf("contracttest: %s: %s: %s", f.Case, f.Check, wording.Visible(f.Message)))
		}
	}
	return errors.Join(errs...)
}

// requestOf is a request as the checks see it.
func requestOf(r *http.Request, body []byte) exchange.Request {
	return exchange.Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Header: r.Header.Clone(),
		Body:   body,
	}
}

// peek reads a body and gives back one that reads the same. It is not whole where the body is larger than what is
// judged, or breaks off.
func peek(body io.ReadCloser) (read []byte, again io.ReadCloser, whole bool) {
	if body == nil || body == http.NoBody {
		return nil, body, true
	}
	read, err := io.ReadAll(io.LimitReader(body, mostBodyJudged+1))
	var rest io.Reader = body
	if err != nil {
		rest = broken{err}
	}
	again = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), body}
	return read, again, err == nil && len(read) <= mostBodyJudged && !tooManyValues(read)
}

// broken is the end of a body that broke off.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// originOf is the scheme and host of a server that got a request.
func originOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
