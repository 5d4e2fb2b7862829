package check

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

func TestEveryCheckIsListedAndNamesItsRules(t *testing.T) {
	t.Parallel()
	made := map[result.Check]bool{result.DocumentedNeverSeen: true, result.AlwaysPresentOptional: true} // package coverage
	rules := exchange.Rules(judge.Contract())
	for _, c := range checks {
		assert.NotEqual(t, c.exchange == nil, c.run == nil, "%v looks at an exchange or at a run", c.ids)
		for _, id := range c.ids {
			made[id] = true
		}
		for _, id := range c.rules {
			assert.NotEmpty(t, rules.Of(id).Text, "%v: x-rules of openapi.yaml have no rule %s", c.ids, id)
		}
	}
	for _, info := range result.Checks() {
		if info.Webhook {
			continue // package delivery
		}
		assert.NotEmpty(t, info.Doc, info.ID)
		assert.True(t, made[info.ID], "no check finds %s", info.ID)
		delete(made, info.ID)
	}
	assert.Empty(t, made, "result.Checks lists every id that a check finds")
}
