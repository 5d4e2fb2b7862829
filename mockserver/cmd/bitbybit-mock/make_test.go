package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// building is what make mock says at once: on a cold cache it compiles for a minute.
const building = "building bitbybit-mock, which takes a minute the first time"

// make test has compiled for make mock, and says nothing of its own.
func TestMakeMockSaysThatItBuildsAndSharesTheCacheOfMakeTest(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("make"); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs make and a POSIX shell")
	}
	bin := t.TempDir()
	fake := "#!/bin/sh\necho \"go $1 with CGO_ENABLED=$CGO_ENABLED\" >&2\n"
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte(fake), 0o700))
	told := func(target string) []string {
		command := exec.CommandContext(t.Context(), "make", "--no-print-directory", "-C", root, target)
		command.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CGO_ENABLED=1", "MAKEFLAGS=")
		var stderr strings.Builder
		command.Stderr = &stderr
		_ = command.Run() // there is no program to run after it
		return strings.Split(stderr.String(), "\n")
	}
	assert.Equal(t, []string{building, "go build with CGO_ENABLED=0"}, told("mock")[:2])
	assert.Equal(t, "go test with CGO_ENABLED=0", told("test")[0])
	assert.Equal(t, "go test with CGO_ENABLED=1", told("race")[0], "the race detector needs it")
}

// Whoever imports the client or the mock takes what go.mod requires; an example has a go.mod of its own.
func TestExamplesDoNotWeighOnTheModule(t *testing.T) {
	t.Parallel()
	required, err := os.ReadFile(root + "go.mod")
	require.NoError(t, err)
	assert.NotContains(t, string(required), "opentelemetry")
}
