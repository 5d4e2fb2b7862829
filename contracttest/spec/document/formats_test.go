package main

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

func TestFormatsThatTheJudgeDoesNotKnow(t *testing.T) {
	t.Parallel()
	doc := spec.Document()
	require.NoError(t, checkFormats(doc))
	properties := doc.Components.Schemas["Customer"].Value.Properties
	properties["birthDate"] = openapi3.NewStringSchema().WithFormat("date").NewRef()
	require.NoError(t, checkFormats(doc))
	properties["shirt"] = openapi3.NewStringSchema().WithFormat("colour").NewRef()
	properties["age"] = openapi3.NewIntegerSchema().WithFormat("uint8").NewRef()
	err := checkFormats(doc)
	assert.ErrorContains(t, err, `/components/schemas/Customer/properties/shirt has the format "colour" of the type "string", which the judge does not know: `+
		`add it to contracttest/judge/format, or drop the format`)
	assert.ErrorContains(t, err, `/components/schemas/Customer/properties/age has the format "uint8" of the type "integer"`)
}
