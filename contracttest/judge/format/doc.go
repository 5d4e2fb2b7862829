// Package format judges the formats of OpenAPI's registry (https://spec.openapis.org/registry/format/) that a schema's "format" may name: the
// standard library where it judges as the RFC says, a grammar written out where it does not.
//
// [Strings] and [Numbers] are the two tables, which format.go holds. To add a format, add a line there and its right and wrong texts to
// format_test.go. A document that names a format which is not here is refused by make generate, and listed by the judge's NotJudged.
package format
