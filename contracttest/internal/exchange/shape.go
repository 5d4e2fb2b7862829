package exchange

import (
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// CredentialOf is that of an operation of the contract; nil where it needs none.
func (c *Contract) CredentialOf(op *judge.Operation) *Credential {
	if known, ok := c.credentials.Load(op); ok {
		return known.(*Credential)
	}
	credential, _ := c.credentials.LoadOrStore(op, CredentialOf(c.Judge.Document(), op.Spec))
	return credential.(*Credential)
}

// Shape is what is asked of a schema at each exchange, and worked out once. It must not be changed.
type Shape struct {
	Properties openapi3.Schemas // those of judge.Properties
	Names      []string         // of the properties, sorted
}

// Shape is that of a schema of the contract.
func (c *Contract) Shape(schema *openapi3.Schema) *Shape {
	if known, ok := c.shapes.Load(schema); ok {
		return known.(*Shape)
	}
	properties := Properties(schema)
	shape, _ := c.shapes.LoadOrStore(schema, &Shape{Properties: properties, Names: SortedNames(properties)})
	return shape.(*Shape)
}

// Echo is where the answer of an operation has what its request had. Request and Answer are nil where there is no such place.
type Echo struct {
	Request, Answer *openapi3.Schema
	Name            string // of the property of the answer that holds it; empty for the answer itself
}

// Echo is that of an operation of the contract.
func (c *Contract) Echo(op *judge.Operation) *Echo {
	if known, ok := c.echoes.Load(op); ok {
		return known.(*Echo)
	}
	var e Echo
	e.Request, _ = RequestSchema(op)
	e.Answer, e.Name = CounterpartAt(e.Request, SuccessSchema(op.Spec))
	echo, _ := c.echoes.LoadOrStore(op, &e)
	return echo.(*Echo)
}

// Of is the part of an answer's body that has what the request had; nil where it is no object.
func (e *Echo) Of(value any) map[string]any {
	got, _ := value.(map[string]any)
	if e.Name != "" {
		got, _ = got[e.Name].(map[string]any)
	}
	return got
}
