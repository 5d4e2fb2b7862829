package mockserver

import (
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// maskName masks the name of a member unless the contract has it: where a program mixes up names and values, a name can
// be an email address.
func maskName(name string) string {
	if contractNames()[name] {
		return name
	}
	return maskText(name)
}

// contractNames are the names of members in the contract, wherever they are.
var contractNames = sync.OnceValue(func() map[string]bool {
	names := nameSet{}
	for _, operation := range judge.Contract().Operations() {
		if body := operation.Spec.RequestBody; body != nil {
			names.addContent(body.Value.Content)
		}
		for _, response := range operation.Spec.Responses.Map() {
			names.addContent(response.Value.Content)
		}
	}
	return names
})

type nameSet map[string]bool

func (names nameSet) addContent(content openapi3.Content) {
	for _, media := range content {
		names.addSchema(media.Schema)
	}
}

// addSchema adds the names in a schema. The contract's schemas do not hold themselves.
func (names nameSet) addSchema(ref *openapi3.SchemaRef) {
	if ref == nil {
		return
	}
	schema := ref.Value
	for name, property := range schema.Properties {
		names[name] = true
		names.addSchema(property)
	}
	names.addSchema(schema.Items)
	for _, of := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range of {
			names.addSchema(part)
		}
	}
}

// memberNames masks the names of one object's members. Names that differ still do when they are masked: what is valid
// JSON stays it.
type memberNames struct {
	masked   map[string]string
	taken    map[string]bool // masked names
	suffixes map[string]int  // how many were tried of a masked name
}

func (m *memberNames) mask(name string) string {
	if contractNames()[name] {
		return name
	}
	if masked, ok := m.masked[name]; ok {
		return masked
	}
	if m.masked == nil {
		m.masked, m.taken, m.suffixes = map[string]string{}, map[string]bool{}, map[string]int{}
	}
	plain := maskText(name)
	masked := plain
	for m.taken[masked] {
		m.suffixes[plain]++
		masked = plain + suffix(m.suffixes[plain])
	}
	m.masked[name], m.taken[masked] = masked, true
	return masked
}

// suffix tells names apart whose masked forms are the same: "-", "_", "--", "_-" … It is made of what masking leaves
// as it is.
func suffix(n int) string {
	var text []byte
	for ; n > 0; n = (n - 1) / 2 {
		text = append(text, "-_"[(n-1)%2])
	}
	return string(text)
}
