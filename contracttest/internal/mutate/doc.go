// Package mutate makes wrong contracts out of a right one: each [Mutant] is an OpenAPI 3.0 document with one keyword
// changed.
//
// A test suite that reads the contract is measured by them. A mutant that no test tells from the contract marks a
// keyword that the suite does not look at, or one that cannot be seen over HTTP.
//
// Every keyword that says what may go over the wire is changed: servers, paths, methods, security, bodies, media types,
// statuses, headers and all of the schemas. Descriptions, summaries, tags, operation ids, examples and extensions are
// left alone: no exchange can break them. Where a keyword needs a new value (a bound, a name), one is taken that
// changes what the documented examples mean, so that the mutant says something else about everyday traffic and not only
// about odd values.
//
// It is for tests alone: only _test.go files import it.
package mutate
