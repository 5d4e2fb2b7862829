package check

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// secretCheck asks whether an answer shows an API key, or a part of it that is recognised: that of the run, and the one that
// was sent, which can be a good one that somebody mistyped.
var secretCheck = check{
	ids: []result.Check{result.KeySecret}, rules: []string{"key-secret"}, needs: anAnswer, exchange: (*Verdict).secret,
}

func (v *Verdict) secret() {
	if !v.makes(result.KeySecret) {
		return
	}
	keys := []exchange.Masker{v.Mask}
	if op := v.Operation(); op != nil {
		if credential := v.Contract.CredentialOf(op); credential != nil {
			if sent, found := credential.Read(v.Case.Request); found && sent != v.Mask.Key && !strings.Contains(v.Contract.Rules.Words, strings.ToLower(sent)) {
				keys = append(keys, exchange.NewMasker(sent, v.Contract.Rules))
			}
		}
	}
	sent := string(v.Case.Request.Body) // comes back in a customer
	for _, key := range keys {
		if place := v.shownAt(key, sent); place != "" {
			v.fail(Problem{
				Check: result.KeySecret, Rule: v.Contract.Rules.Of("key-secret"), Place: place, Variant: "shown",
				Message: place + ": expected no API key and no part of one, got an answer that shows it",
			})
			return
		}
	}
}

// shownAt is where the answer shows a key that was not sent there; empty where it does not.
func (v *Verdict) shownAt(key exchange.Masker, sent string) (place string) {
	if key.Shows(string(v.Answer.Body), sent) {
		return "body"
	}
	var all strings.Builder // headers in one, since hardly any shows a key
	for name, values := range v.Answer.Header {
		all.WriteString(name + "\n" + strings.Join(values, ", ") + "\n")
	}
	if !key.Shows(all.String(), sent) {
		return ""
	}
	for name, values := range v.Answer.Header {
		if key.Shows(name, sent) || key.Shows(strings.Join(values, ", "), sent) {
			place = max(place, "header "+name)
		}
	}
	return place
}
