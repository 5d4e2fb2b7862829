// Package verify says why a delivery of a webhook does not verify.
//
// [Read] reads a delivery as people paste it, [Check] judges it with the secrets that the receiver has. What is told as the reason was computed: the
// signature that came is the HMAC of the other form of the secret, of the time or of the body that the report names. Where no form gives it, the
// report says what was tried, and guesses nothing.
//
// The forms are listed one a line: those of a secret in secret.go, those of a body in body.go and print.go, what else is signed than it should be in
// search.go. To add a form, add a line; the search and the report follow from it. A report shows neither a secret nor the body.
package verify
