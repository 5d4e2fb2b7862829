package traffic

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Why an exchange is not judged.
const (
	otherMethod   = "a method that the contract does not have at its path"
	otherAPI      = "a path that ends as one of the contract, below another base and without an API key"
	otherPath     = "a path that the contract does not have"
	tooLarge      = "a body of more than 4 MiB or 20,000 JSON values"
	brokenOff     = "a connection that the caller broke off"
	unsent        = "a request that could not be sent"
	notThere      = "a server that could not be reached, and never was before"
	tooMany       = "more than 64 MiB of bodies and headers at the same time"
	answeredEarly = "an answer that came before the request had ended"
	noMoreHTTP    = "a connection that became one of another protocol"
)

// skip counts an exchange that is not judged.
func (o *Observer) skip(reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start()
	o.passed++
	o.leaveOut(reason, "")
}

// leaveOut counts one that passed already. The caller holds the lock.
func (o *Observer) leaveOut(reason, example string) {
	i := slices.IndexFunc(o.leftOut, func(u result.Unjudged) bool { return u.Reason == reason })
	if i < 0 {
		i = len(o.leftOut)
		o.leftOut = append(o.leftOut, result.Unjudged{Reason: reason, Example: example})
	}
	o.leftOut[i].Count++
}

// answered notes by the answer to a valid request whether the server read any of them.
func (o *Observer) answered(v *check.Verdict) {
	if !v.Class.Valid() || v.Answer == nil || v.Case.Asked != nil && !v.Case.Asked.Unasked {
		return
	}
	if status := v.Answer.Status; v.TurnedAway() || status == http.StatusConflict || status >= http.StatusInternalServerError {
		o.unread[status] = o.shownPath(v.Case.Request.Path)
	} else {
		o.readOne = true
	}
}

// Report is what was found so far, errors first, and what of the contract the traffic showed. target names what was judged, e.g. the
// server's URL. [result.Report.NothingJudged] is set where no exchange was judged, and where no valid request was read by the server.
func (o *Observer) Report(target string) result.Report {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start()
	r := result.Report{
		Target: target, Strict: o.Strict, FailOn: cmp.Or(o.FailOn, result.Error), Requests: o.judged, Duration: time.Since(o.begun),
		Findings: o.findings(), Cases: []result.CaseResult{}, Coverage: o.coverage.Report(),
		Traffic: &result.Traffic{
			Passed: o.passed, Judged: o.judged, WithoutBody: o.bodiless, LeftOut: slices.Clone(o.leftOut), Classes: maps.Clone(o.classes), Checks: []result.Check{}, Masked: !o.ShowData,
		},
	}
	slices.SortStableFunc(r.Findings, func(a, b result.Finding) int { return a.Severity.Compare(b.Severity) })
	r.Coverage.NotJudged = o.Judge.NotJudged()
	for _, info := range result.Checks() {
		switch {
		case o.made[info.ID]:
			r.Traffic.Checks = append(r.Traffic.Checks, info.ID)
		case o.wants[info.ID] && !info.Notice:
			r.NotMade = append(r.NotMade, info.ID)
		}
	}
	r.NothingJudged = o.nothing()
	return r
}

// nothing says why the traffic says nothing of the server; nil where it does.
func (o *Observer) nothing() *result.NothingJudgedError {
	if o.judged == 0 {
		came := "no exchange"
		if o.passed > 0 {
			reasons := make([]string, 0, len(o.leftOut))
			for _, one := range o.leftOut {
				reasons = append(reasons, fmt.Sprintf("; %d: %s", one.Count, one.Reason))
				if one.Example != "" {
					reasons = append(reasons, ", e.g. "+one.Example)
				}
			}
			came = wording.Plural(o.passed, "exchange") + ", none of which could be judged" + strings.Join(reasons, "")
		}
		return &result.NothingJudgedError{Tried: "judging the exchanges of others", Came: came, Do: o.toDo()}
	}
	if o.readOne || len(o.unread) == 0 { // or none was valid
		return nil
	}
	return &result.NothingJudgedError{
		Tried: "judging the exchanges of others",
		Came:  "every valid request was answered " + check.Joined(slices.Sorted(maps.Keys(o.unread))),
		Do:    o.advice(),
	}
}

// advice says what to do where every valid request was turned away, or failed.
func (o *Observer) advice() string {
	if len(o.unread) == 1 {
		for status, path := range o.unread {
			switch {
			case status == http.StatusNotFound:
				return "say where the server has the API: it has nothing at " + wording.Cut(path, mostNamed)
			case status == http.StatusConflict:
				return "create customers that the server does not have yet"
			case status == http.StatusTooManyRequests:
				return "wait until the window of the rate limit ends"
			case status >= http.StatusInternalServerError:
				return "see in the server's log why it fails"
			}
		}
	}
	return "have at least one valid request reach the server with a key that it knows, and that may create customers"
}

// toDo says how there would be something to judge.
func (o *Observer) toDo() string {
	switch {
	case len(o.leftOut) == 0:
		return "have the program that is tested send its requests here, past no other proxy: to paths of the contract, such as " + o.aPath()
	case len(o.leftOut) > 1:
	case o.leftOut[0].Reason == notThere:
		return "start the server, or say where it is"
	case strings.Contains(o.leftOut[0].Reason, "recording"):
		return "record bodies too (Playwright: content: 'embed')"
	}
	return "have them go to a path of the contract, such as " + o.aPath()
}

func (o *Observer) aPath() string {
	path := ""
	if bases := o.Judge.BasePaths(); len(bases) > 0 {
		path = bases[0]
	}
	for _, op := range o.Judge.Operations() {
		return op.Method + " " + path + op.Path
	}
	return path
}
