package mutate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// Mutant is a contract with one change.
type Mutant struct {
	// Kind groups mutants in tables: "type", "required", "status" …
	Kind string
	// Pointer is the part of the document that is changed, as a JSON Pointer.
	Pointer string
	// Change says in a few words what is done there: "string becomes integer".
	Change string

	source []byte
	edit   func(node object)
}

type object = map[string]any

// Name is unique among the mutants of a document.
func (m Mutant) Name() string { return m.Pointer + ": " + m.Change }

// Document is the changed contract. Examples and defaults that the change forbids are left out of it. A mutant whose
// document does not load is an error; whether it is a valid contract, judge.New says.
func (m Mutant) Document() (*openapi3.T, error) {
	changed, err := m.JSON()
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(changed)
	if err != nil {
		return nil, fmt.Errorf("mutate: %s: %w", m.Name(), err)
	}
	dropWrongExamples(doc)
	return doc, nil
}

// JSON is the changed contract as it is before it is loaded.
func (m Mutant) JSON() ([]byte, error) {
	var root object
	if err := json.Unmarshal(m.source, &root); err != nil {
		return nil, fmt.Errorf("mutate: %w", err)
	}
	node, ok := find(root, m.Pointer).(object)
	if !ok {
		return nil, fmt.Errorf("mutate: %s must be an object of the document", m.Pointer)
	}
	m.edit(node)
	changed, err := json.Marshal(root)
	if err != nil {
		return nil, fmt.Errorf("mutate: %w", err)
	}
	return changed, nil
}

// All are the mutants of a document in JSON, in a fixed order.
func All(document []byte) ([]Mutant, error) {
	var root object
	if err := json.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("mutate: the document must be JSON: %w", err)
	}
	w := walker{source: document, root: root}
	w.document()
	return w.mutants, nil
}

// Callbacks are the mutants of what a document says of the requests that a server sends: their headers and bodies, but for the schemas
// that they share with responses, which are among [All].
func Callbacks(document []byte) ([]Mutant, error) {
	var root object
	if err := json.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("mutate: the document must be JSON: %w", err)
	}
	w := walker{source: document, root: root}
	for _, path := range names(root["paths"]) {
		for _, method := range names(w.at(pointer("/paths").to(path))) {
			w.callbacks(pointer("/paths").to(path, method, "callbacks"))
		}
	}
	return w.mutants, nil
}

// walker collects mutants. It only reads the document; each mutant edits a copy of its own.
type walker struct {
	source  []byte
	root    object
	mutants []Mutant
}

func (w *walker) add(kind string, at pointer, change string, edit func(node object)) {
	w.mutants = append(w.mutants, Mutant{Kind: kind, Pointer: string(at), Change: change, source: w.source, edit: edit})
}

// pointer is a JSON Pointer on its way down the document.
type pointer string

func (p pointer) to(tokens ...string) pointer {
	at := jsontext.Pointer(p)
	for _, token := range tokens {
		at = at.AppendToken(token)
	}
	return pointer(at)
}

func (w *walker) at(p pointer) object {
	node, _ := find(w.root, string(p)).(object)
	return node
}

func find(node any, at string) any {
	for token := range jsontext.Pointer(at).Tokens() {
		switch parent := node.(type) {
		case object:
			node = parent[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(parent) {
				return nil
			}
			node = parent[i]
		default:
			return nil
		}
	}
	return node
}

// names are the members of an object, sorted.
func names(node any) []string {
	members, _ := node.(object)
	return slices.Sorted(maps.Keys(members))
}

// items are the elements of an array of strings.
func items(node any) (texts []string) {
	array, _ := node.([]any)
	for _, item := range array {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

func without(node any, index int) []any {
	array, _ := node.([]any)
	return slices.Delete(slices.Clone(array), index, index+1)
}

func rename(members object, from, to string) {
	members[to] = members[from]
	delete(members, from)
}

func drop(key string) func(object) { return func(node object) { delete(node, key) } }

func set(key string, value any) func(object) { return func(node object) { node[key] = value } }
