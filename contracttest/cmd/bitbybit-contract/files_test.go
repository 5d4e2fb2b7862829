package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// teapot is a server that counts what it is asked, and says 418.
func teapot(t *testing.T) (url string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func TestAReportThatCannotBeWrittenEndsTheRunBeforeItBegins(t *testing.T) {
	t.Parallel()
	url, asked := teapot(t)
	dir := t.TempDir()
	first := filepath.Join(dir, "first.json")
	for _, path := range []string{filepath.Join(dir, "no", "such", "report.json"), dir} {
		code, stdout, stderr := program(t, key, "--url", url, "--report", "json="+first, "--report", "html="+path)
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, "--report: open "+path)
		assert.Empty(t, stdout)
		assert.Zero(t, asked.Load())
		assert.NoFileExists(t, first, "what was opened for nothing is removed")
	}
}

func TestAReportThatIsNotMadeLeavesItsFileAlone(t *testing.T) {
	t.Parallel()
	url, asked := teapot(t)
	old := filepath.Join(t.TempDir(), "old.json")
	require.NoError(t, os.WriteFile(old, []byte("what was there"), 0o600))
	args := []string{"--url", url, "--report", "json=" + old, "--report", "junit=" + old + ".new"}

	code, _, _ := program(t, key, append(args, "--checks", "ehco")...)
	require.Equal(t, exitUsage, code)
	assert.Zero(t, asked.Load())
	content, err := os.ReadFile(old)
	require.NoError(t, err)
	assert.Equal(t, "what was there", string(content))
	assert.NoFileExists(t, old+".new")

	require.NoError(t, os.WriteFile(old, make([]byte, 8<<20), 0o600))
	code, _, _ = program(t, key, append(args, "--max-requests", "5")...)
	require.Equal(t, exitFound, code)
	content, err = os.ReadFile(old)
	require.NoError(t, err)
	assert.Equal(t, byte('{'), content[0])
	assert.Equal(t, "}\n", string(content[len(content)-2:]), "nothing is left of a longer report")
	assert.FileExists(t, old+".new")
}

func TestAReportCanGoToADevice(t *testing.T) {
	t.Parallel()
	url, _ := teapot(t)
	code, _, stderr := program(t, key, "--url", url, "--max-requests", "5", "--report", "json="+os.DevNull)
	assert.Equal(t, exitFound, code, stderr)
	info, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	assert.False(t, info.Mode().IsRegular())
}
