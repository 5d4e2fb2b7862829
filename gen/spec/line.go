package spec

import (
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// Line is the line of openapi.yaml, counted from 1, on which the part of the contract that a JSON Pointer names begins; where there is no such
// part, the line of the nearest part around it; 0 for the empty pointer. The file is read at the first call.
func Line(pointer string) int {
	node := contractYAML()
	line := 0
	for token := range jsontext.Pointer(pointer).Tokens() {
		child, at := step(node, token)
		if child == nil {
			break
		}
		node, line = child, at
	}
	return line
}

var contractYAML = sync.OnceValue(func() *yaml.Node {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil || len(document.Content) == 0 {
		return &yaml.Node{}
	}
	return document.Content[0]
})

// step goes from a node to the child that a token names, following aliases and local references, and says on which line the child's name stands.
func step(node *yaml.Node, token string) (child *yaml.Node, line int) {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			switch node.Content[i].Value {
			case token:
				return node.Content[i+1], node.Content[i].Line
			case "$ref":
				target, ok := strings.CutPrefix(node.Content[i+1].Value, "#")
				if !ok {
					return nil, 0
				}
				at := contractYAML()
				for t := range jsontext.Pointer(target).Tokens() {
					if at, _ = step(at, t); at == nil {
						return nil, 0
					}
				}
				return step(at, token)
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line
		}
	}
	return nil, 0
}
