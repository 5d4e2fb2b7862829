package check

import (
	"fmt"
	"reflect"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// readCheck asks whether what was created is what is read, where a link of the contract says which answer has it and both
// answers have one schema.
var readCheck = check{
	ids: []result.Check{result.Echo}, rules: []string{"stored-as-sent"}, needs: success, exchange: (*Verdict).read,
}

func (v *Verdict) read() {
	if !v.Carried() {
		return
	}
	linked := v.Contract.Linked(v.Class.Op)
	if linked == nil || exchange.SuccessSchema(linked.From().Spec) != exchange.SuccessSchema(v.Class.Op.Spec) || !v.makes(result.Echo) {
		return
	}
	created, isObject := linked.Answer.(map[string]any)
	read, alsoObject := exchange.ValueAt(v.Value, linked.Around).(map[string]any)
	if !isObject || !alsoObject {
		return // response_schema says so
	}
	all := map[string]bool{}
	for name := range created {
		all[name] = true
	}
	for name := range read {
		all[name] = true
	}
	for _, name := range exchange.SortedNames(all) {
		if !reflect.DeepEqual(created[name], read[name]) {
			v.fail(Problem{
				Check: result.Echo, Rule: v.Contract.Rules.Of("stored-as-sent"), Place: linked.Place(name), Variant: "read",
				Message: fmt.Sprintf(
					"%s: expected what %s answered, %s, got %s", linked.Place(name), linked.From().ID, short(created[name]), short(read[name]),
				),
			})
		}
	}
}
