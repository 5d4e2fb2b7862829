package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	const contract, standIn = "../../../../../openapi.yaml", "../../testdata/create.md"
	text, err := os.ReadFile(standIn)
	require.NoError(t, err)
	other := filepath.Join(t.TempDir(), "create.md")
	require.NoError(t, os.WriteFile(other, bytes.Replace(text, []byte("format: email"), []byte("format: uri"), 1), 0o600))
	for name, test := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"they agree":   {[]string{contract, standIn}, 0, "create.md says what openapi.yaml says.", ""},
		"they differ":  {[]string{contract, other}, 1, "create.md differs from openapi.yaml in one place.", ""},
		"no page":      {[]string{contract, "none.md"}, 2, "", "vendor-diff: open none.md:"},
		"no block":     {[]string{contract, "main.go"}, 2, "", "vendor-diff: main.go has no OpenAPI block"},
		"no contract":  {[]string{standIn, standIn}, 2, "", "vendor-diff: create.md: expected"},
		"no arguments": {nil, 2, "", "usage: vendor-diff"},
		"other flags":  {[]string{"-x"}, 2, "", "flag provided but not defined"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr strings.Builder
			assert.Equal(t, test.code, run(test.args, &stdout, &stderr))
			assert.Contains(t, stdout.String(), test.stdout)
			assert.Contains(t, stderr.String(), test.stderr)
			if test.stderr == "" {
				assert.Empty(t, stderr.String())
			}
		})
	}
}

// The report is added to a file that may have something, as the summary of a workflow has.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "summary.md")
	require.NoError(t, os.WriteFile(file, []byte("before\n"), 0o600))
	var stdout, stderr strings.Builder
	require.Equal(t, 0, run([]string{"-markdown", file, "../../../../../openapi.yaml", "../../testdata/create.md"}, &stdout, &stderr), stderr.String())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "before\n## The contract and the vendor's page\n"), "%s", text)
}
