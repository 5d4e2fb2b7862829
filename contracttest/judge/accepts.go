package judge

import "github.com/getkin/kin-openapi/openapi3"

// Accepts reports whether a decoded value obeys a schema of the contract, formats included, as part of a request.
func (j *Judge) Accepts(schema *openapi3.Schema, value any) bool {
	return len(j.schemas().visit(schema, value, RequestSchema, RequestFormat)) == 0
}
