package main

import (
	"go/format"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

func TestNamesAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../../../gen/names.gen.go")
	require.NoError(t, err)
	text, err := names(spec.Document())
	require.NoError(t, err)
	got, err := format.Source([]byte(generated + text))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run make generate")
}

// webhook is the operation of the document's callback.
func webhook(d *openapi3.T) *openapi3.Operation {
	operation, err := callback(d)
	if err != nil {
		panic(err)
	}
	return operation
}

func TestWhatADocumentLacks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*openapi3.T)
		want   string
	}{
		{"no scheme", func(d *openapi3.T) { d.Components.SecuritySchemes = nil }, "expected one security scheme, of type apiKey in header, got 0"},
		{"no prefixes", func(d *openapi3.T) { delete(d.Components.SecuritySchemes["ApiKey"].Value.Extensions, "x-key-prefixes") }, "expected x-key-prefixes"},
		{"no server", func(d *openapi3.T) { d.Servers = nil }, "expected a server"},
		{"no callback", func(d *openapi3.T) { d.Paths.Value("/customers").Post.Callbacks = nil }, "expected one callback with a POST, got 0"},
		{"no signature", func(d *openapi3.T) { webhook(d).Parameters = webhook(d).Parameters[:4] }, "expected a header whose name ends in -Signature"},
		{"two types of event", func(d *openapi3.T) { webhook(d).Parameters[2].Value.Schema.Value.Enum = []any{"a", "b"} }, "expected an enum of one value"},
		{"a number of webhooks", func(d *openapi3.T) { delete(webhook(d).Extensions["x-webhook"].(map[string]any), "endpoints") }, "a number endpoints"},
		{"no retries", func(d *openapi3.T) { delete(webhook(d).Extensions["x-webhook"].(map[string]any), "retry-seconds") }, "a list retry-seconds"},
		{"no operationId", func(d *openapi3.T) { d.Paths.Value("/customers").Post.OperationID = "" }, "expected an operationId for /customers POST"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			doc := spec.Document()
			test.change(doc)
			_, err := names(doc)
			require.Error(t, err)
			assert.ErrorContains(t, err, test.want)
		})
	}
}
