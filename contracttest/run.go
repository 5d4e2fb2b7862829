package contracttest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/delivery"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// connections is how many requests are under way at once against the mock. Any other server gets one at a time.
const connections = 8

// firstRequests is how many valid requests, sent one by one before the others, may get no answer or 401 before the run
// ends.
const firstRequests = 3

// Run judges a server and reports what it found. The error is for a run that could not be made, that was ended by
// ctx, that judged nothing ([result.ErrNothingJudged]), or that could not judge an operation for want of a value of its path and found no
// error that says why; the last three come with a report of what there was. Findings are no error.
func Run(ctx context.Context, config Config) (result.Report, error) {
	suite, err := newSuite(config)
	if err != nil {
		return result.Report{}, err
	}
	receiver, err := suite.receive()
	if err != nil {
		return result.Report{}, err
	}
	defer receiver.Close()
	sender := newSender(suite, connections)
	defer sender.close()
	started := time.Now()
	if sender.isMock(ctx) {
		suite.Mode, sender.gate.ignoreRemaining = exchange.Mock, true
	}
	r := &run{suite: suite, sender: sender, receiver: receiver, cases: plan.Cases(suite.Contract, suite.planOptions())}
	if err := suite.replayable(r.cases); err != nil {
		return result.Report{}, err
	}
	r.send(ctx)
	r.receiver.Wait(ctx, r.done)
	r.refusalCases()
	report := r.report(ctx)
	ended := ctx.Err() // also where that was while findings were shrunk
	report.Duration, report.Interrupted, report.FailOn = time.Since(started), ended != nil, suite.config.FailOn
	r.addReplayed(&report)
	if err := r.writeLog(); err != nil {
		return report, fmt.Errorf("contracttest: the request log: %w", err)
	}
	if ended != nil {
		report.Gone = nil // that is not known
		return report, fmt.Errorf("contracttest: the run was interrupted: %w", ended)
	}
	if report.NothingJudged = r.judgedNothing(report); report.NothingJudged != nil {
		return report, report.NothingJudged
	}
	if len(report.Open(result.Error)) > 0 {
		return report, nil // which say what is wrong with the answer that has no value
	}
	return report, r.unlinked
}

// run is a suite while it runs.
type run struct {
	*suite
	sender   *sender
	receiver *delivery.Receiver // nil where nothing listens for webhooks
	cases    []exchange.Case
	left     []result.LeftOut
	done     []*check.Verdict // of the cases that ran, in their order
	shrunk   []exchange.Case  // what was sent to shrink findings
	// progressing keeps calls of Config.OnProgress apart.
	progressing sync.Mutex
	// turnedAway is set where the server did not look at the first valid requests.
	turnedAway bool
	// unlinked says which value of a path parameter did not come; nil where all did.
	unlinked error
	kept     atomic.Int64 // bytes of answers; see keep
}

// budget is how many requests may be sent; negative is any number.
func (r *run) budget() int {
	switch {
	case r.config.MaxRequests != 0:
		return r.config.MaxRequests
	case r.Mode == exchange.Mock:
		return -1
	}
	return windowBudget
}

// send sends the cases: the first few one by one, to see whether the server can be judged, the others as many at once
// as the target bears. Those that get no turn are left out, with the reason.
func (r *run) send(ctx context.Context) {
	budget := r.budget()
	r.sender.gate.budget = budget
	var beyond []exchange.Case
	if budget >= 0 && len(r.cases) > budget {
		r.cases, beyond = r.cases[:budget], r.cases[budget:]
	}
	r.done = make([]*check.Verdict, len(r.cases))
	next, lost := r.sendLinked(ctx), 0
	for end := next + firstRequests; next < len(r.cases) && next < end; next++ {
		if r.one(ctx, next) != nil {
			break
		}
		if v := r.done[next]; v != nil && v.Class.Valid() && !v.Class.MayBeAbsent && (v.Answer == nil || turnsAway(v.Answer.Status)) {
			lost++
		}
	}
	if r.turnedAway = lost == firstRequests; r.turnedAway {
		r.leave("the server did not answer, or answered valid requests with 401, 403, 404 or 429", slices.Concat(r.cases[next:], beyond))
		r.done = r.done[:next]
		return
	}
	kept := r.reserve(next)
	all := r.cases
	r.cases = all[:len(all)-kept]
	r.sendRest(ctx, next)
	r.cases = all
	if kept > 0 && !r.found() {
		r.sendRest(ctx, len(all)-kept)
		kept = 0
	}
	r.cases, r.done, beyond = all[:len(all)-kept], r.done[:len(all)-kept], slices.Concat(all[len(all)-kept:], beyond)
	why := r.sender.gate.stopped()
	if ctx.Err() != nil {
		why = "the run was interrupted"
	}
	r.dropUnsent(cmp.Or(why, "answers of 429 or 503 used up the budget"))
	r.leave(cmp.Or(why, fmt.Sprintf("the budget of %d requests was used up", budget)), beyond)
}

