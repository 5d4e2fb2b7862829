package check

import (
	"crypto/sha256"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// check is something that is asked of a server's answers. Either exchange or run is set.
type check struct {
	// ids are what it finds, as result.Checks explains them.
	ids []result.Check
	// rules are the rules of x-rules that it names itself, beside those that the class of a request or the place in the
	// contract gives.
	rules []string
	// needs is what there must be to look at.
	needs need
	// exchange looks at one exchange, and notes what it finds there.
	exchange func(*Verdict)
	// run begins to look at a run as a whole.
	run func() watcher
}

// watcher looks at the exchanges of a run, one after another in the order in which their answers came.
type watcher interface {
	// enter takes one more exchange, with the API key that was sent, and says what it shows together with those before it.
	enter(v *Verdict, key string) []Problem
	// end says what all of them show, each with the exchange that shows it. More may be entered afterwards.
	end() []Shown
}

// Shown is a problem with the exchange that shows it.
type Shown struct {
	By *Verdict
	Problem
}

// need says what there must be of an answer for a check to look at.
type need int

const (
	nothing  need = iota // not even an answer
	anAnswer             // an answer, be it a 5xx that was not asked for
	success              // an answer of a server that did not fail: how others look is of no account
)

// checks are all checks, in the order in which they look at an exchange. codeCheck uses what reactionCheck finds of the
// status.
var checks = []check{
	arrivalCheck, reactionCheck, contractCheck, rateLimitCheck, codeCheck, messageCheck, echoCheck, readCheck, timesCheck, internalsCheck,
	secretCheck, undocumentedCheck, requestCheck,
	idCheck, quotaCheck, clockCheck, lostCheck,
}

// Ledger looks at a run as a whole, with every check that does so. It is not safe for concurrent use.
type Ledger []watcher

// NewLedger is a Ledger that saw nothing yet.
func NewLedger() (l Ledger) {
	for _, c := range checks {
		if c.run != nil {
			l = append(l, c.run())
		}
	}
	return l
}

// Enter takes one more exchange, in the order in which the answers came, with the API key that was sent. It returns what
// the exchange shows together with those before it.
func (l Ledger) Enter(v *Verdict, key string) (problems []Problem) {
	for _, w := range l {
		problems = append(problems, w.enter(v, key)...)
	}
	return problems
}

// End returns what all exchanges so far show. More may be entered afterwards.
func (l Ledger) End() (problems []Shown) {
	for _, w := range l {
		problems = append(problems, w.end()...)
	}
	return problems
}

// How many ids and API keys a ledger remembers: both can be made up by those whose traffic is judged.
const (
	mostIDs  = 1 << 17
	mostKeys = 1 << 10
)

// digest stands for a text of any length, in a map.
type digest [16]byte

func digestOf(text string) digest {
	sum := sha256.Sum256([]byte(text))
	return digest(sum[:16])
}
