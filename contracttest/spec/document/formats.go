package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
)

// checkFormats returns an error for each schema with a format that the judge does not know: a server could answer anything there.
func checkFormats(doc *openapi3.T) error {
	var all []error
	err := doc.WalkSchemas(func(pointer string, ref *openapi3.SchemaRef) error {
		schema := ref.Value
		if kind := strings.Join(schema.Type.Slice(), " "); ref.Ref == "" && schema.Format != "" && !format.Known(kind, schema.Format) {
			all = append(all, fmt.Errorf("%s has the format %q of the type %q, which the judge does not know: add it to contracttest/judge/format, "+
				"or drop the format and say what is meant with a pattern or in the description", pointer, schema.Format, kind))
		}
		return nil
	})
	return errors.Join(append(all, err)...)
}
