//go:build kin

package main

import _ "github.com/getkin/kin-openapi/openapi3" // whose JSON Schema library compiles meta-schemas in init
