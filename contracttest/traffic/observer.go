package traffic

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Observer judges exchanges that somebody else makes, with the checks of a run of the suite. What no outsider can know is not
// judged: whether a key is good, and whether an error was asked for. Requests to paths that the contract does not
// have are let through unjudged, and so are exchanges with a body of more than 4 MiB or 20,000 JSON values. What it
// keeps is bounded, whatever names, keys and ids those make up whose traffic it is: 128 MiB with the findings, and mostly
// far less. The fields are set before the first exchange. It is safe for concurrent use.
type Observer struct {
	// Judge holds the contract. Nil is the embedded openapi.yaml.
	Judge *judge.Judge
	// Base is the path at which the API is found, beside those of the contract's servers, e.g. "/api/v2".
	Base string
	// Exclude are checks to leave out.
	Exclude []result.Check
	// Strict makes rules that are assumed weigh as much as documented ones.
	Strict bool
	// StrictRequests makes what a request breaks weigh as much as what an answer does, as for a program that never sends on purpose what the
	// contract forbids. Otherwise it is a notice.
	StrictRequests bool
	// FailOn is the least severity of a finding that fails the report: Error, the default, or Warning.
	FailOn result.Severity
	// Baseline has findings that are known and do not fail the report. Nil is none.
	Baseline *result.Baseline
	// ShowData shows personal data in findings and the report. Otherwise letters and digits of texts and numbers are replaced and their form
	// is kept, as [mask.Data] does. API keys are masked always.
	ShowData bool
	// OnViolations is called with what each exchange shows that fails the report, be it new or not, from the goroutine of the exchange. Nil is
	// no call.
	OnViolations func(exchange string, violations []Violation)
	// OnFinding is called with each new finding, from the goroutine of the exchange that shows it. Nil is no call.
	OnFinding func(result.Finding)

	listed   bool // the errors of each exchange are asked for
	mu       sync.Mutex
	contract *exchange.Contract
	masks    *mask.Contract
	wants    map[result.Check]bool
	found    finding.Collector
	ledger   check.Ledger
	coverage *coverage.Coverage
	made     map[result.Check]bool
	classes  map[string]int
	back     map[string]bool   // the places at which something that was sent came back
	lost     map[string]string // the fingerprint of what was left out, as that of what is lost, which is an error
	passed   int               // numbers the exchanges
	judged   int               // of which so many are to paths of the contract
	leftOut  []result.Unjudged
	statuses map[int]int // of the answers to valid requests
	begun    time.Time
}

// What is kept of an exchange that somebody else makes is bounded, for it can be as long as they like.
const (
	mostNamed = 100     // bytes of a method, and of a path
	mostLost  = 2_000   // places
	mostShown = 8 << 10 // bytes of the command that sends the request again, and of the answer's headers
)

// lighten lets go of what is large and not needed to show a finding.
func lighten(g *finding.Group) {
	if len(g.Curl) > mostShown {
		g.Curl = ""
	}
	if exchange.HeaderSize(g.Answer.Header) > mostShown {
		g.Answer.Header = nil
	}
	g.Exchange, g.Problem = nil, check.Problem{}
}

// start makes what the fields say. The caller holds the lock.
func (o *Observer) start() {
	if o.contract != nil {
		return
	}
	if o.Judge == nil {
		o.Judge = judge.Contract()
	}
	o.contract = exchange.NewContract(o.Judge, o.Base, "", exchange.Watching)
	if o.masks = mask.Embedded(); o.Judge != judge.Contract() {
		o.masks = mask.Of(o.Judge)
	}
	o.wants = map[result.Check]bool{}
	for _, info := range result.Checks() {
		o.wants[info.ID] = !slices.Contains(o.Exclude, info.ID) && !result.OfWebhooks(info.ID)
	}
	o.found = finding.Collector{Strict: o.Strict, Baseline: o.Baseline, AtOnce: true}
	o.ledger, o.coverage = check.NewLedger(), coverage.New(o.Judge)
	o.made, o.classes, o.back = map[result.Check]bool{}, map[string]int{}, map[string]bool{}
	o.statuses, o.lost = map[int]int{}, map[string]string{}
	o.begun = time.Now()
}

// Violation is what one check found in one exchange.
type Violation struct {
	Check   result.Check `json:"check"`
	Place   string       `json:"place"`
	Message string       `json:"message"`
	Rule    string       `json:"rule"`
}

// observe judges one exchange. It returns what it shows that fails the report, where that is asked for.
func (o *Observer) observe(origin string, r exchange.Request, answer *exchange.Response, sent, received time.Time) []Violation {
	o.mu.Lock()
	o.start()
	o.passed++
	number := o.passed
	o.mu.Unlock()

	path := mask.Keys(r.Path)
	if !o.ShowData {
		path = o.masks.Path(r.Path)
	}
	id := fmt.Sprintf("exchange %d, %s %s", number, wording.Cut(r.Method, mostNamed), wording.Cut(path, mostNamed))
	x := o.contract.Exchange(exchange.Case{ID: id, Request: r}, origin)
	if x.Class.Op == nil && len(x.Class.Allow) == 0 {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.leaveOut(otherPath)
		return nil
	}
	key := ""
	if credential := o.contract.CredentialOf(x.Operation()); credential != nil {
		key, _ = credential.Read(r)
	}
	x.Mask, x.Sent, x.Received = exchange.NewMasker(key, o.contract.Rules), sent, received
	if x.Mask.Names = mask.Keys; !o.ShowData {
		names := sync.OnceValue(func() func(string) string { return o.masks.Names(r.Body, answer.Body) })
		x.Mask.Names = func(name string) string { return names()(name) }
	}
	if r.Header.Get("Prefer") != "" || answer.Status == http.StatusServiceUnavailable {
		x.Case.Asked = &exchange.Asked{Status: answer.Status}
	}
	x.Take(answer, nil)
	v := check.Judge(x, o.wanted)

	news, violations := o.enter(v, key)
	for _, f := range news {
		if o.OnFinding != nil {
			o.OnFinding(f)
		}
	}
	if len(violations) > 0 && o.OnViolations != nil {
		o.OnViolations(id, violations)
	}
	return violations
}

