// Package contractdiff says how two OpenAPI documents of one API differ: openapi.yaml and the document on the vendor's page (make vendor-diff), or
// a document and what it was (make breaking).
//
// [Load] reads a document, of OpenAPI 3.0 or 3.1, and [LoadPage] the one in a page of Markdown. Both bring it into one form, so that the same rule
// looks the same however it is spelled:
//
//   - References are followed, descriptions and examples left out, allOf is merged, and what the branches of an anyOf share stands beside it.
//   - What 3.1 says with type arrays, numeric exclusive bounds, const, $defs and webhooks is what 3.0 says with nullable, boolean ones, enum,
//     components and callbacks.
//   - Paths lose the base path of the servers, security schemes their names, header names their case.
//
// [Compare] walks the two forms. Each place that differs is a [Difference], with its JSON Pointer in both documents and the x-rules that are about it;
// oasdiff's checks say what it means for those who call the API.
//
// A document is untrusted: its size, its depth and what its references expand to are bounded, references to files and URLs are refused, and nothing
// is fetched.
package contractdiff
