package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

// Written out again, the document of the code and the document that kin-openapi parses are the same, down to what they share.
func TestTheLiteralIsTheDocument(t *testing.T) {
	t.Parallel()
	parsed, err := spec.GetSpec()
	require.NoError(t, err)
	want, err := write(parsed, "spec")
	require.NoError(t, err)
	got, err := write(spec.Document(), "spec")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run make generate")
}
