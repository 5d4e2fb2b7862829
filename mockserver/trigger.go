package mockserver

import (
	"reflect"
	"strings"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
)

// Trigger is a magic value: a customer whose email or phone number it is gets the documented answer that it stands for,
// and is not stored. openapi.yaml lists them beside the examples (x-mock-trigger).
type Trigger struct {
	// Email and PhoneNumber are the values, either of which is enough; where a customer has those of two triggers, the
	// email counts.
	Email, PhoneNumber string
	// Status is the status of the answer.
	Status int
	// Example is the name of the contract's example that is answered.
	Example string
	// Code is the error code in the answer, as the vendor spells it.
	Code gen.ErrorCode
	// Summary says what the example stands for.
	Summary string
}

// Triggers lists the magic values, by status.
func Triggers() []Trigger {
	var triggers []Trigger
	for _, e := range example.All() {
		if len(e.Trigger) > 0 {
			triggers = append(triggers, Trigger{
				Email: e.Trigger["email"], PhoneNumber: e.Trigger["phoneNumber"], Status: e.Status, Example: e.Name, Code: e.Code,
				Summary: e.Summary,
			})
		}
	}
	return triggers
}

// WithoutTriggers makes the magic values ordinary ones.
func WithoutTriggers() Option {
	return func(c *config) error {
		c.noTriggers = true
		return nil
	}
}

// triggers finds the magic values in the bodies of one operation.
type triggers struct {
	byProperty map[string]map[string]*example.Example

	once   sync.Once
	fields []triggerField // of the type that the body is decoded to
}

type triggerField struct {
	index  int
	values map[string]*example.Example
}

// newTriggers is nil for an operation without magic values.
func newTriggers(operation *judge.Operation) *triggers {
	t := &triggers{byProperty: map[string]map[string]*example.Example{}}
	for _, e := range example.Of(operation) {
		for property, value := range e.Trigger {
			if t.byProperty[property] == nil {
				t.byProperty[property] = map[string]*example.Example{}
			}
			t.byProperty[property][value] = e
		}
	}
	if len(t.byProperty) == 0 {
		return nil
	}
	return t
}

// find is the example that a decoded body asks for; nil for nearly all.
func (t *triggers) find(body any) *example.Example {
	if t == nil {
		return nil
	}
	value := reflect.ValueOf(body).Elem()
	if value.Kind() != reflect.Struct {
		return nil // a list or a map has no property that every body has
	}
	t.once.Do(func() {
		for i := range value.NumField() {
			name, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
			if values := t.byProperty[name]; values != nil {
				t.fields = append(t.fields, triggerField{i, values})
			}
		}
	})
	for _, field := range t.fields {
		if text, ok := reflect.TypeAssert[*string](value.Field(field.index)); ok && text != nil {
			if e := field.values[*text]; e != nil {
				return e
			}
		}
	}
	return nil
}
