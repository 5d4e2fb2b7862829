package contracttest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// mostOthers is how many other cases a finding lists.
const mostOthers = 10

// mostBody is how much of an answer's body a finding shows.
const mostBody = 4 << 10

// group is a finding while its cases are collected.
type group struct {
	Finding
	exchange *exchange // the first that shows it; nil where only the whole run does
	problem  problem
}

// collector groups problems that are the same difference.
type collector struct {
	suite  *suite
	groups []*group
	byID   map[string]*group
}

func (c *collector) add(x *exchange, p problem) string {
	id := fingerprint(x, p)
	g := c.byID[id]
	if g == nil {
		g = &group{exchange: x, problem: p, Finding: Finding{
			Check:       p.check,
			Severity:    c.suite.severity(p),
			Message:     p.message,
			Place:       p.place,
			Rule:        p.rule,
			Fingerprint: id,
			Known:       c.suite.config.Baseline.has(id),
		}}
		if x != nil {
			g.Case, g.Message, g.Place = x.c.id, x.mask.text(p.message), x.mask.text(p.place)
		}
		if c.suite.judge == judge.Contract() {
			g.Line = judge.Line(p.rule)
		}
		c.byID[id] = g
		c.groups = append(c.groups, g)
	} else if x != nil && len(g.Others) < mostOthers && !slices.Contains(g.Others, x.c.id) {
		g.Others = append(g.Others, x.c.id)
	}
	if s := c.suite.severity(p); weight(s) < weight(g.Severity) {
		g.Severity = s
	}
	g.Count++
	return id
}

func weight(s Severity) int { return slices.Index([]Severity{Error, Warning, Notice}, s) }

// fingerprint is the same for the same difference, whatever the run, the seed and the case.
func fingerprint(x *exchange, p problem) string {
	operation := ""
	if x != nil && x.class.op != nil {
		operation = x.class.op.ID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.check), operation, p.place, p.kin}, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// report judges the run as a whole, shrinks what it found, and puts all of it together.
func (r *run) report(ctx context.Context) Report {
	c := &collector{suite: r.suite, byID: map[string]*group{}}
	whole := r.whole()
	failed := make([]map[Check]string, len(r.done))
	note := func(i int, p problem) {
		id := c.add(r.done[i].exchange, p)
		if isNotice(p.check) {
			return
		}
		if failed[i] == nil {
			failed[i] = map[Check]string{}
		}
		if _, ok := failed[i][p.check]; !ok {
			failed[i][p.check] = id
		}
	}
	keyless := slices.ContainsFunc(r.done, func(v *verdict) bool {
		return slices.ContainsFunc(v.problems, func(p problem) bool { return p.check == MissingKey })
	})
	for i, v := range r.done {
		for _, p := range v.problems {
			if !keyless || !consequence(v, p) {
				note(i, p)
			}
		}
		for _, p := range whole[i] {
			note(i, p)
		}
	}
	coverage := r.coverage()
	for _, p := range coverage.notices(r.suite) {
		c.add(nil, p)
	}
	report := Report{
		Target:   r.root.String() + r.base,
		Mock:     r.mock,
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
	index := map[string]int{}
	for i, g := range c.groups {
		index[g.Fingerprint] = i
		if g.exchange != nil {
			r.shrink(ctx, g)
			g.show()
		}
		report.Findings = append(report.Findings, g.Finding)
	}
	for i, v := range r.done {
		result := CaseResult{ID: v.c.id, Phase: v.c.phase, Class: v.className(), Checks: v.made}
		if v.answer != nil {
			result.Status = v.answer.status
		}
		for check, id := range failed[i] {
			if result.Failed == nil {
				result.Failed = map[Check]int{}
			}
			result.Failed[check] = index[id]
		}
		report.Cases = append(report.Cases, result)
	}
	if c := r.config; c.Case == "" && !c.Safe && len(c.Checks)+len(c.Exclude)+len(c.Phases) == 0 && !r.hopeless {
		report.Gone = c.Baseline.gone(report.Findings)
	}
	report.Requests, report.Waited = r.sender.gate.left, r.sender.gate.waited
	return report
}

// consequence reports whether a problem only repeats that the server needs no key: then it does not matter where the
// key is, nor what else is wrong.
func consequence(v *verdict, p problem) bool {
	return (v.class.check == MissingKey || v.class.check == KeyInWrongPlace) &&
		slices.Contains([]Check{KeyInWrongPlace, ExpectedStatus, ErrorCodeForCause}, p.check)
}

// show adds what was sent and what came.
func (g *group) show() {
	x := g.exchange
	g.Curl = x.curl()
	if x.answer != nil {
		body := x.mask.text(string(x.answer.body))
		body = strings.ToValidUTF8(body[:min(len(body), mostBody)], "\ufffd")
		g.Answer = &Answer{Status: x.answer.status, Header: x.mask.header(x.answer.header), Body: body}
	}
}
