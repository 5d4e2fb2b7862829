package player

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// change is one thing to do to an answer: put a value at a place, or take away what is there.
type change struct {
	at    []string
	gone  bool
	value any
}

// differences are the changes of an answer that one contract allows and the other forbids. They are sought only where
// the schemas differ.
func differences(s *script, plays, other *judge.Operation, status int) (found []change) {
	response := other.Spec.Responses.Status(status)
	if response == nil || response.Value.Content[s.media] == nil || response.Value.Content[s.media].Schema == nil {
		return nil // the status or the media type is the difference
	}
	a := author{turn: 0, code: codes[status]}
	answer := a.write(s.schema, s.request, sample(s.request), "")
	header := http.Header{"Content-Type": {s.media}}
	for _, candidate := range candidates(nil, s.schema, response.Value.Content[s.media].Schema.Value) {
		changed, ok := candidate.apply(answer)
		if !ok {
			continue
		}
		body, err := json.Marshal(changed)
		if err == nil && bodyObeys(plays, status, header, body) && !bodyObeys(other, status, header, body) {
			found = append(found, candidate)
		}
	}
	return found
}

func bodyObeys(operation *judge.Operation, status int, header http.Header, body []byte) bool {
	return !slices.ContainsFunc(operation.Response(status, header, body), func(v judge.Violation) bool {
		return v.Check != judge.RequiredHeaders && v.Check != judge.HeaderSchema
	})
}

// sample is a request with everything in it.
func sample(request *openapi3.Schema) any {
	if request == nil {
		return nil
	}
	members := map[string]any{}
	for name, property := range request.Properties {
		switch schema := property.Value; {
		case schema.Type.Is("array") && schema.Items != nil && len(schema.Items.Value.Properties) > 0:
			members[name] = []any{sample(schema.Items.Value)}
		case schema.Type.Is("array"):
			members[name] = []any{(&author{}).write(schema.Items.Value, schema.Items.Value, nil, name)}
		default:
			members[name] = (&author{}).write(schema, schema, nil, name)
		}
	}
	return members
}

// odd are values of every type.
var odd = []any{
	nil,
	"",
	"text",
	"2026-11-23",
	"unknown@",
	-1.0,
	0.0,
	1.5,
	1e6,
	true,
	[]any{},
	[]any{5.0},
	map[string]any{},
	map[string]any{"x": 1.0},
}

// candidates go down two schemas side by side, and propose changes where they differ.
func candidates(at []string, mine, theirs *openapi3.Schema) (found []change) {
	put := func(at []string) {
		for _, value := range odd {
			found = append(found, change{at: at, value: value})
		}
	}
	if mine == nil {
		put(at)
		return found
	}
	if !reflect.DeepEqual(shallow(mine), shallow(theirs)) {
		put(at)
		for _, value := range mine.Enum {
			found = append(found, change{at: at, value: value})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(theirs.Properties)) {
		below := append(slices.Clone(at), name)
		if slices.Contains(theirs.Required, name) && !slices.Contains(mine.Required, name) {
			found = append(found, change{at: below, gone: true})
		}
		if mine.Properties[name] == nil {
			put(below)
			continue
		}
		found = append(found, candidates(below, mine.Properties[name].Value, theirs.Properties[name].Value)...)
	}
	if theirs.Items != nil && mine.Items != nil {
		found = append(found, candidates(append(slices.Clone(at), "0"), mine.Items.Value, theirs.Items.Value)...)
	}
	return found
}

// shallow is a schema's own constraints, without those of the schemas inside it and without what only people read.
func shallow(schema *openapi3.Schema) openapi3.Schema {
	own := *schema
	own.Properties, own.Items, own.Required = nil, nil, nil
	own.Example, own.Default, own.Description, own.Extensions, own.Origin = nil, nil, "", nil, nil
	return own
}

// apply makes a changed copy of an answer. It reports false where the answer has no such place.
func (c change) apply(answer any) (any, bool) {
	if len(c.at) == 0 {
		return c.value, true
	}
	inside := change{at: c.at[1:], gone: c.gone, value: c.value}
	switch answer := answer.(type) {
	case map[string]any:
		name := c.at[0]
		below, ok := answer[name]
		if !ok && len(c.at) > 1 {
			return nil, false
		}
		changed := maps.Clone(answer)
		if c.gone && len(c.at) == 1 {
			delete(changed, name)
			return changed, true
		}
		changed[name], ok = inside.apply(below)
		return changed, ok
	case []any:
		i, err := strconv.Atoi(c.at[0])
		if err != nil || i >= len(answer) {
			return nil, false
		}
		changed := slices.Clone(answer)
		var ok bool
		changed[i], ok = inside.apply(answer[i])
		return changed, ok
	}
	return nil, false
}
