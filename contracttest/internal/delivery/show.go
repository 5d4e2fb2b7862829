package delivery

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// secretVariable stands in the place of a secret.
const secretVariable = "$BITBYBIT_WEBHOOK_SECRET"

// shortest is the shortest secret that is looked for in what is shown: a shorter one would be found everywhere, and is none.
const shortest = 6

// hide takes the secrets out of a text.
func (r *Receiver) hide(text string) string {
	for _, secret := range r.Secrets {
		if len(secret) >= shortest {
			text = strings.ReplaceAll(text, secret, secretVariable)
		}
	}
	return text
}

// show is a delivery as reports have it.
func (r *Receiver) show(a *arrival) *result.Delivery {
	body := strings.ToValidUTF8(string(a.body[:min(len(a.body), check.MostBody)]), "\ufffd")
	d := &result.Delivery{
		Method: r.Mask.Text(a.method), Target: r.hide(r.Mask.Text(a.target)), Header: r.Mask.Header(a.header), Body: r.hide(r.Mask.Text(body)),
		Received: a.at, Answered: a.answered,
	}
	for _, values := range d.Header {
		for i := range values {
			values[i] = r.hide(values[i])
		}
	}
	s, ok := signed(r.value(a, partSignature))
	if ok && d.Body == string(a.body) && utf8.Valid(a.body) && !strings.Contains(d.Body, "\x00") && strings.Trim(s.time, "0123456789") == "" {
		d.Digest = "printf '%s' " + curl.Quote(s.time+"."+d.Body) + ` | openssl dgst -sha256 -hmac "` + secretVariable + `"`
	}
	return d
}

// cover says of each rule of webhooks how often it was seen to be kept, or why not.
func (j *judging) cover() {
	o := j.outcome
	o.left = slices.Clone(j.unread)
	leave := func(rule result.Rule, what, why string) {
		o.left = append(o.left, judge.NotJudged{Pointer: rule.Pointer, What: what, Why: why})
	}
	for _, rule := range j.rules {
		row := result.Covered{Name: rule.ID, Verdict: result.NeverObtained}
		if t := j.tally[rule.ID]; t != nil {
			row.Valid, row.Invalid, row.Verdict = t.Valid, t.Invalid, result.Asserted
			delete(j.tally, rule.ID)
		} else {
			leave(rule, "the rule "+rule.ID, j.why(rule.ID))
		}
		if o.covered = append(o.covered, row); rule.ID == "webhook-retries" && row.Verdict == result.Asserted && len(j.retries) > 1 {
			leave(rule, fmt.Sprintf("the retries after the first, %d of %d", len(j.retries)-1, len(j.retries)), "a run does not wait for so long")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.tally)) { // of the payload's schema
		t := j.tally[id]
		t.Verdict = result.Asserted
		o.covered = append(o.covered, *t)
	}
}

// why says why no delivery showed whether a rule is kept.
func (j *judging) why(id string) string {
	switch id {
	case "webhook-tolerance", "webhook-limits":
		return "it asks something of receivers, or of how the server is set up"
	case "webhook-retries", "webhook-redirects", "webhook-retry-same", "webhook-retry-signed":
		if j.Options.Wait < j.longestRetry() {
			return fmt.Sprintf("deliveries are refused on purpose where they are waited for %v or more (--webhook-wait)", j.longestRetry())
		}
		if id == "webhook-retry-signed" {
			return "no retry came so late that its time says something"
		}
		return "no delivery came that could be refused, or the run ended before its retry was due"
	}
	return "no delivery showed it"
}