// wanted reports whether a check is made.
func (o *Observer) wanted(id result.Check) bool { return o.wants[id] }

// enter keeps a verdict. It returns the findings that are new, and what the exchange shows that fails the report.
func (o *Observer) enter(v *check.Verdict, key string) (news []result.Finding, violations []Violation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.judged++
	o.answered(v)
	o.coverage.Read(v)
	o.classes[v.ClassName()]++
	for _, id := range v.Made {
		o.made[id] = true
	}
	m := &masker{Observer: o, of: v}
	add := func(p check.Problem, describe func(check.Problem) check.Problem) {
		g, added := o.found.Add(v.Exchange, p, describe)
		if (o.listed || o.OnViolations != nil) && (result.Report{FailOn: o.FailOn}).Fails(g.Severity) && !o.Baseline.Has(p.Fingerprint(v.Exchange)) {
			shown := describe(p)
			violations = append(violations, Violation{p.Check, shown.Place, v.Mask.Text(shown.Message), p.Rule.String()})
		}
		if !added {
			return
		}
		g.Exchange = m.verdict().Exchange
		g.Show(o.Judge == judge.Contract())
		lighten(g)
		news = append(news, g.Finding)
	}
	for _, p := range v.Problems {
		if p.Check == result.RequestContract && o.StrictRequests {
			p.Sure = result.Certain
		}
		add(p, m.ofOne)
	}
	for _, p := range o.ledger.Enter(v, key) {
		add(p, m.ofRun)
	}
	for _, p := range o.ledger.End() {
		if p.Sure == result.Certain && p.By == v {
			add(p.Problem, m.ofRun)
		}
	}
	for _, place := range v.Back {
		o.back[place] = true
	}
	for _, one := range v.Sightings {
		p := v.LeftOut(one)
		add(p, func(check.Problem) check.Problem { return m.leftOut(one) })
		lost := p
		lost.Variant = check.LostVariant
		if len(o.lost) < mostLost {
			o.lost[p.Fingerprint(v.Exchange)] = lost.Fingerprint(v.Exchange)
		}
	}
	return news, violations
}

// split takes apart what was lost in every exchange so far, which is an error, and what was lost in some.
func (o *Observer) split(g *finding.Group) (never, other result.Finding) {
	if other = g.Finding; g.Check != result.Echo || g.Rule.ID != "stored-as-sent" || g.Severity != result.Warning {
		return never, other
	}
	never = g.Finding
	never.Severity, never.Variants, other.Variants = result.Error, nil, nil
	never.Count, other.Count = 0, 0
	for _, variant := range g.Variants {
		of := &never
		if o.back[variant.Place] {
			of = &other
		} else {
			variant.Fingerprint = cmp.Or(o.lost[variant.Fingerprint], variant.Fingerprint)
			variant.Known = o.Baseline.Has(variant.Fingerprint)
		}
		of.Variants, of.Count = append(of.Variants, variant), of.Count+variant.Count
	}
	never.Known = !slices.ContainsFunc(never.Variants, func(v result.Variant) bool { return !v.Known })
	other.Known = !slices.ContainsFunc(other.Variants, func(v result.Variant) bool { return !v.Known })
	return never, other
}

// findings are those of [Observer.Findings]. The caller holds the lock.
func (o *Observer) findings() []result.Finding {
	findings := make([]result.Finding, 0, len(o.found.Groups))
	for _, g := range o.found.Groups {
		never, other := o.split(g)
		for _, f := range []result.Finding{never, other} {
			if len(f.Variants) > 0 {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// Findings are the differences so far, in the order in which they were found.
func (o *Observer) Findings() []result.Finding {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start()
	return o.findings()
}

// Coverage says what of the contract the traffic showed so far.
func (o *Observer) Coverage() result.CoverageReport { return o.Report("").Coverage }

// Judged is how many exchanges were judged so far: those whose path the contract has.
func (o *Observer) Judged() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.judged
}

// Err is an error that names every finding of severity error so far that the baseline does not know; nil where there is none. It is nil, too, where
// nothing was judged: ask [Observer.Judged].
func (o *Observer) Err() error {
	var errs []error
	for _, f := range o.Findings() {
		if f.Severity == result.Error && !f.Known {
			errs = append(errs, fmt.Errorf("contracttest: %s: %s: %s", f.Case, f.Check, wording.Visible(f.Message)))
		}
	}
	return errors.Join(errs...)
}
