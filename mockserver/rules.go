package mockserver

import (
	"slices"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// Rule is one rule of the contract, and where it is from: the vendor's documentation or our reading of it.
type Rule struct {
	// ID names the rule, as the findings of the contract tests do.
	ID string `yaml:"id"`
	// Text is the rule in a sentence.
	Text string `yaml:"rule"`
	// Provenance is [Documented] or [Assumed].
	Provenance string `yaml:"provenance"`
	// Page is the page of the vendor's documentation that the rule rests on.
	Page string `yaml:"page"`
	// Keyword is the word of the contract that says the rule to machines; empty where only the text does.
	Keyword string `yaml:"keyword"`
	// Line is where the rule stands in openapi.yaml, counted from 1.
	Line int `yaml:"-"`
}

// Where a rule is from.
const (
	Documented = "documented" // the vendor's pages say so
	Assumed    = "assumed"    // our reading, where they are silent
)

// Rules lists the rules of openapi.yaml (x-rules) in the order of the document.
func Rules() []Rule { return slices.Clone(contractRules()) }

var contractRules = sync.OnceValue(func() []Rule {
	var document yaml.Node
	if err := yaml.Unmarshal(spec.YAML(), &document); err != nil {
		panic("mockserver: the embedded openapi.yaml does not load, run make generate: " + err.Error())
	}
	return rulesIn(nil, &document)
})

// rulesIn does not follow aliases: what they stand for has its own place in the document.
func rulesIn(rules []Rule, node *yaml.Node) []Rule {
	if node.Kind != yaml.MappingNode {
		for _, child := range node.Content {
			rules = rulesIn(rules, child)
		}
		return rules
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i].Value, node.Content[i+1]
		if name != "x-rules" {
			rules = rulesIn(rules, value)
			continue
		}
		for _, item := range value.Content {
			var rule Rule
			if err := item.Decode(&rule); err != nil {
				panic("mockserver: an x-rules of openapi.yaml is not a list of rules: " + err.Error())
			}
			rule.Line = item.Line
			rules = append(rules, rule)
		}
	}
	return rules
}
