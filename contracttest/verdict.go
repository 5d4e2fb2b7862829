package contracttest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// mostBody is how many bytes of an answer's body are looked at for an excerpt, and shown.
const mostBody = 4 << 10

// problem is what one check found in one exchange.
type problem struct {
	check   result.Check
	rule    result.Rule
	sure    result.Certainty
	place   string
	message string
	// variant tells problems of one check apart that are at the same place; it must not depend on what a server makes up.
	variant string
}

// verdict collects what the checks make of one exchange.
type verdict struct {
	*exchange.Exchange
	wants    func(result.Check) bool // whether a check is switched on
	made     []result.Check
	problems []problem
	// unexpected is set where the status is not the one for the cause.
	unexpected bool
	// violations are what the judge found in the answer.
	violations judge.Violations
	// shown are the times of a new customer.
	shown []time.Time
	// sightings are the properties that were sent, and whether they came back.
	sightings []placed
}

// judged makes every check that is wanted and looks at one exchange alone.
func judged(x *exchange.Exchange, wants func(result.Check) bool) *verdict {
	v := &verdict{Exchange: x, wants: wants}
	for _, c := range checks {
		if c.exchange != nil && c.needs <= v.came() {
			c.exchange(v)
		}
	}
	return v
}

// came says what there is to look at.
func (v *verdict) came() need {
	switch {
	case v.Answer == nil || v.CutShort:
		return nothing
	case v.failed():
		return anAnswer
	}
	return success
}

// makes notes that a check is made, and reports whether it is switched on.
func (v *verdict) makes(id result.Check) bool {
	if !v.wants(id) {
		return false
	}
	if !slices.Contains(v.made, id) {
		v.made = append(v.made, id)
	}
	return true
}

// fail notes a problem of a check that is switched on.
func (v *verdict) fail(p problem) {
	if v.makes(p.check) {
		p.place, p.message = wording.Cut(pattern(p.place), mostBody), wording.Cut(p.message, mostBody)
		v.problems = append(v.problems, p)
	}
}

// broken notes a violation of the contract, of a rule of its own or of another.
func (v *verdict) broken(one judge.Violation, rule result.Rule) {
	v.fail(problem{check: one.Check, rule: rule, place: one.Path, message: one.String(), variant: cmp.Or(one.Keyword, one.Expected)})
}

var index = regexp.MustCompile(`\[\d+\]`)

// pattern is a place with its indexes left out.
func pattern(place string) string {
	if !strings.Contains(place, "[") {
		return place
	}
	return index.ReplaceAllString(place, "[]")
}

// fingerprint is the same for the same difference, whatever the run, the seed and the case. x is the exchange that shows
// the problem; nil where only the whole run does.
func (p problem) fingerprint(x *exchange.Exchange) string {
	operation := ""
	if x != nil && x.Class.Op != nil {
		operation = x.Class.Op.ID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(p.check), operation, p.place, p.variant}, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// shows finds a problem of a verdict that is the same as another.
func (v *verdict) shows(p problem) (problem, bool) {
	id := p.fingerprint(v.Exchange)
	for _, own := range v.problems {
		if own.fingerprint(v.Exchange) == id {
			return own, true
		}
	}
	for _, one := range v.sightings {
		if p.check == result.Echo && (p.variant == lostVariant || p.variant == leftOutVariant) && one.place == p.place && !one.back {
			return p, true
		}
	}
	return p, false
}
