package check

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// MostBody is how many bytes of an answer's body are looked at for an excerpt, and shown.
const MostBody = 4 << 10

// Problem is what one check found in one exchange, or in a run.
type Problem struct {
	Check result.Check
	Rule  result.Rule // that is broken
	Sure  result.Certainty
	// Place is where it shows, as result.Variant has it, without indexes.
	Place string
	// Message says what was expected and what came.
	Message string
	// Variant tells problems of one check apart that are at the same place; it must not depend on what a server makes up.
	Variant string
	// Delivery is the webhook that shows it; nil where it is no webhook's.
	Delivery *result.Delivery
}

// Verdict is what the checks make of one exchange. It is not safe for concurrent use.
type Verdict struct {
	*exchange.Exchange
	wants func(result.Check) bool // whether a check is switched on
	// Made are the checks that had something to look at, Problems what they found.
	Made     []result.Check
	Problems []Problem
	// unexpected is set where the status is not the one for the cause.
	unexpected bool
	// Violations are what the judge found in the answer.
	Violations judge.Violations
	// shown are the times of a new customer.
	shown []time.Time
	// Sightings are the properties that were sent, and whether they came back; of the traffic of others those that did not, and Back has the
	// places of those that did.
	Sightings []Placed
	Back      []string
}

// Judge makes every check that looks at one exchange alone. wants reports whether a check is switched on.
func Judge(x *exchange.Exchange, wants func(result.Check) bool) *Verdict {
	v := &Verdict{Exchange: x, wants: wants, Made: make([]result.Check, 0, usualChecks)}
	for _, c := range checks {
		if c.exchange != nil && c.needs <= v.came() {
			c.exchange(v)
		}
	}
	return v
}

// usualChecks is how many checks look at most exchanges.
const usualChecks = 20

// came says what there is to look at.
func (v *Verdict) came() need {
	switch {
	case v.Answer == nil || v.CutShort:
		return nothing
	case v.failed():
		return anAnswer
	}
	return success
}

// makes notes that a check is made, and reports whether it is switched on.
func (v *Verdict) makes(id result.Check) bool {
	if !v.wants(id) {
		return false
	}
	if !slices.Contains(v.Made, id) {
		v.Made = append(v.Made, id)
	}
	return true
}

// fail notes a problem of a check that is switched on.
func (v *Verdict) fail(p Problem) {
	if v.makes(p.Check) {
		p.Place, p.Message = wording.Cut(Pattern(p.Place), MostBody), wording.Cut(p.Message, MostBody)
		v.Problems = append(v.Problems, p)
	}
}

// broken notes a violation of the contract, of a rule of its own or of another.
func (v *Verdict) broken(one judge.Violation, rule result.Rule) {
	v.fail(Problem{Check: one.Check, Rule: rule, Place: one.Path, Message: one.String(), Variant: cmp.Or(one.Keyword, one.Expected)})
}

// Pattern is a place with its indexes left out.
func Pattern(place string) string {
	if !strings.Contains(place, "[") {
		return place
	}
	pattern := make([]byte, 0, len(place))
	for i := 0; i < len(place); i++ {
		pattern = append(pattern, place[i])
		if place[i] != '[' {
			continue
		}
		end := i + 1
		for end < len(place) && place[end] >= '0' && place[end] <= '9' {
			end++
		}
		if end < len(place) && place[end] == ']' {
			i = end - 1
		}
	}
	return string(pattern)
}

// Fingerprint is the same for the same difference, whatever the run, the seed and the case. x is the exchange that shows
// the problem; nil where only the whole run does.
func (p Problem) Fingerprint(x *exchange.Exchange) string {
	operation := ""
	if x != nil && x.Class.Op != nil {
		operation = x.Class.Op.ID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.Check), operation, p.Place, p.Variant}, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// Shows finds a problem of the verdict that is the same as another.
func (v *Verdict) Shows(p Problem) (Problem, bool) {
	id := p.Fingerprint(v.Exchange)
	for _, own := range v.Problems {
		if own.Fingerprint(v.Exchange) == id {
			return own, true
		}
	}
	for _, one := range v.Sightings {
		if p.Check == result.Echo && (p.Variant == LostVariant || p.Variant == LeftOutVariant) && one.Place == p.Place && !one.Back {
			return p, true
		}
	}
	return p, false
}
