package check

import (
	"cmp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// requestCheck notes what a request of somebody else breaks. The suite's own requests break the contract on purpose.
var requestCheck = check{ids: []result.Check{result.RequestContract}, needs: nothing, exchange: (*Verdict).requested}

func (v *Verdict) requested() {
	if v.Contract.Mode != exchange.Watching || !v.makes(result.RequestContract) {
		return
	}
	note := func(one judge.Violation, rule result.Rule) {
		v.fail(Problem{
			Check: result.RequestContract, Rule: rule, Sure: result.Observation, Place: "request " + one.Path, Message: "request " + one.String(),
			Variant: cmp.Or(one.Keyword, one.Expected),
		})
	}
	for _, one := range v.Class.Violations {
		note(one, v.Contract.CauseOf(one, v.Class.Value, v.Case.Request.Body))
	}
	if v.Class.Op != nil {
		for _, one := range v.Class.Op.UndocumentedInRequest(v.Class.Value) {
			if one.Check == result.UndocumentedProperty {
				note(one, v.Contract.Rules.Of("unlisted-properties"))
			}
		}
	}
	if !v.Class.Valid() && len(v.Class.Violations) == 0 {
		v.fail(Problem{
			Check: result.RequestContract, Rule: v.Class.Rule, Sure: result.Observation, Place: "request", Variant: v.Class.Name,
			Message: "expected a request that the contract allows, got one of the class " + v.Class.Name,
		})
	}
}
