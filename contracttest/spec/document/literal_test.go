package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// Written out again, the document of the code and the document that kin-openapi parses are the same, down to what they share.
func TestTheLiteralIsTheDocument(t *testing.T) {
	t.Parallel()
	parsed, err := spec.GetSpec()
	require.NoError(t, err)
	want, err := literal(parsed)
	require.NoError(t, err)
	got, err := literal(spec.Document())
	require.NoError(t, err)
	assert.Equal(t, want, got, "run make generate")
}
