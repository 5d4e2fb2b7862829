// Package judge says whether one HTTP exchange keeps a contract, an OpenAPI 3.0 document, and in plain words where it does not.
//
// A [Judge] finds the [Operation] that a request means, then judges the request and the response apart from each other:
//
//	op, miss := judge.Contract().Route(http.MethodPost, "/customers")
//	value, violations := op.Request(header, body)
//	violations = op.Response(status, header, body)
//
// Each [Violation] names the place ("addresses[0].address1" and the JSON Pointer), what was expected there, what came, and the
// keyword of the contract that it breaks. All of them are reported, not just the first.
//
// kin-openapi holds the document and visits the values. What it lets pass is closed here: bodies are read to the end by a strict
// reader (one value, unique names, UTF-8), formats are checked, an undocumented status, media type or body is a violation whatever
// the status, and values are never changed (defaults are not filled in). What it reads otherwise than OpenAPI 3.0.3 means it is put right, null
// above all. Credentials are not judged: what a key may do is not in the contract. Whatever else a document asks and the judge does not look
// at, [Judge.NotJudged] lists.
//
// A Judge is safe for concurrent use.
//
// What the files do, in the order in which an exchange meets them:
//
//   - judge.go, operation.go: the document, and which operation a request means
//   - request.go, response.go, header.go, media.go: what is judged of each of these
//   - fast.go: the quick yes, which reads a body once, token by token, and is right about most
//   - strict.go, reader.go, view.go: one JSON value with unique names in UTF-8, kept as far as a schema looks
//   - schema.go, descend.go, bound.go: a value against a schema, level by level, and the words for what is wrong
//   - rewrite.go, factor.go: copies of schemas that kin-openapi reads as OpenAPI means them
//   - direction.go, undocumented.go: readOnly and writeOnly; properties that a schema does not name
//   - violation.go, place.go, notjudged.go: what is reported, and where it is; what is not looked at
//
// The formats of strings are in the package format.
package judge
