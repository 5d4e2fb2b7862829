package contracttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Traffic judges exchanges that somebody else makes, with the checks of [Run]. What no outsider can know is not
// judged: whether a key is good, and whether an error was asked for. Requests to paths that the contract does not
// have are let through unjudged. The fields are set before the first exchange. It is safe for concurrent use.
type Traffic struct {
	// Judge holds the contract. Nil is the embedded openapi.yaml.
	Judge *judge.Judge
	// Exclude are checks to leave out.
	Exclude []Check
	// OnFinding is called with each new finding, from the goroutine of the exchange that shows it. Nil is nobody.
	OnFinding func(Finding)

	mu       sync.Mutex
	suite    *suite
	found    *collector
	ledger   *ledger
	coverage *coverage
	judged   int // numbers the exchanges
	seen     int // of which so many are to paths of the contract
}

// mostBodyJudged is how long a body may be and still be judged.
const mostBodyJudged = 8 << 20

// start makes what the fields say. The caller holds the lock.
func (t *Traffic) start() {
	if t.suite != nil {
		return
	}
	if t.Judge == nil {
		t.Judge = judge.Contract()
	}
	t.suite = &suite{
		config: Config{Judge: t.Judge, Exclude: t.Exclude},
		judge:  t.Judge,
		root:   &url.URL{},
		rules:  rulesOf(t.Judge),
		mode:   watching,
	}
	t.found = newCollector(t.suite)
	t.ledger = newLedger()
	t.coverage = newCoverage(t.Judge)
}

// observe judges one exchange.
func (t *Traffic) observe(origin string, r request, answer *response, sent, received time.Time) {
	t.mu.Lock()
	t.start()
	suite := t.suite
	t.judged++
	number := t.judged
	t.mu.Unlock()

	x := suite.exchange(testCase{id: fmt.Sprintf("exchange %d, %s %s", number, r.method, r.path), request: r})
	if x.class.op == nil && len(x.class.allow) == 0 {
		return
	}
	key := ""
	if credential := credentialOf(suite.judge.Document(), x.operation().Spec); credential != nil {
		key, _ = credential.read(r)
	}
	x.origin, x.mask, x.sent, x.received = origin, newMasker(key, suite.rules), sent, received
	if r.header.Get("Prefer") != "" || answer.status == http.StatusServiceUnavailable {
		x.c.asked = &asked{status: answer.status}
	}
	x.take(answer, nil)
	v := x.judge()

	for _, f := range t.enter(v, key) {
		if t.OnFinding != nil {
			t.OnFinding(f)
		}
	}
}

// enter keeps a verdict, and returns the findings that are new.
func (t *Traffic) enter(v *verdict, key string) (news []Finding) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen++
	t.coverage.read(v)
	problems := slices.Concat(v.problems, t.ledger.enter(v, key))
	if p, ok := t.ledger.clock.problem(); ok && p.sure == certain && len(v.shown) > 0 {
		p.rule = v.suite.rules.of("times-true")
		problems = append(problems, p)
	}
	for _, p := range problems {
		g, added := t.found.add(v.exchange, p)
		if added {
			g.show(t.Judge == judge.Contract())
			news = append(news, g.Finding)
		}
	}
	return news
}

// Findings are the differences so far, in the order in which they were found.
func (t *Traffic) Findings() []Finding {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start()
	findings := make([]Finding, 0, len(t.found.groups))
	for _, g := range t.found.groups {
		findings = append(findings, g.Finding)
	}
	return findings
}

// Coverage says what of the contract the traffic showed so far.
func (t *Traffic) Coverage() CoverageReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start()
	return t.coverage.report(t.suite)
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
		if f.Severity == Error {
			errs = append(errs, fmt.Errorf("contracttest: %s: %s: %s", f.Case, f.Check, f.Message))
		}
	}
	return errors.Join(errs...)
}

// requestOf is a request as the checks see it.
func requestOf(r *http.Request, body []byte) request {
	return request{
		method: r.Method,
		path:   r.URL.EscapedPath(),
		query:  r.URL.RawQuery,
		header: r.Header.Clone(),
		body:   body,
	}
}

// peek reads a body and gives back one that reads the same. It is not whole where the body is longer than what is
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
	return read, again, err == nil && len(read) <= mostBodyJudged
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
	return strings.Join([]string{scheme, "://", r.Host}, "")
}
