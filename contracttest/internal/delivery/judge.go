package delivery

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Outcome is what the deliveries of a run show.
type Outcome struct {
	// Problems are what they show, by the create whose customer they tell of.
	Problems map[*check.Verdict][]check.Problem
	covered  []result.Covered
	left     []judge.NotJudged
	summary  result.Webhooks
	callback string
}

// Cover adds to a report what was seen of webhooks: nothing where nobody listened.
func (o *Outcome) Cover(r *result.Report) {
	if o.callback == "" {
		return
	}
	r.Webhooks, r.Coverage.Webhooks = &o.summary, o.covered
	r.Coverage.NotJudged = slices.DeleteFunc(r.Coverage.NotJudged, func(one judge.NotJudged) bool { return one.Pointer == o.callback })
	r.Coverage.NotJudged = append(r.Coverage.NotJudged, o.left...)
}

// judging is the state of Judge.
type judging struct {
	*Receiver
	strict  bool
	wants   func(result.Check) bool
	outcome *Outcome
	tally   map[string]*result.Covered // by the id of the rule
	ids     map[string]string          // the customer of each event
	skew    time.Duration              // how far the server's clock is ahead of this one
	others  int                        // arrivals that tell of no customer of the run

	by       *check.Verdict // the create that is looked at
	customer string
	shown    *arrival // the delivery that is looked at; nil where there is none
}

