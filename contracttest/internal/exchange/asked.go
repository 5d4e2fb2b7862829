package exchange

import (
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// triggers are the errors that values of a body's properties ask the mock for, by the property and the value.
type triggers map[string]map[string]*Asked

// Triggered is the documented error that a value in a valid request asks the mock for (x-mock-trigger in openapi.yaml), and that was answered;
// nil for nearly all requests.
func (c *Contract) Triggered(class Class, status int) *Asked {
	body, isObject := class.Value.(map[string]any)
	if !isObject || !class.Valid() || status/100 == 2 {
		return nil
	}
	known, found := c.triggers.Load(class.Op)
	if !found {
		known, _ = c.triggers.LoadOrStore(class.Op, triggersOf(class.Op))
	}
	for property, values := range known.(triggers) {
		if text, isText := body[property].(string); isText {
			if asked := values[text]; asked != nil && asked.Status == status {
				return asked
			}
		}
	}
	return nil
}

func triggersOf(op *judge.Operation) triggers {
	found := triggers{}
	responses := op.Spec.Responses.Map()
	for _, e := range DocumentedErrors(op.Spec) {
		for _, media := range responses[strconv.Itoa(e.Status)].Value.Content {
			example := media.Examples[e.Example]
			if example == nil || example.Value == nil {
				continue
			}
			values, _ := example.Value.Extensions["x-mock-trigger"].(map[string]any)
			for property, value := range values {
				if found[property] == nil {
					found[property] = map[string]*Asked{}
				}
				text, _ := value.(string)
				found[property][text] = &Asked{Status: e.Status, Code: e.Code}
			}
		}
	}
	return found
}
