package contracttest

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// secretCheck asks whether an answer shows an API key, or a part of it that is recognised: that of the run, and the one that
// was sent, which can be a good one that somebody mistyped.
var secretCheck = check{
	ids: []result.Check{result.KeySecret}, rules: []string{"key-secret"}, needs: anAnswer, exchange: (*verdict).secret,
}

func (v *verdict) secret() {
	if !v.makes(result.KeySecret) {
		return
	}
	keys := []masker{v.mask}
	if op := v.operation(); op != nil {
		if credential := credentialOf(v.contract.judge.Document(), op.Spec); credential != nil {
			if sent, found := credential.read(v.c.request); found && sent != v.mask.key && !strings.Contains(v.contract.rules.words, strings.ToLower(sent)) {
				keys = append(keys, newMasker(sent, v.contract.rules))
			}
		}
	}
	sent := string(v.c.request.body) // comes back in a customer
	for _, key := range keys {
		place := ""
		for _, name := range sortedNames(v.answer.header) {
			if key.shows(name+": "+strings.Join(v.answer.header[name], ", "), sent) {
				place = "header " + name
			}
		}
		if key.shows(string(v.answer.body), sent) {
			place = "body"
		}
		if place != "" {
			v.fail(problem{
				check: result.KeySecret, rule: v.contract.rules.of("key-secret"), place: place, variant: "shown",
				message: place + ": expected no API key and no part of one, got an answer that shows it",
			})
			return
		}
	}
}
