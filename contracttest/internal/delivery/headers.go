package delivery

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// method asks whether a delivery is a POST.
func (j *judging) method(a *arrival) {
	j.ask(a.method == http.MethodPost, check.Problem{
		Check: result.WebhookHeaders, Rule: j.Rules.OfAnswer(judge.Violation{Rule: j.place}), Variant: "method", Place: "webhook method",
		Message: "expected a POST, got " + wording.Quote(a.method),
	})
}

// headers asks whether the headers are there, once, with a value that their schemas allow.
func (j *judging) headers(a *arrival, violations judge.Violations) {
	for _, h := range j.webhook.headers {
		p := check.Problem{Check: result.WebhookHeaders, Place: "webhook header " + h.name}
		i := slices.IndexFunc(violations, func(v judge.Violation) bool { return v.Path == "header "+h.name })
		rule := judge.Violation{Rule: h.place}
		if i >= 0 {
			v := violations[i]
			p.Variant, p.Message = v.Keyword, h.name+": "+strings.TrimPrefix(v.String(), v.Path+": ")
			rule.Rule = j.pointer(v.Rule)
			if h.part == partAgent && v.Keyword == "enum" && sameProduct(a.header.Get(h.name), h.known) {
				p.Sure, p.Variant = result.Uncertain, "version"
			}
		}
		if p.Rule = j.rule(h.rule); h.rule == "" {
			p.Rule = j.Rules.OfAnswer(rule)
		}
		j.ask(i < 0, p)
	}
}

// sameProduct reports whether a User-Agent names a product of the contract in another version (RFC 9110 section 10.1.5).
func sameProduct(agent string, known []string) bool {
	product, _, versioned := strings.Cut(agent, "/")
	return versioned && slices.ContainsFunc(known, func(other string) bool {
		name, _, _ := strings.Cut(other, "/")
		return name == product
	})
}

// Where the judge of a delivery, which it takes for a response, has what the contract has in the callback.
const (
	asResponse = "/paths/~1/post/responses/200"
	asHeaders  = asResponse + "/headers/"
)

// pointer is a place of the contract, by that of the document which the judge has.
func (w *webhook) pointer(of string) string {
	if rest, found := strings.CutPrefix(of, asHeaders); found {
		name, below, _ := strings.Cut(rest, "/")
		for _, h := range w.headers {
			if judge.EscapePointer(h.name) == name {
				return strings.TrimSuffix(h.place+"/"+below, "/")
			}
		}
	}
	if rest, found := strings.CutPrefix(of, asResponse); found {
		return w.place + "/requestBody" + rest
	}
	return of
}

// time asks whether a delivery says when it was sent, and the same in both places.
func (j *judging) time(a *arrival) {
	header := j.value(a, partTimestamp)
	signature, ok := signed(j.value(a, partSignature))
	if ok && header != "" {
		j.ask(signature.time == header, check.Problem{
			Check: result.WebhookTime, Rule: j.rule("webhook-timestamp-agrees"), Variant: "differ", Place: j.name(partTimestamp),
			Message: fmt.Sprintf("expected the time that is signed, t=%s, got %s", wording.Short(signature.time), wording.Quote(header)),
		})
	}
	text, place := header, j.name(partTimestamp)
	if ok {
		text, place = signature.time, j.name(partSignature)
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return // the checks of the header and of the signature say so
	}
	// Clamped, so that no difference of times overflows.
	sent := time.Unix(min(max(seconds, -1<<33), 1<<33), 0)
	off := a.at.Sub(sent)
	away := fmt.Sprintf("%v away", off.Abs().Round(time.Second))
	if inMilliseconds := time.UnixMilli(seconds); a.at.Sub(inMilliseconds).Abs() <= j.tolerance {
		away = inMilliseconds.UTC().Format(time.RFC3339) + " in milliseconds: it must be seconds"
	}
	p := check.Problem{
		Check: result.WebhookTime, Rule: j.rule("webhook-timestamp"), Variant: "past", Place: place,
		Message: fmt.Sprintf(
			"expected the time of sending, some %d, got %s, which is %s; receivers reject what is more than %v away", a.at.Unix(), text, away, j.tolerance,
		),
	}
	if off < 0 {
		p.Variant = "future"
	}
	if (off+j.skew).Abs() <= j.tolerance && j.skew.Abs() > j.tolerance/2 {
		p.Sure = result.Uncertain // both of the server's clocks agree: it may be this one that is wrong
	}
	j.ask(off.Abs() <= j.tolerance, p)
}
