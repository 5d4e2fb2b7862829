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
	if exchange.HeaderSize(g.Answer.Header) > mostShown {
		g.Answer.Header = nil
	}
	g.Exchange, g.Problem = nil, check.Problem{}
}

// enter keeps a verdict. It returns the findings that are new, and what the exchange shows that fails the report.
func (o *Observer) enter(v *check.Verdict, key string, bodiless bool) (news []result.Finding, violations []Violation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.judged++
	o.answered(v)
	if bodiless {
		o.bodiless++
	}
	o.coverage.Read(v)
	o.classes[v.ClassName()]++
	for _, id := range v.Made {
		o.made[id] = true
	}
	defer func() {
		for _, id := range v.Made { // those of the whole traffic too
			o.made[id] = true
		}
	}()
	m := &masker{Observer: o, of: v}
	add := func(p check.Problem, describe func(check.Problem) check.Problem) {
		g, added := o.found.Add(v.Exchange, p, describe)
		severity := g.Severity
		if p.Variant == check.LeftOutVariant && !o.back[p.Place] {
			severity = result.Error // it never came back
		}
		if (o.listed || o.OnViolations != nil) && (result.Report{FailOn: o.FailOn}).Fails(severity) && !o.Baseline.Has(p.Fingerprint(v.Exchange)) {
			shown := describe(p)
			violations = append(violations, Violation{p.Check, shown.Place, v.Mask.Text(shown.Message), finding.Located(p.Rule, o.Judge == judge.Contract()).String()})
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
