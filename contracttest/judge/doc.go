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
// The files, in the order in which an exchange meets them:
//
//	judge.go         New, Contract: a document, its base paths and its operations
//	operation.go     Operation, Route: which operation a method and a path mean
//	request.go       what is judged of a request
//	response.go      what is judged of a response
//	header.go        the headers of a response
//	media.go         the media type of a body
//	fast.go          the quick yes: a body is read once, token by token, and most are right
//	strict.go        ReadJSON: one JSON value, unique names, UTF-8
//	reader.go        how a body is read where it was not surely right
//	view.go          how much of a body a schema looks at; the rest is not kept in memory
//	schema.go        a value against a schema: the visitor, and what it says of each thing that is wrong
//	bound.go         what it says of minimum, maxLength and the like
//	descend.go       arrays and objects, level by level, so that the visit can stop
//	rewrite.go       the copies of schemas that kin-openapi reads as OpenAPI means them
//	factor.go        anyOf whose branches differ in required alone
//	direction.go     readOnly and writeOnly
//	undocumented.go  properties that a schema does not name
//	violation.go     Violation, Check: what is reported
//	place.go         where in a body: the path for people and the JSON Pointer
//	notjudged.go     NotJudged: what a document asks that is not looked at
//
// The formats of strings are in the package format.
package judge
