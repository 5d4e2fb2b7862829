package check

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// undocumentedCheck notes the properties of an answer that the contract does not list. One that it lists for the request at
// the same place is input only: it should not be answered (OpenAPI 3.0.3 says so of writeOnly).
var undocumentedCheck = check{
	ids:   []result.Check{result.UndocumentedProperty, result.PropertyDirection},
	needs: anAnswer, exchange: (*Verdict).undocumented,
}

func (v *Verdict) undocumented() {
	if v.Class.Op == nil || v.Value == nil || !v.makes(result.UndocumentedProperty) {
		return
	}
	echo := v.Contract.Echo(v.Class.Op)
	for _, one := range v.Class.Op.UndocumentedInResponse(v.Answer.Status, v.Value) {
		p := Problem{
			Check: one.Check, Rule: v.Contract.Rules.OfAnswer(one), Sure: result.Observation, Place: one.Path, Message: one.String(),
			Variant: one.Keyword,
		}
		if v.Created() && exchange.SchemaAt(echo.Request, wayOf(strings.TrimPrefix(one.Path, echo.Name+"."))) != nil {
			p.Check, p.Sure, p.Variant = result.PropertyDirection, result.Uncertain, "input only"
			p.Message = one.Path + ": is a property of requests alone, and should not be answered"
		}
		v.fail(p)
	}
}

// wayOf reads a path as messages have it, e.g. addresses[0].city; every index is the first.
func wayOf(path string) (way jsontree.Way) {
	for name := range strings.SplitSeq(path, ".") {
		name, _, isList := strings.Cut(name, "[")
		if way = append(way, name); isList {
			way = append(way, 0)
		}
	}
	return way
}
