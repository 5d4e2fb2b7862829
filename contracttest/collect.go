package contracttest

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

// Bounds of what a finding keeps.
const (
	mostVariants = 100
	mostCases    = 10 // of a variant
)

// group is a finding while its cases are collected.
type group struct {
	result.Finding
	exchange *exchange.Exchange // whose request is shown; nil where only the whole run shows the finding
	problem  check.Problem      // of that exchange
	variants map[string]int
	shown    int            // the variant that is shown
	last     string         // the id of the last case that shows it
	lastOf   map[int]string // the same of each variant
}

// cause tells findings apart.
type cause struct {
	check    result.Check
	rule     string
	severity result.Severity
}

// collector groups problems that have one cause.
type collector struct {
	suite   *suite
	groups  []*group
	byCause map[cause]*group
}

func newCollector(s *suite) *collector { return &collector{suite: s, byCause: map[cause]*group{}} }

// add notes a problem, and reports whether it is a variant that was not there before.
func (c *collector) add(x *exchange.Exchange, p check.Problem) (g *group, added bool) {
	key := cause{p.Check, p.Rule.ID, result.SeverityOf(p.Rule.Provenance, p.Sure, c.suite.strict())}
	if p.Check == result.DocumentedStatus {
		key.rule = "statuses" // whatever the request is
	}
	g = c.byCause[key]
	if g == nil {
		g = &group{Finding: result.Finding{Check: p.Check, Severity: key.severity, Known: true}, variants: map[string]int{}, lastOf: map[int]string{}}
		c.byCause[key] = g
		c.groups = append(c.groups, g)
	}
	own := x == nil || g.last != x.Case.ID // the first that this exchange shows
	if own {
		g.Count++
	}
	id := p.Fingerprint(x)
	known := c.suite.config.Baseline.Has(id)
	i, found := g.variants[id]
	if !found && len(g.Variants) < mostVariants {
		i, added = len(g.Variants), true
		g.variants[id] = i
		place, message := p.Place, p.Message
		if x != nil {
			place, message = x.Mask.Text(place), x.Mask.Text(message)
		}
		g.Variants = append(g.Variants, result.Variant{Place: place, Message: message, Known: known, Fingerprint: id})
	}
	if found || added {
		g.count(i, x)
		if c.shows(g, i, x, known) {
			g.exchange, g.problem, g.shown = x, p, i
		}
	}
	if g.Known = g.Known && known; x != nil {
		g.last = x.Case.ID
	}
	return g, added
}

// count notes that an exchange shows a variant; x is nil where only the whole run does.
func (g *group) count(i int, x *exchange.Exchange) {
	v := &g.Variants[i]
	if x == nil {
		v.Count++
		return
	}
	if g.lastOf[i] != x.Case.ID {
		v.Count++
	}
	if g.lastOf[i] = x.Case.ID; len(v.Cases) < mostCases && !slices.Contains(v.Cases, x.Case.ID) {
		v.Cases = append(v.Cases, x.Case.ID)
	}
}

// shows reports whether a variant that was just seen is the one to show: one that the baseline does not know before one
// that it does, then the one that most exchanges show, with the smallest request.
func (c *collector) shows(g *group, i int, x *exchange.Exchange, known bool) bool {
	switch before := g.Variants[g.shown]; {
	case g.problem.Check == "", c.suite.Mode == exchange.Watching && g.Variants[i].Count == 1:
		return true // the first, or of traffic, which is shown at once
	case before.Known != known:
		return before.Known
	case i == g.shown:
		return smaller(x, g.exchange)
	default:
		return g.Variants[i].Count > before.Count
	}
}

// smaller reports whether a request is easier to look at than another.
func smaller(x, than *exchange.Exchange) bool {
	return x != nil && than != nil && len(x.Case.Request.Body) < len(than.Case.Request.Body)
}

func weight(s result.Severity) int {
	return slices.Index([]result.Severity{result.Error, result.Warning, result.Notice}, s)
}

// show adds what was sent and what came.
func (g *group) show(embedded bool) {
	g.Message, g.Rule, g.Delivery = g.problem.Message, g.problem.Rule, g.problem.Delivery
	if embedded {
		g.Rule.Line = spec.Line(g.Rule.Pointer)
	}
	x := g.exchange
	if x == nil {
		return
	}
	g.Case, g.Message, g.Curl = x.Case.ID, x.Mask.Text(g.Message), curlOf(x)
	g.Answer = answerShown(x)
}

