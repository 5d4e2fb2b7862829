package delivery

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// refused asks that nobody is told of a customer whose create was refused: of one that this run sent, and that no answer has the id of. Where a
// request may have been carried out without an answer that says so, nothing is asked; nor where a customer is not told of that was created: it may be
// told of under another id.
func (j *judging) refused(done []*check.Verdict) {
	if j.outcome.summary.Told < j.outcome.summary.Customers {
		return
	}
	var refused []*check.Verdict
	for _, v := range done {
		switch {
		case v.Answer == nil || v.Dropped != nil || v.Before != nil || v.Answer.Status/100 == 5:
			return
		case v.Created():
			if _, id := j.webhook.customer(v.Value); id == "" {
				return
			}
		case v.Answer.Status/100 == 4:
			refused = append(refused, v)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.stories)) {
		for _, a := range j.stories[id].arrivals {
			if !j.ofTheType(a) {
				continue
			}
			if v := j.createOf(a, refused); v != nil {
				j.by, j.customer, j.shown = v, id, a
				j.ask(false, check.Problem{
					Check: result.WebhookSent, Rule: j.rule("webhook-sent"), Variant: "refused",
					Message: fmt.Sprintf("expected no webhook of what was answered with %d, got one of the customer %s", v.Answer.Status, id),
				})
				break
			}
		}
	}
}

// mostTexts is how many texts of an arrival are compared.
const mostTexts = 200

// createOf is the request with the mark of the run that has most of an arrival's texts; nil where the arrival has no mark, or no request has it.
func (r *Receiver) createOf(a *arrival, among []*check.Verdict) (create *check.Verdict) {
	if !a.has(r.Tag) {
		return nil
	}
	most := 0
	for _, v := range among {
		body := v.Case.Request.Body
		if !bytes.Contains(body, []byte(r.Tag)) {
			continue
		}
		texts := 0
		for _, text := range bytes.SplitN(a.plain, []byte{'"'}, mostTexts) {
			if bytes.Contains(body, text) {
				texts++
			}
		}
		if texts > most {
			create, most = v, texts
		}
	}
	return create
}
