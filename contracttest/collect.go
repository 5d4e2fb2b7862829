package contracttest

import (
	"context"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// report judges the run as a whole, shrinks what it found, and puts all of it together.
func (r *run) report(ctx context.Context) result.Report {
	c := &finding.Collector{Strict: r.strict(), Baseline: r.config.Baseline}
	told := r.receiver.Judge(r.done, r.strict(), r.config.wants)
	shown := r.collect(c, told.Problems)
	seen := coverage.New(r.Judge)
	for _, v := range r.done {
		seen.Read(v)
	}
	for _, p := range seen.Notices() {
		if r.config.wants(p.Check) {
			c.Add(nil, p, nil)
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
		c.Groups, func(a, b *finding.Group) int { return a.Severity.Compare(b.Severity) },
	)
	index := map[*finding.Group]int{}
	for i, g := range c.Groups {
		index[g] = i
		r.shrink(ctx, g)
		g.Show(r.Judge == judge.Contract())
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
func (r *run) collect(c *finding.Collector, told map[*check.Verdict][]check.Problem) [][]caseProblem {
	shown := make([][]caseProblem, len(r.done))
	note := func(i int, p check.Problem) {
		g, _ := c.Add(r.done[i].Exchange, p, nil)
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
func (r *run) caseResult(v *check.Verdict, shown []caseProblem, index map[*finding.Group]int) result.CaseResult {
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
	group   *finding.Group
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
