package exchange

import (
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Contract says what a document asks of the exchanges with one server.
type Contract struct {
	Judge *judge.Judge
	Base  string // the path of the API
	Key   string // the API key of the run
	Mode  mode
	Rules *RuleBook
	Mask  Masker
	// linked has what is known of path parameters, by operationId. It is written before requests are under way at once.
	linked map[string]*Linked
	// What is worked out once: of *Shape by schema, of *Echo, *Credential and triggers by operation.
	shapes, echoes, credentials, triggers sync.Map
}

// NewContract reads a document for a server whose API is at base, and that knows key.
func NewContract(j *judge.Judge, base, key string, mode mode) *Contract {
	rules := Rules(j)
	return &Contract{Judge: j, Base: base, Key: key, Mode: mode, Rules: rules, Mask: NewMasker(key, rules)}
}
