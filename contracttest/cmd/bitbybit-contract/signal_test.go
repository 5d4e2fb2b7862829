//go:build unix

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// holding is a server that answers 418, and stops answering with one request.
func holding(t *testing.T, turn int) (url string, held <-chan struct{}) {
	t.Helper()
	hold, turns := make(chan struct{}), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if turns++; turns == turn {
			_, _ = io.Copy(io.Discard, r.Body) // only then is the end of the connection noticed
			close(hold)
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(server.Close)
	return server.URL, hold
}

func TestCtrlCEndsTheRunWithAReport(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"Ctrl+C": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, held := holding(t, 9)
			path := filepath.Join(t.TempDir(), "report.json")
			p := start(t, "--url", url, "--report", "json="+path, "--report", "text")
			<-held
			require.NoError(t, p.Process.Signal(signal))
			_ = p.Wait()
			assert.Equal(t, exitInterrupted, p.ProcessState.ExitCode(), "also where errors were found: %s", p.stderr.String())
			assert.Contains(t, p.stderr.String(), "the run was interrupted")
			assert.Contains(t, p.stdout.String(), "the run was interrupted, this is what there was")
			report, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Contains(t, string(report), `"interrupted": true`)
			assert.Contains(t, string(report), `"severity": "error"`)
		})
	}
}

// TestASecondCtrlCEndsTheProgramAtOnce has a report that cannot be written, since nobody reads the pipe that it goes to.
func TestASecondCtrlCEndsTheProgramAtOnce(t *testing.T) {
	t.Parallel()
	url, held := holding(t, 9)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _ = read.Close() })
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], "--url", url, "--report", "json=-")}
	p.Env = append(os.Environ(), actAs+"=1", "BITBYBIT_API_KEY="+key)
	p.Stdout, p.Stderr = write, &p.stderr
	require.NoError(t, p.Start())
	require.NoError(t, write.Close())
	<-held
	require.NoError(t, p.Process.Signal(os.Interrupt))
	first := make([]byte, 1)
	_, err = read.Read(first) // the report begins, and is longer than a pipe holds
	require.NoError(t, err)
	require.NoError(t, p.Process.Signal(os.Interrupt))
	_ = p.Wait()
	assert.Equal(t, exitInterrupted, p.ProcessState.ExitCode())
}
