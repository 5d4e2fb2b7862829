// Package example has the documented answers of an operation: the named examples in openapi.yaml, ready to be sent.
package example

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// Example is one documented answer.
type Example struct {
	// Status is the status of the answer.
	Status int
	// Name is its name in the contract.
	Name string
	// Code is the error code in it; empty in a success.
	Code gen.ErrorCode
	// Summary says what it stands for.
	Summary string
	// MediaType is that of Body.
	MediaType string
	// Body is the answer's body. It is shared: do not change it.
	Body []byte
	// Trigger are the values of the request's properties that ask for it (x-mock-trigger), by the property's name.
	Trigger map[string]string
}

// List are the documented answers of an operation, by status; those of one status in the order of the error codes, then of their
// names and media types.
type List []*Example

var lists sync.Map // of List, by *judge.Operation

// Of lists the documented answers of an operation. They are read once.
func Of(operation *judge.Operation) List {
	if list, ok := lists.Load(operation); ok {
		return list.(List)
	}
	var list List
	for status, response := range operation.Spec.Responses.Map() {
		code, err := strconv.Atoi(status)
		if err != nil {
			continue
		}
		for mediaType, media := range response.Value.Content {
			for name, ref := range media.Examples {
				list = append(list, newExample(code, mediaType, name, ref.Value))
			}
		}
	}
	codes := judge.Contract().Document().Components.Schemas["ErrorCode"].Value.Enum
	rank := func(e *Example) int { return slices.Index(codes, any(string(e.Code))) }
	slices.SortFunc(list, func(a, b *Example) int {
		return cmp.Or(a.Status-b.Status, rank(a)-rank(b), strings.Compare(a.Name, b.Name), strings.Compare(a.MediaType, b.MediaType))
	})
	lists.Store(operation, list)
	return list
}

// All lists the documented answers of all operations, each status and name once.
var All = sync.OnceValue(func() List {
	var all List
	for _, operation := range judge.Contract().Operations() {
		for _, e := range Of(operation) {
			if !slices.ContainsFunc(all, func(other *Example) bool { return other.Status == e.Status && other.Name == e.Name }) {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *Example) int { return a.Status - b.Status })
	return all
})

func newExample(status int, mediaType, name string, documented *openapi3.Example) *Example {
	// encoding/json, because it sorts the members: kin-openapi holds the value as a map.
	body, err := json.Marshal(documented.Value)
	if err != nil {
		panic(fmt.Sprintf("mockserver: the example %s of the contract is not JSON: %v", name, err))
	}
	e := &Example{Status: status, Name: name, Summary: documented.Summary, MediaType: mediaType, Body: append(body, '\n')}
	var answer gen.ErrorResponse
	if json.Unmarshal(body, &answer) == nil {
		e.Code = answer.Error.Code
	}
	if trigger, ok := documented.Extensions["x-mock-trigger"].(map[string]any); ok {
		e.Trigger = map[string]string{}
		for property, value := range trigger {
			e.Trigger[property], _ = value.(string)
		}
	}
	return e
}

// Find is the example of a status, the first one where no name is given; or of a name alone, where the status is 0. The
// error code that an example has is a name of it too. What the contract does not have is an error that lists what it
// has.
func (l List) Find(status int, name string) (*Example, error) {
	for _, e := range l {
		if (status == 0 || e.Status == status) && (name == "" || e.Name == name || string(e.Code) == name) {
			return e, nil
		}
	}
	var asked string
	switch {
	case name == "":
		asked = "status " + strconv.Itoa(status)
	case status == 0:
		asked = "example " + untrusted.Quote(name)
	default:
		asked = "example " + untrusted.Quote(name) + " for status " + strconv.Itoa(status)
	}
	return nil, fmt.Errorf("the contract has no %s; it has %s", asked, l)
}

// FirstSuccess is the first example of a 2xx; a 200 with an empty object where there is none.
func (l List) FirstSuccess() *Example {
	if i := slices.IndexFunc(l, func(e *Example) bool { return e.Status/100 == 2 }); i >= 0 {
		return l[i]
	}
	return &Example{Status: http.StatusOK, MediaType: "application/json", Body: []byte("{}\n")}
}

// String lists the examples by status: "201 (created, createdWithNulls), 400 (…)".
func (l List) String() string {
	byStatus := map[int][]string{}
	for _, e := range l {
		byStatus[e.Status] = append(byStatus[e.Status], e.Name)
	}
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		parts = append(parts, strconv.Itoa(status)+" ("+strings.Join(byStatus[status], ", ")+")")
	}
	return strings.Join(parts, ", ")
}
