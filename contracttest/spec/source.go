// Package spec is the contract, embedded in three forms: as text for people ([YAML]), as JSON ([GetSpecJSON]), and as Go values for
// judges ([Document]).
package spec

import _ "embed"

//go:embed openapi.yaml
var text string

// YAML is openapi.yaml, byte for byte, as it was when the code was generated: for people to read (the mock serves it) and for
// line numbers (a finding names the line that a server broke). Each call makes a copy.
func YAML() []byte { return []byte(text) }
