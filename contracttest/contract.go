package contracttest

import "github.com/bitbybit-go/bitbybit-go/contracttest/judge"

// contract says what a document asks of the exchanges with one server.
type contract struct {
	judge *judge.Judge
	base  string // the path of the API
	key   string // the API key of the run
	mode  mode
	rules *ruleBook
	mask  masker
}

// newContract reads a document for a server whose API is at base, and that knows key.
func newContract(j *judge.Judge, base, key string, mode mode) *contract {
	rules := rulesOf(j)
	return &contract{judge: j, base: base, key: key, mode: mode, rules: rules, mask: newMasker(key, rules)}
}
