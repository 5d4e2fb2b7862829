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
	if node == nil {
		return nil, 0
	}
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
				return step(target(node.Content[i+1].Value), token)
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(node.Content) {
			return node.Content[i], node.Content[i].Line
		}
	}
	return nil, 0
}

// target is the node that a reference points to; nil where that is not in the document.
func target(reference string) *yaml.Node {
	pointer, local := strings.CutPrefix(reference, "#")
	if !local {
		return nil
	}
	node := contractYAML()
	for token := range jsontext.Pointer(pointer).Tokens() {
		node, _ = step(node, token)
	}
	return node
}