// Judge says what arrived. strict makes what is missing an error however short the wait was; wants reports whether a check is switched
// on. It notes in each verdict which checks were made. A nil Receiver has no problems.
func (r *Receiver) Judge(done []*check.Verdict, strict bool, wants func(result.Check) bool) *Outcome {
	if r == nil {
		return &Outcome{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	expected := r.expected(done)
	r.attribute(expected)
	j := &judging{
		Receiver: r, strict: strict, wants: wants, tally: map[string]*result.Covered{}, ids: map[string]string{}, skew: skewOf(done),
		others:  r.unrelated(done),
		outcome: &Outcome{Problems: map[*check.Verdict][]check.Problem{}, callback: r.at},
	}
	sum := &j.outcome.summary
	sum.Address, sum.TurnedAway, sum.Wait, sum.Waited, sum.Others = r.Listener.Addr().String(), r.turnedAway, r.Options.Wait, r.waited, len(r.unknown)
	for _, v := range done {
		if !r.createdBy(v.Exchange) {
			continue
		}
		_, id := r.customer(v.Value)
		if j.by, j.customer, j.shown = v, id, nil; id == "" || expected[id] != nil && expected[id] != v {
			continue // the checks of the answer say so
		}
		s := r.stories[id]
		if expected[id] != nil {
			sum.Customers++
			j.sent(s)
		}
		if s != nil {
			if s.refused != nil {
				sum.Refused++
			}
			told := j.story(s)
			if sum.Deliveries += told; told > 0 && expected[id] != nil {
				sum.Told++
			}
			sum.Others += len(s.arrivals) - told
			delete(r.stories, id)
		}
	}
	for _, s := range r.stories {
		sum.Others += len(s.arrivals)
	}
	j.refused(done)
	j.cover()
	return j.outcome
}

// skewOf is how far a server's clock is ahead, by the Date of its last answer; 0 where it says nothing.
func skewOf(done []*check.Verdict) time.Duration {
	for _, v := range slices.Backward(done) {
		if v.Answer != nil {
			if date, err := time.Parse(time.RFC1123, v.Answer.Header.Get("Date")); err == nil {
				return date.Sub(v.Received)
			}
		}
	}
	return 0
}

// ask makes a check of the rule that p names: ok is whether it is kept. Where it is not, p is noted, with the delivery that shows it.
func (j *judging) ask(ok bool, p check.Problem) bool {
	if !j.wants(p.Check) {
		return ok
	}
	if !slices.Contains(j.by.Made, p.Check) {
		j.by.Made = append(j.by.Made, p.Check)
	}
	t := j.tally[p.Rule.ID]
	if t == nil {
		t = &result.Covered{Name: p.Rule.ID}
		j.tally[p.Rule.ID] = t
	}
	if ok {
		t.Valid++
		return true
	}
	if p.Sure != result.Observation {
		t.Invalid++
	}
	if j.shown != nil {
		p.Delivery = j.show(j.shown)
	}
	p.Place, p.Message = cmp.Or(p.Place, "webhook"), wording.Cut(j.hide(p.Message), check.MostBody)
	j.outcome.Problems[j.by] = append(j.outcome.Problems[j.by], p)
	return false
}

// rule is a rule of webhooks by its id.
func (j *judging) rule(id string) result.Rule { return j.Rules.Of(id) }

// sent asks whether a customer is told of.
func (j *judging) sent(s *story) {
	if s == nil && j.cut {
		return // it may have been under way
	}
	p := check.Problem{Check: result.WebhookSent, Rule: j.rule("webhook-sent"), Variant: "missing"}
	if s == nil {
		p.Sure = j.sureOfMissing()
		p.Message = fmt.Sprintf(
			"expected a webhook of the customer %s at %s, got none within %v of the last request; is this address entered at the server, active, and does it lead here?",
			j.customer, j.Listener.Addr(), j.Options.Wait,
		)
		if j.others > 0 {
			p.Message = fmt.Sprintf("%s Requests that tell of no customer of this run came: %d", p.Message, j.others)
		}
	}
	j.ask(s != nil, p)
}

// sureOfMissing says how sure it is that what did not come was not sent: where a first try is lost on its way, the second comes after the
// first wait.
func (j *judging) sureOfMissing() result.Certainty {
	if j.turnedAway > 0 || !j.strict && j.Options.Wait < j.longestRetry() {
		return result.Uncertain
	}
	return result.Certain
}

// story looks at all that arrived of one customer, and says how many deliveries told of its creation.
func (j *judging) story(s *story) int {
	var told, others []*arrival
	for _, a := range s.arrivals {
		switch {
		case a.followed != "":
		case j.ofTheType(a):
			told = append(told, a)
		default:
			others = append(others, a)
		}
	}
	if len(told) == 0 && len(others) > 0 { // of its creation, under another type, or of something else
		h := j.header(partEvent)
		j.shown = others[0]
		j.ask(false, check.Problem{
			Check: result.WebhookHeaders, Rule: j.rule("webhook-event"), Variant: "type", Place: j.name(partEvent), Sure: j.sureOfMissing(),
			Message: fmt.Sprintf("expected a webhook of the type %s, got none but of %q", strings.Join(h.known, " or "), others[0].header.Get(h.name)),
		})
	}
	for _, a := range told {
		j.shown = a
		violations := j.judge.Response(http.StatusOK, a.header, a.body)
		j.method(a)
		j.headers(a, violations)
		j.time(a)
		j.signature(a)
		j.payload(a, violations)
		j.event(a)
	}
	j.again(told)
	if s.refused != nil {
		j.retried(s)
	}
	return len(told)
}

// ofTheType reports whether a delivery has the type of the event that tells of a new customer, or none at all.
func (w *webhook) ofTheType(a *arrival) bool {
	h := w.header(partEvent)
	value := a.header.Get(h.name)
	return value == "" || len(h.known) == 0 || slices.Contains(h.known, value)
}

// event asks whether an id is that of one customer's event, and looks like one.
func (j *judging) event(a *arrival) {
	id := j.value(a, partID)
	if id == "" {
		return // the header's check says so
	}
	before := j.ids[id]
	if before == "" {
		j.ids[id] = j.customer
	}
	j.ask(before == "" || before == j.customer, check.Problem{
		Check: result.WebhookID, Rule: j.rule("webhook-id-unique"), Variant: "again", Place: j.name(partID),
		Message: fmt.Sprintf("expected an id of its own for the event of %s, got %q, which was that of %s", j.customer, id, before),
	})
	h := j.header(partID)
	if prefix, _, found := strings.Cut(h.example, "_"); found {
		prefix += "_"
		j.ask(strings.HasPrefix(id, prefix), check.Problem{
			Check: result.WebhookID, Rule: j.rule("webhook-id-shape"), Variant: "shape", Place: j.name(partID),
			Message: fmt.Sprintf("expected an id that begins with %s, got %q", prefix, id),
		})
	}
}

// again asks whether deliveries of one customer's event have one id. Another one is not certain to be wrong unless the first was
// refused (see retried): who has two endpoints at one address may get two.
func (j *judging) again(told []*arrival) {
	for _, a := range told[min(1, len(told)):] {
		first := told[0]
		if j.value(first, partID) == "" || j.value(a, partID) == "" || first.answered != http.StatusOK {
			continue
		}
		j.shown = a
		j.ask(j.value(a, partID) == j.value(first, partID), check.Problem{
			Check: result.WebhookID, Rule: j.rule("webhook-retry-same"), Sure: result.Uncertain, Variant: "another", Place: j.name(partID),
			Message: fmt.Sprintf("expected one id for the event of %s, got %q and then %q", j.customer, j.value(first, partID), j.value(a, partID)),
		})
	}
}

// name is the place of a header.
func (j *judging) name(part string) string {
	h := j.header(part)
	return "webhook header " + h.name
}
