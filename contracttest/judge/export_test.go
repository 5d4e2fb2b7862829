package judge

import "github.com/getkin/kin-openapi/openapi3"

// Formats are the format validators of a judge, for a validator to compare with.
func Formats() []openapi3.SchemaValidationOption { return formats }
