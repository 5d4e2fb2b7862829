package mockserver_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestRulesNameTheirProvenanceAndPlace(t *testing.T) {
	t.Parallel()
	lines := strings.Split(string(spec.YAML()), "\n")
	rules := mockserver.Rules()
	require.Len(t, rules, bytes.Count(spec.YAML(), []byte("- rule: ")), "every rule of openapi.yaml")
	provenances, seen := map[string]int{}, map[string]bool{}
	for _, rule := range rules {
		provenances[rule.Provenance]++
		assert.NotEmpty(t, rule.Page, rule.Text)
		assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, rule.ID, rule.Text)
		assert.False(t, seen[rule.ID], "the id %s comes twice", rule.ID)
		seen[rule.ID] = true
		assert.Contains(t, lines[rule.Line-1], "- rule: ", "line %d", rule.Line)
	}
	assert.Equal(t, len(rules), provenances[mockserver.Documented]+provenances[mockserver.Assumed], "%v", provenances)
	assert.Positive(t, provenances[mockserver.Documented])
	assert.Positive(t, provenances[mockserver.Assumed])
}
