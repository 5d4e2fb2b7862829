package contracttest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

// Bounds of what a finding keeps.
const (
	mostVariants = 100
	mostCases    = 10      // of a variant
	mostBody     = 4 << 10 // bytes of the body of the answer that is shown
)

// group is a finding while its cases are collected.
type group struct {
	Finding
	exchange *exchange // whose request is shown; nil where only the whole run shows the finding
	problem  problem   // of that exchange
	variants map[string]int
	shown    int    // the variant that is shown
	last     string // the id of the last case that shows it
}

// cause tells findings apart.
type cause struct {
	check    Check
	rule     string
	severity Severity
}

// collector groups problems that have one cause.
type collector struct {
	suite   *suite
	groups  []*group
	byCause map[cause]*group
}

func newCollector(s *suite) *collector { return &collector{suite: s, byCause: map[cause]*group{}} }

// add notes a problem, and reports whether it is a variant that was not there before.
func (c *collector) add(x *exchange, p problem) (g *group, added bool) {
	key := cause{p.check, p.rule.ID, severity(p.rule.Provenance, p.sure, c.suite.strict)}
	if p.check == DocumentedStatus {
		key.rule = "statuses" // whatever the request is
	}
	g = c.byCause[key]
	if g == nil {
		g = &group{Finding: Finding{Check: p.check, Severity: key.severity, Known: true}, variants: map[string]int{}}
		c.byCause[key] = g
		c.groups = append(c.groups, g)
	}
	own := x == nil || g.last != x.c.id // the first that this exchange shows
	if own {
		g.Count++
	}
	id := fingerprint(x, p)
	known := c.suite.config.Baseline.has(id)
	i, found := g.variants[id]
	if !found && len(g.Variants) < mostVariants {
		i, added = len(g.Variants), true
		g.variants[id] = i
		place, message := p.place, p.message
		if x != nil {
			place, message = x.mask.text(place), x.mask.text(message)
		}
		g.Variants = append(g.Variants, Variant{Place: place, Message: message, Known: known, Fingerprint: id})
	}
	if found || added {
		v := &g.Variants[i]
		if x == nil || v.last != x.c.id {
			v.Count++
		}
		if x != nil {
			if v.last = x.c.id; len(v.Cases) < mostCases && !slices.Contains(v.Cases, x.c.id) {
				v.Cases = append(v.Cases, x.c.id)
			}
		}
		if c.shows(g, i, x, known) {
			g.exchange, g.problem, g.shown = x, p, i
		}
	}
	if g.Known = g.Known && known; x != nil {
		g.last = x.c.id
	}
	return g, added
}

// shows reports whether a variant that was just seen is the one to show: one that the baseline does not know before one
// that it does, then the one that most exchanges show, with the smallest request.
func (c *collector) shows(g *group, i int, x *exchange, known bool) bool {
	switch before := g.Variants[g.shown]; {
	case g.problem.check == "", c.suite.mode == watching && g.Variants[i].Count == 1:
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
func smaller(x, than *exchange) bool {
	return x != nil && than != nil && len(x.c.request.body) < len(than.c.request.body)
}

func weight(s Severity) int { return slices.Index([]Severity{Error, Warning, Notice}, s) }

// fingerprint is the same for the same difference, whatever the run, the seed and the case.
func fingerprint(x *exchange, p problem) string {
	operation := ""
	if x != nil && x.class.op != nil {
		operation = x.class.op.ID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.check), operation, p.place, p.variant}, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// show adds what was sent and what came.
func (g *group) show(embedded bool) {
	g.Message, g.Rule = g.problem.message, g.problem.rule
	if embedded {
		g.Rule.Line = spec.Line(g.Rule.Pointer)
	}
	x := g.exchange
	if x == nil {
		return
	}
	g.Case, g.Message, g.Curl = x.c.id, x.mask.text(g.Message), curlOf(x)
	g.Answer = x.answerShown()
}

// report judges the run as a whole, shrinks what it found, and puts all of it together.
func (r *run) report(ctx context.Context) Report {
	c := newCollector(r.suite)
	shown := make([][]shownProblem, len(r.done))
	note := func(i int, p problem) {
		g, _ := c.add(r.done[i].exchange, p)
		if g.Severity != Notice {
			shown[i] = append(shown[i], shownProblem{g, p})
		}
	}
	whole := r.whole()
	seen := r.roots()
	for i, v := range r.done {
		for _, p := range v.problems {
			if !seen.explain(v, p) {
				note(i, p)
			}
		}
		for _, p := range whole.of[i] {
			note(i, p)
		}
	}
	coverage := r.coverage()
	for _, p := range coverage.notices(r.suite) {
		c.add(nil, p)
	}
	report := Report{
		Target:   r.root.String() + r.base,
		Mock:     r.mode == theMock,
		Strict:   r.strict,
		Seed:     r.config.Seed,
		RunTag:   r.tag,
		LeftOut:  r.left,
		NotMade:  r.notMade(),
		Coverage: coverage.report(r.suite),
		Findings: []Finding{}, Cases: make([]CaseResult, 0, len(r.done)),
	}
	slices.SortStableFunc(
		c.groups, func(a, b *group) int { return cmp.Compare(weight(a.Severity), weight(b.Severity)) },
	)
	index := map[*group]int{}
	for i, g := range c.groups {
		index[g] = i
		r.shrink(ctx, g)
		g.show(r.judge == judge.Contract())
		report.Findings = append(report.Findings, g.Finding)
	}
	for i, v := range r.done {
		if v.before != nil || v.c.asked == nil && v.answer != nil && v.answer.status == http.StatusServiceUnavailable {
			report.Unavailable++
		}
		result := CaseResult{ID: v.c.id, Phase: v.c.phase, Class: v.className(), Checks: v.made}
		if v.answer != nil {
			result.Status = v.answer.status
		}
		for _, s := range shown[i] {
			result.Problems = append(result.Problems, CaseProblem{
				Check: s.problem.check, Finding: index[s.group], Message: v.mask.text(s.problem.message),
				Known: r.config.Baseline.has(fingerprint(v.exchange, s.problem)),
			})
		}
		report.Cases = append(report.Cases, result)
	}
	if c := r.config; c.Case == "" && !c.Safe && len(c.Checks)+len(c.Exclude)+len(c.Phases) == 0 && !r.hopeless {
		report.Gone = c.Baseline.gone(report.Findings)
	}
	report.Requests, report.Waited = r.sender.gate.left, r.sender.gate.waited
	return report
}

// shownProblem is what one case shows of a finding.
type shownProblem struct {
	group   *group
	problem problem
}

// curlOf is the command that sends an exchange's request again.
func curlOf(x *exchange) string {
	r := x.c.request
	return curl.Line(curl.Request{Method: r.method, URL: x.origin + r.target(), Header: r.header, Body: r.body, Key: x.mask.key})
}
