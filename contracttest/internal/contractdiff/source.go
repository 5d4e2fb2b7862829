package contractdiff

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of what a document may expand to.
const (
	mostNodes = 20_000
	mostDepth = 200
	longText  = 100 // bytes of a text that count as one more value
)

// parse reads YAML, of which JSON is a part.
func parse(data []byte) (*yaml.Node, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New("expected YAML or JSON, got nothing")
	}
	return document.Content[0], nil
}

// member is the value of a member of a mapping; nil where there is none.
func member(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// place is a value in the document as it was written, and where.
type place struct {
	raw     *yaml.Node
	pointer string // with the file and "#" before it, where that is another than the document
	line    int
	under   int    // the line of what it is in
	file    string // empty for the document itself
}

func (p place) node() *node {
	return &node{pointer: p.pointer, line: p.line, under: p.under}
}

// or is p, or around where the document does not have p.
func (p place) or(around place) place {
	if p.raw == nil {
		return around
	}
	return p
}

// source is a document as it was written.
type source struct {
	name   string
	root   *yaml.Node
	files  map[string]*yaml.Node // that references may lead to, by what references call them
	offset int                   // what has to be added to the lines of root
	nodes  int                   // how many were visited, references expanded
	read   map[*yaml.Node]map[string]place
}

func (s *source) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", s.name, line, fmt.Errorf(format, args...))
}

// members are the members of a mapping; an error where p is none.
func (s *source) members(p place) (map[string]place, error) {
	if p.raw.Kind != yaml.MappingNode {
		return nil, s.errorf(p.line, "%s: expected a mapping, got %s", orRoot(p.pointer), kind(p.raw))
	}
	if all, done := s.read[p.raw]; done {
		return all, nil
	}
	all := make(map[string]place, len(p.raw.Content)/2)
	for i := 0; i+1 < len(p.raw.Content); i += 2 {
		key, value := p.raw.Content[i], p.raw.Content[i+1]
		line := key.Line + s.offset
		switch _, twice := all[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			return nil, s.errorf(line, "%s: expected names that are strings", orRoot(p.pointer))
		case key.Tag == "!!merge":
			return nil, s.errorf(line, "merge keys of YAML are not read: write the members out, or use $ref")
		case twice:
			return nil, s.errorf(line, "%s: the member %s is there twice", orRoot(p.pointer), shown(key.Value))
		}
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		all[key.Value] = place{value, p.pointer + "/" + escaped(key.Value), line, p.line, p.file}
	}
	s.read[p.raw] = all
	return all, nil
}

// items are the items of a list; an error where p is none.
func (s *source) items(p place) ([]place, error) {
	if p.raw.Kind != yaml.SequenceNode {
		return nil, s.errorf(p.line, "%s: expected a list, got %s", orRoot(p.pointer), kind(p.raw))
	}
	all := make([]place, 0, len(p.raw.Content))
	for i, item := range p.raw.Content {
		line := item.Line + s.offset
		if item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		all = append(all, place{item, p.pointer + "/" + strconv.Itoa(i), line, p.line, p.file})
	}
	return all, nil
}

// visit counts a node, and fails where the document is too large or too deep.
func (s *source) visit(p place, depth int) error {
	s.nodes++
	if s.nodes > mostNodes {
		return s.errorf(p.line, "the document expands to more than %d values, the most that are compared", mostNodes)
	}
	if depth > mostDepth {
		return s.errorf(p.line, "the document is nested more than %d deep, the most that is compared", mostDepth)
	}
	return nil
}

// absolute is a reference with the file that it is into; one within the document has none.
func absolute(reference string, at place) string {
	if strings.HasPrefix(reference, "#") {
		return at.file + reference
	}
	return reference
}

// target is what an absolute reference names.
func (s *source) target(reference string, at place) (place, error) {
	file, pointer, local := strings.Cut(reference, "#")
	p := place{raw: s.root}
	if file != "" {
		p = place{raw: s.files[file], pointer: file + "#", file: file}
	}
	if !local || p.raw == nil {
		return place{}, s.errorf(at.line, "$ref to %s is not followed: expected one within the document, that begins with #/", shown(reference))
	}
	tokens := strings.Split(pointer, "/")
	if tokens[0] != "" || len(tokens) > mostDepth {
		return place{}, s.errorf(at.line, "$ref to %s: expected a JSON Pointer after #", shown(reference))
	}
	for _, token := range tokens[1:] {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		var next place
		switch p.raw.Kind {
		case yaml.MappingNode:
			all, err := s.members(p)
			if err != nil {
				return place{}, err
			}
			next = all[token]
		case yaml.SequenceNode:
			all, err := s.items(p)
			if err != nil {
				return place{}, err
			}
			if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(all) {
				next = all[i]
			}
		}
		if next.raw == nil {
			return place{}, s.errorf(at.line, "$ref to %s: the document has no such place", shown(reference))
		}
		p = next
	}
	return p, nil
}

// value copies a value as it is: defaults, the values of an enum.
func (s *source) value(p place, depth int) (*node, error) {
	if err := s.visit(p, depth); err != nil {
		return nil, err
	}
	n := p.node()
	switch p.raw.Kind {
	case yaml.MappingNode:
		all, err := s.members(p)
		if err != nil {
			return nil, err
		}
		n.members = map[string]*node{}
		for name, child := range all {
			if n.members[name], err = s.value(child, depth+1); err != nil {
				return nil, err
			}
		}
	case yaml.SequenceNode:
		all, err := s.items(p)
		if err != nil {
			return nil, err
		}
		n.list = true
		for _, child := range all {
			item, err := s.value(child, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	default:
		s.nodes += len(p.raw.Value) / longText // aliases repeat a text for a few bytes each
		n.scalar = scalar(p.raw)
	}
	return n, nil
}

// scalar is the value of a scalar as JSON. Numbers are written one way, so that 1, 1.0 and 1e0 are equal.
func scalar(raw *yaml.Node) string {
	switch raw.ShortTag() {
	case "!!null":
		return "null"
	case "!!bool", "!!int", "!!float":
		var v any
		if err := raw.Decode(&v); err == nil {
			switch v := v.(type) {
			case bool:
				return strconv.FormatBool(v)
			case int:
				return strconv.Itoa(v)
			case float64:
				if v == float64(int64(v)) {
					return strconv.FormatInt(int64(v), 10)
				}
				if s := strconv.FormatFloat(v, 'g', -1, 64); !strings.ContainsAny(s, "IN") {
					return s
				}
			}
		}
	}
	return quoted(raw.Value)
}

func kind(raw *yaml.Node) string {
	switch raw.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return shown(raw.Value)
	default:
		return "an alias"
	}
}

func escaped(token string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(token) }

func orRoot(pointer string) string {
	if pointer == "" {
		return "the document"
	}
	return shown(pointer)
}
