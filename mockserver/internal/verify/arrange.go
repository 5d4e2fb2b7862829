package verify

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
)

// schema is a schema of the contract, and where it stands.
type schema struct {
	at  jsontext.Pointer
	ref *openapi3.SchemaRef
}

// payload is the schema of what webhooks carry.
var payload = sync.OnceValue(func() schema {
	path := spec.Document().Paths.Value(gen.PathCreateCustomer)
	for name, callback := range path.Post.Callbacks {
		for url, target := range callback.Value.Map() {
			for mediaType, media := range target.Post.RequestBody.Value.Content {
				at := jsontext.Pointer("")
				for _, token := range []string{"paths", gen.PathCreateCustomer, "post", "callbacks", name, url, "post", "requestBody", "content", mediaType, "schema"} {
					at = at.AppendToken(token)
				}
				return schema{at, media.Schema}
			}
		}
	}
	return schema{}
})

// property is the schema of a member, which is empty where the contract has none of the name.
func (s schema) property(name string) schema {
	if s.ref == nil || s.ref.Value == nil {
		return schema{}
	}
	return schema{s.at.AppendToken("properties").AppendToken(name), s.ref.Value.Properties[name]}
}

// names are the names of its members, in the order of the document.
func (s schema) names() []string {
	if s.ref == nil || s.ref.Value == nil {
		return nil
	}
	if known, ok := namesOf.Load(s.ref); ok {
		return known.([]string) //nolint:forcetypeassert // nothing else is put into it
	}
	names := slices.SortedFunc(maps.Keys(s.ref.Value.Properties), func(a, b string) int {
		return cmp.Compare(spec.Line(string(s.property(a).at)), spec.Line(string(s.property(b).at)))
	})
	namesOf.Store(s.ref, names)
	return names
}

// namesOf has the names of the schemas of the contract, by their *openapi3.SchemaRef: to find a line walks the document.
var namesOf sync.Map

// items is the schema of the elements of an array.
func (s schema) items() schema {
	if s.ref == nil || s.ref.Value == nil || s.ref.Value.Items == nil {
		return schema{}
	}
	return schema{s.at.AppendToken("items"), s.ref.Value.Items}
}

// inOrder is a value with its members in the order of a schema, those that the schema does not name at the end; with fill those that are missing
// are there as null.
func (v value) inOrder(s schema, fill bool) value {
	switch v.kind {
	case jsontext.KindBeginArray:
		v.elements = slices.Clone(v.elements)
		for i, element := range v.elements {
			v.elements[i] = element.inOrder(s.items(), fill)
		}
	case jsontext.KindBeginObject:
		names := s.names()
		v.members = slices.Clone(v.members)
		for _, name := range names {
			if fill && !slices.ContainsFunc(v.members, func(m member) bool { return string(m.name) == name }) {
				v.members = append(v.members, member{[]rune(name), value{kind: jsontext.KindNull, text: "null"}})
			}
		}
		place := func(m member) int {
			if i := slices.Index(names, string(m.name)); i >= 0 {
				return i
			}
			return len(names)
		}
		slices.SortStableFunc(v.members, func(a, b member) int { return cmp.Compare(place(a), place(b)) })
		for i, m := range v.members {
			v.members[i].value = m.value.inOrder(s.property(string(m.name)), fill)
		}
	default:
	}
	return v
}

// inOrderOfMock is a customer with its members in the order in which the mock has them.
func (v value) inOrderOfMock() value {
	ordered, err := store.Ordered(v.print(nil, escapings[0], spacings[0], 0))
	if err != nil {
		return v
	}
	customer, _ := parse(ordered)
	return customer
}

// sorted is a value with its members sorted by name.
func (v value) sorted() value {
	return v.changed(func(members []member) []member {
		slices.SortStableFunc(members, func(a, b member) int { return slices.Compare(a.name, b.name) })
		return members
	}, asItIs)
}

// withoutNull is a value without its members that are null.
func (v value) withoutNull() value {
	return v.changed(func(members []member) []member {
		return slices.DeleteFunc(members, func(m member) bool { return m.value.kind == jsontext.KindNull })
	}, asItIs)
}

func asItIs(number string) string { return number }
