package spec

import _ "embed"

// YAML is openapi.yaml, byte for byte, as it was when the code was generated: for people to read (the mock serves it) and for
// line numbers (a finding names the line that a server broke). [GetSpec] is the same document parsed, and cheaper to load.
//
//go:embed openapi.yaml
var YAML []byte
