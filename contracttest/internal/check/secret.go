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
	var all strings.Builder             // of the answer, since hardly any shows a key
	for name, values := range v.Answer.Header {
		all.WriteString(name + "\n" + strings.Join(values, ", ") + "\n")
	}
	all.Write(v.Answer.Body)
	for _, key := range keys {
		if !key.Shows(all.String(), sent) {
			continue
		}
		place := ""
		for name, values := range v.Answer.Header {
			shows := key.Shows(name, sent) || key.Shows(strings.Join(values, ", "), sent)
			if header := "header " + name; shows && header > place {
				place = header
			}
		}
		if key.Shows(string(v.Answer.Body), sent) {
			place = "body"
		}
		if place != "" {
			v.fail(Problem{
				Check: result.KeySecret, Rule: v.Contract.Rules.Of("key-secret"), Place: place, Variant: "shown",
				Message: place + ": expected no API key and no part of one, got an answer that shows it",
			})
			return
		}
	}
}
