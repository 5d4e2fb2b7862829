package contracttest

import (
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// rootCauses are problems of a run that explain others, which would repeat them.
type rootCauses struct {
	// keyless is set where the server needs no key.
	keyless bool
	// refusals are the ways, by status and code, in which valid requests are refused that any server must carry out.
	refusals []string
}

func (r *run) rootCauses() (found rootCauses) {
	for _, v := range r.done {
		for _, p := range v.Problems {
			switch {
			case p.Check == result.MissingKey:
				found.keyless = true
			case p.Check == result.PositiveAccepted && p.Rule.Provenance == result.Documented && !slices.Contains(found.refusals, p.Variant):
				found.refusals = append(found.refusals, p.Variant)
			}
		}
	}
	return found
}

// explain reports whether a problem only repeats another: where no key is needed, it does not matter where the key is,
// nor what else is wrong; and a server that refuses an ordinary request does not take a liberty where it refuses an
// unusual one in the same way.
func (r rootCauses) explain(v *check.Verdict, p check.Problem) bool {
	switch {
	case p.Check == result.PositiveAccepted && p.Rule.Provenance == result.Assumed:
		return slices.Contains(r.refusals, p.Variant)
	case v.Class.Check == result.MissingKey, v.Class.Check == result.KeyInWrongPlace:
		return r.keyless && slices.Contains([]result.Check{result.KeyInWrongPlace, result.ExpectedStatus, result.ErrorCodeForCause}, p.Check)
	}
	return false
}
