package control

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// contractTree is the contract as values, to be gone through by JSON Pointers.
var contractTree = sync.OnceValue(func() (tree any) {
	_ = json.Unmarshal(contractJSON(), &tree) // it was encoded from values
	return tree
})

// ruleOf says where a keyword of the contract is from: the nearest x-rules at or around it that is about the same keyword. A keyword without
// one counts as documented.
func ruleOf(place string) (provenance gencontrol.ViolationProvenance, page string) {
	return ruleIn(contractTree(), place)
}

func ruleIn(node any, place string) (provenance gencontrol.ViolationProvenance, page string) {
	around, keyword := place[:strings.LastIndexByte(place, '/')], place[strings.LastIndexByte(place, '/')+1:]
	provenance = gencontrol.Documented
	look := func(node any) {
		object, _ := node.(map[string]any)
		rules, _ := object["x-rules"].([]any)
		for _, rule := range rules {
			if rule, _ := rule.(map[string]any); rule["keyword"] == keyword {
				text, _ := rule["provenance"].(string)
				provenance = gencontrol.ViolationProvenance(text)
				page, _ = rule["page"].(string)
				return
			}
		}
	}
	look(node)
	for token := range jsontext.Pointer(around).Tokens() {
		switch parent := node.(type) {
		case map[string]any:
			node = parent[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(parent) {
				return provenance, page
			}
			node = parent[i]
		default:
			return provenance, page
		}
		look(node)
	}
	return provenance, page
}

var contractLines = sync.OnceValue(func() []string { return strings.Split(string(spec.YAML()), "\n") })

// sourceOf is a line of the contract, counted from 1; empty where there is none.
func sourceOf(line int) string {
	lines := contractLines()
	if line < 1 || line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[line-1])
}