// sendLinked sends the cases whose answers have the path parameters of others, one by one, and returns how many there
// were. The others are left out where the value did not come.
func (r *run) sendLinked(ctx context.Context) (next int) {
	for ; next < len(r.cases) && len(r.cases[next].Gives) > 0; next++ {
		if r.one(ctx, next) != nil || r.done[next] == nil {
			return next
		}
		err := r.Link(r.cases[next].Gives, r.done[next].Exchange)
		if err == nil {
			continue
		}
		r.unlinked = errors.Join(r.unlinked, fmt.Errorf("contracttest: %w; correct the server, or the link in the document", err))
		operation := r.cases[next].Gives[0].To.ID
		var without, kept []exchange.Case
		for _, c := range r.cases {
			if c.Links == operation {
				without = append(without, c)
			} else {
				kept = append(kept, c)
			}
		}
		r.cases, r.done = kept, r.done[:len(kept)]
		r.leave(err.Error(), without)
	}
	return next
}

// shrinkReserve is how many requests of a budget are kept until it is known whether there is something to shrink.
const shrinkReserve = 8

// reserve is how many of the last cases wait for that.
func (r *run) reserve(next int) int {
	if budget := r.budget(); budget < 0 || len(r.cases) < budget || budget < 5*shrinkReserve {
		return 0
	}
	return min(shrinkReserve, len(r.cases)-next)
}

// found reports whether a case shows an error or a warning so far.
func (r *run) found() bool {
	return slices.ContainsFunc(r.done, func(v *check.Verdict) bool {
		return v != nil && slices.ContainsFunc(v.Problems, func(p check.Problem) bool { return p.Sure != result.Observation })
	})
}

// sendRest sends the cases from one on, as many at once as the target bears.
func (r *run) sendRest(ctx context.Context, next int) {
	workers := 1
	if r.Mode == exchange.Mock {
		workers = connections
	}
	indexes := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range indexes {
				if r.one(ctx, i) != nil {
					return
				}
			}
		})
	}
dispatch:
	for ; next < len(r.cases); next++ {
		select {
		case indexes <- next:
		case <-ctx.Done():
			break dispatch
		}
	}
	close(indexes)
	group.Wait()
}

// one sends a case and judges its answer. It returns an error only where ctx ended.
func (r *run) one(ctx context.Context, i int) error {
	if !r.sender.gate.open() {
		return nil
	}
	x := r.exchangeOf(r.cases[i])
	if err := r.sender.exchange(ctx, x); err != nil {
		return err
	}
	r.done[i] = check.Judge(x, r.config.wants)
	r.keep(r.done[i])
	r.progress()
	return nil
}

// dropUnsent takes out the cases that got no turn.
func (r *run) dropUnsent(reason string) {
	var unsent []exchange.Case
	done := r.done[:0]
	for i, v := range r.done {
		if v == nil {
			unsent = append(unsent, r.cases[i])
			continue
		}
		done = append(done, v)
	}
	r.done = done
	r.leave(reason, unsent)
}

func (r *run) leave(reason string, cases []exchange.Case) {
	if len(cases) == 0 {
		return
	}
	if len(r.left) == 0 || r.left[len(r.left)-1].Reason != reason {
		r.left = append(r.left, result.LeftOut{Reason: reason})
	}
	out := &r.left[len(r.left)-1]
	for _, c := range cases {
		out.Cases = append(out.Cases, c.ID)
	}
}

// unread reports whether a status says that the server turned a request away for what is not in it, or failed.
func unread(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests:
		return true
	}
	return status >= http.StatusInternalServerError
}

// turnsAway reports whether a status says that no other request will fare better.
func turnsAway(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound ||
		status == http.StatusTooManyRequests
}

func (r *run) writeLog() error {
	if r.config.RequestLog == nil {
		return nil
	}
	var log []byte
	for _, v := range r.done {
		if a := v.Case.Asked; a == nil || !a.Unasked { // another case's request, which has its line
			log = v.Case.Request.AppendLog(log, v.Case.ID, r.Mask)
		}
	}
	for _, c := range r.shrunk {
		log = c.Request.AppendLog(log, c.ID, r.Mask)
	}
	_, err := bytes.NewReader(log).WriteTo(r.config.RequestLog)
	return err
}
