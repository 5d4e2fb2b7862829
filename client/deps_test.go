package client_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	ours      = "github.com/bitbybit-go/bitbybit-go/"
	goRuntime = "github.com/oapi-codegen/runtime"
	// The JSON library that is to become encoding/json/v2. It requires nothing.
	jsonLibrary = "github.com/go-json-experiment/json"
)

// What a program takes on with this package and those below it: the standard library, the generated code, its runtime, and the JSON library that
// is to become encoding/json/v2.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(),
		"go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...").Output()
	require.NoError(t, err)
	allowed := []string{
		ours + "gen",
		goRuntime,
		goRuntime + "/types",
		"github.com/apapsch/go-jsonmerge/v2", // of the runtime
		"github.com/google/uuid",             // of the runtime
	}
	for dep := range strings.FieldsSeq(string(out)) {
		ofJSON := strings.HasPrefix(dep+"/", jsonLibrary+"/") // with its internal packages
		own := strings.HasPrefix(dep+"/", ours+"client/")
		assert.True(t, own || ofJSON || slices.Contains(allowed, dep), "%s must not be a dependency", dep)
	}
}

// The module graph of a module that imports client is that of one which imports the runtime of the generated code, with this repository's
// modules client and gen and the JSON library. testify, which is imported by tests here, is in the runtime's graph already, and so is what
// client's go.mod requires for it.
func TestModuleGraph(t *testing.T) {
	t.Parallel()
	allowed := graph(t, goRuntime)
	require.Contains(t, allowed, "github.com/stretchr/testify")
	allowed = append(allowed, ours+"client", ours+"gen", jsonLibrary)
	got := graph(t, ours+"client")
	require.Contains(t, got, ours+"client")
	for _, module := range got {
		assert.Contains(t, allowed, module, "comes into the module graph of those who import client")
	}
}

// graph returns the modules in the graph of a new module, which imports one package and builds.
func graph(t *testing.T, imported string) []string {
	t.Helper()
	dir := t.TempDir()
	run := func(arguments ...string) string {
		command := exec.CommandContext(t.Context(), "go", arguments...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
		out, err := command.CombinedOutput()
		require.NoError(t, err, "go %s: %s", strings.Join(arguments, " "), out)
		return string(out)
	}
	mod, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}", goRuntime).Output()
	require.NoError(t, err)
	version := strings.TrimSpace(string(mod))
	if imported != goRuntime {
		version = "v0.0.0" // it is replaced
	}
	for name, text := range map[string]string{
		"go.mod":      "module example.com/importer\n\ngo 1.26.0\n\nrequire " + imported + " " + version + "\n",
		"importer.go": "package importer\n\nimport _ \"" + imported + "\"\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	sums, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	client, err := filepath.Abs(".")
	require.NoError(t, err)
	run("mod", "edit", "-replace="+ours+"client="+client, "-replace="+ours+"gen="+filepath.Join(filepath.Dir(client), "gen"))
	run("build", ".")
	modules := map[string]bool{}
	for line := range strings.Lines(run("mod", "graph")) {
		for _, module := range strings.Fields(line)[1:] {
			path, _, _ := strings.Cut(module, "@")
			modules[path] = true
		}
	}
	return slices.Sorted(maps.Keys(modules))
}
