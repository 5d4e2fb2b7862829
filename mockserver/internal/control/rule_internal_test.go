package control

import (
	"testing"

	"github.com/stretchr/testify/assert"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

func TestTheRuleOfAPlaceInTheContract(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]struct {
		provenance gencontrol.ViolationProvenance
		page       string
	}{
		"/components/schemas/AddressInput/required":                    {gencontrol.Assumed, "Create Customer"},
		"/components/schemas/AddressInput/properties/city/nullable":    {gencontrol.Assumed, "Create Customer"}, // of the address around it
		"/components/schemas/AddressInput/properties/city/type":        {gencontrol.Documented, ""},
		"/components/schemas/NewCustomer/anyOf":                        {gencontrol.Documented, "Create Customer"},
		"/components/schemas/NewCustomer/anyOf/1/properties/x/pattern": {gencontrol.Documented, ""},
		"/components/schemas/NewCustomer/allOf/0/anyOf":                {gencontrol.Documented, "Create Customer"},
		"/components/schemas/NewCustomer/anyOf/99/anyOf":               {gencontrol.Documented, "Create Customer"},
		"/components/schemas/NewCustomer/anyOf/x/anyOf":                {gencontrol.Documented, "Create Customer"},
		"/paths/~1customers/post/requestBody/required":                 {gencontrol.Documented, "Create Customer"},
		"/nowhere/at/all":  {gencontrol.Documented, ""},
		"/required":        {gencontrol.Documented, ""},
		"/info/title/type": {gencontrol.Documented, ""},
	} {
		provenance, page := ruleOf(place)
		assert.Equal(t, want.provenance, provenance, place)
		assert.Equal(t, want.page, page, place)
	}
}

func TestTheRuleOfAPlaceInAList(t *testing.T) {
	t.Parallel()
	rule := func(provenance string) map[string]any {
		return map[string]any{"keyword": "type", "provenance": provenance}
	}
	tree := map[string]any{"allOf": []any{"text", map[string]any{"x-rules": []any{"text", rule("assumed")}}}, "x-rules": []any{rule("documented")}}
	for place, want := range map[string]gencontrol.ViolationProvenance{
		"/allOf/1/type": gencontrol.Assumed, "/allOf/1/x/type": gencontrol.Assumed, "/allOf/0/type": gencontrol.Documented,
		"/allOf/2/type": gencontrol.Documented, "/allOf/-1/type": gencontrol.Documented, "/allOf/x/type": gencontrol.Documented,
	} {
		provenance, _ := ruleIn(tree, place)
		assert.Equal(t, want, provenance, place)
	}
}

func TestALineOfTheContract(t *testing.T) {
	t.Parallel()
	for line, want := range map[int]string{-1: "", 0: "", 1: contractLines()[0], 1 << 30: ""} {
		assert.Equal(t, want, sourceOf(line), line)
	}
}