// report judges the run as a whole, shrinks what it found, and puts all of it together.
func (r *run) report(ctx context.Context) result.Report {
	c := newCollector(r.suite)
	told := r.receiver.Judge(r.done, r.strict(), r.config.wants)
	shown := r.collect(c, told.Problems)
	seen := coverage.New(r.Judge)
	for _, v := range r.done {
		seen.Read(v)
	}
	for _, p := range seen.Notices() {
		if r.config.wants(p.Check) {
			c.add(nil, p)
		}
	}
	report := result.Report{
		Target:   r.root.String() + r.Base,
		Mock:     r.Mode == exchange.Mock,
		Strict:   r.strict(),
		Seed:     r.config.Seed,
		RunTag:   r.tag,
		LeftOut:  r.left,
		NotMade:  r.notMade(),
		Coverage: r.coverageReport(seen),
		Findings: []result.Finding{}, Cases: make([]result.CaseResult, 0, len(r.done)),
	}
	told.Cover(&report)
	slices.SortStableFunc(
		c.groups, func(a, b *group) int { return cmp.Compare(weight(a.Severity), weight(b.Severity)) },
	)
	index := map[*group]int{}
	for i, g := range c.groups {
		index[g] = i
		r.shrink(ctx, g)
		g.show(r.Judge == judge.Contract())
		report.Findings = append(report.Findings, g.Finding)
	}
	for i, v := range r.done {
		if v.Before != nil || v.Case.Asked == nil && v.Answer != nil && v.Answer.Status == http.StatusServiceUnavailable {
			report.Unavailable++
		}
		report.Cases = append(report.Cases, r.caseResult(v, shown[i], index))
	}
	if c := r.config; c.Case == "" && !c.Safe && len(c.Checks)+len(c.Exclude)+len(c.Phases) == 0 && !r.turnedAway {
		report.Gone = c.Baseline.Gone(report.Findings)
	}
	report.Requests, report.Waited = r.sender.gate.sent, r.sender.gate.waited
	return report
}

// collect adds what the exchanges show, and what webhooks tell of their customers. It returns, for each case, the errors and warnings among it.
func (r *run) collect(c *collector, told map[*check.Verdict][]check.Problem) [][]caseProblem {
	shown := make([][]caseProblem, len(r.done))
	note := func(i int, p check.Problem) {
		g, _ := c.add(r.done[i].Exchange, p)
		if g.Severity != result.Notice {
			shown[i] = append(shown[i], caseProblem{g, p})
		}
	}
	whole := r.wholeRun()
	causes := r.rootCauses()
	for i, v := range r.done {
		for _, p := range v.Problems {
			if !causes.explain(v, p) {
				note(i, p)
			}
		}
		for _, p := range slices.Concat(whole[i], told[v]) {
			note(i, p)
		}
	}
	return shown
}

// caseResult is what came of a case, and which findings it shows; index are the places of findings in the report.
func (r *run) caseResult(v *check.Verdict, shown []caseProblem, index map[*group]int) result.CaseResult {
	outcome := result.CaseResult{ID: v.Case.ID, Phase: v.Case.Phase, Class: v.ClassName(), Checks: v.Made}
	if v.Answer != nil {
		outcome.Status = v.Answer.Status
	}
	for _, s := range shown {
		outcome.Problems = append(outcome.Problems, result.CaseProblem{
			Check: s.problem.Check, Finding: index[s.group], Message: v.Mask.Text(s.problem.Message),
			Known: r.config.Baseline.Has(s.problem.Fingerprint(v.Exchange)),
		})
	}
	return outcome
}

// caseProblem is what one case shows of a finding.
type caseProblem struct {
	group   *group
	problem check.Problem
}

// wholeRun makes the checks that look at more than one exchange. It returns what they find by the index of the exchange
// that shows it.
func (r *run) wholeRun() map[int][]check.Problem {
	order := slices.Clone(r.done)
	slices.SortStableFunc(order, func(a, b *check.Verdict) int { return a.Received.Compare(b.Received) })
	index := map[*check.Verdict]int{}
	for i, v := range r.done {
		index[v] = i
	}
	found := map[int][]check.Problem{}
	l := check.NewLedger()
	for _, v := range order {
		found[index[v]] = l.Enter(v, r.config.APIKey)
	}
	for _, p := range l.End() {
		found[index[p.By]] = append(found[index[p.By]], p.Problem)
	}
	return found
}

// curlOf is the command that sends an exchange's request again.
func curlOf(x *exchange.Exchange) string {
	r := x.Case.Request
	return curl.Line(curl.Request{Method: r.Method, URL: x.Origin + r.Target(), Header: r.Header, Body: r.Body, Key: x.Mask.Key})
}
