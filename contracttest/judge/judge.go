package judge

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// Judge judges exchanges against one contract.
type Judge struct {
	doc        *openapi3.T
	bases      []string // the paths of the servers, longest first, without a slash at the end
	operations []*Operation
	schemas    func() *schemas // made at the first doubt
}

// New makes a judge of an OpenAPI 3.0 document. The document must not change afterwards. A document that does not validate, examples
// included, is an error.
func New(doc *openapi3.T) (*Judge, error) {
	if doc.IsOpenAPI31OrLater() {
		return nil, fmt.Errorf("judge: the document must be OpenAPI 3.0, got %s", doc.OpenAPI)
	}
	// A pattern that Go's regular expressions cannot read is no fault of the document; see NotJudged.
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.DisableSchemaPatternValidation()); err != nil {
		return nil, fmt.Errorf("judge: the document is not valid: %w", err)
	}
	return build(doc)
}

// Contract is the judge of the embedded openapi.yaml. It is made once, at the first call.
func Contract() *Judge { return contract() }

var contract = sync.OnceValue(func() *Judge {
	// Neither parsed nor validated: code generation and the tests do that, and every start of the mock would pay for it.
	j, err := build(spec.Document())
	if err != nil {
		panic(err)
	}
	return j
})

func build(doc *openapi3.T) (*Judge, error) {
	j := &Judge{doc: doc, schemas: sync.OnceValue(func() *schemas { return newSchemas(doc) })}
	for _, server := range doc.Servers {
		address := server.URL
		for name, variable := range server.Variables {
			address = strings.ReplaceAll(address, "{"+name+"}", variable.Default)
		}
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("judge: the server %q of the document must be a URL: %w", server.URL, err)
		}
		j.bases = append(j.bases, strings.TrimSuffix(u.Path, "/"))
	}
	all := shaper{}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			j.operations = append(j.operations, newOperation(j, method, path, item, all))
		}
	}
	slices.SortFunc(j.operations, func(a, b *Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return j, nil
}

// Document is the contract. It is shared: do not change it.
func (j *Judge) Document() *openapi3.T { return j.doc }

// BasePaths are the paths of the document's servers, in its order, without a slash at the end.
func (j *Judge) BasePaths() []string { return slices.Clone(j.bases) }

// Operations are all operations of the contract, sorted by path and method.
func (j *Judge) Operations() []*Operation { return slices.Clone(j.operations) }

// Operation is the operation with an operationId; nil where the contract has none.
func (j *Judge) Operation(id string) *Operation {
	for _, op := range j.operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Accepts reports whether a decoded value obeys a schema of the contract, formats included, as part of a request.
func (j *Judge) Accepts(schema *openapi3.Schema, value any) bool {
	return len(j.schemas().visit(schema, value, RequestSchema, RequestFormat)) == 0
}
