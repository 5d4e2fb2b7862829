package traffic

import (
	"cmp"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

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
	if g.Answer != nil && exchange.HeaderSize(g.Answer.Header) > mostShown {
		g.Answer.Header = nil
	}
	g.Exchange, g.Problem = nil, check.Problem{}
}

// enter keeps a verdict. It returns the findings that are new, and what the exchange shows that fails the report.
func (o *Observer) enter(v *check.Verdict, key string, seen observed) (news []result.Finding, violations []Violation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.judged++
	o.answered(v)
	if seen.bodiless {
		o.bodiless++
	}
	o.coverage.Read(v)
	if !seen.partial {
		o.classes[v.ClassName()]++
	}
	for _, id := range v.Made {
		o.made[id] = true
	}
	defer func() {
		for _, id := range v.Made { // those of the whole traffic too
			o.made[id] = true
		}
	}()
	e := &entry{partial: seen.partial, masker: masker{Observer: o, of: v, masked: seen.masked}, listed: seen.listed || o.OnViolations != nil}
	for _, p := range v.Problems {
		if p.Check == result.RequestContract && o.StrictRequests {
			p.Sure = result.Certain
		}
		e.add(p, e.ofOne)
	}
	for _, p := range o.ledger.Enter(v, key) {
		e.add(p, e.ofRun)
	}
	for _, p := range o.ledger.End() {
		if p.Sure == result.Certain && p.By == v {
			e.add(p.Problem, e.ofRun)
		}
	}
	e.addLost()
	return e.news, e.violations
}

// entry is what an exchange adds to what was found before.
type entry struct {
	masker
	listed     bool // violations are asked for
	partial    bool // the request cannot be sent again
	news       []result.Finding
	violations []Violation
}

// add adds a problem, of which describe says what is shown.
func (e *entry) add(p check.Problem, describe func(check.Problem) check.Problem) {
	embedded := e.Judge == judge.Contract()
	g, added := e.found.Add(e.of.Exchange, p, describe)
	if e.fails(g, p) {
		shown := describe(p)
		e.violations = append(e.violations, Violation{p.Check, e.of.Mask.Text(shown.Place), e.of.Mask.Text(shown.Message), finding.Located(p.Rule, embedded).String()})
	}
	if added {
		g.Exchange = e.verdict().Exchange
		g.Show(embedded)
		lighten(g)
		if e.partial {
			g.Curl = ""
		}
		e.news = append(e.news, g.Finding)
	}
}

// fails reports whether a problem is to be listed, as one that fails the report.
func (e *entry) fails(g *finding.Group, p check.Problem) bool {
	severity := g.Severity
	if p.Variant == check.LeftOutVariant && !e.back[p.Place] {
		severity = result.Error // it never came back
	}
	return e.listed && (result.Report{FailOn: e.FailOn}).Fails(severity) && !e.Baseline.Has(p.Fingerprint(e.of.Exchange))
}

// addLost adds what was sent and did not come back.
func (e *entry) addLost() {
	v := e.of
	for _, place := range v.Back {
		e.back[place] = true
	}
	for _, one := range v.Sightings {
		p := v.LeftOut(one)
		e.add(p, func(check.Problem) check.Problem { return e.leftOut(one) })
		lost := p
		lost.Variant = check.LostVariant
		if len(e.lost) < mostLost {
			e.lost[p.Fingerprint(v.Exchange)] = lost.Fingerprint(v.Exchange)
		}
	}
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
