//go:build unix

package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeOpener is a folder with nothing but a command that says in the file "told" with which arguments it runs and as
// which process, prints to everything that it inherited, and does what more is asked.
func fakeOpener(t *testing.T, name, more string) (dir string, told func() []string) {
	t.Helper()
	dir = t.TempDir()
	script := "#!/bin/sh\necho \"$$ $*\" >" + dir + "/told\necho noise\necho noise >&2\n" + more
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700))
	return dir, func() (words []string) {
		require.Eventually(t, func() bool {
			content, _ := os.ReadFile(filepath.Join(dir, "told"))
			words = strings.Fields(string(content))
			return bytes.HasSuffix(content, []byte("\n"))
		}, patience, time.Millisecond)
		return words
	}
}

func systemsOpener() string {
	if runtime.GOOS == "darwin" {
		return "open"
	}
	return "xdg-open"
}

func alive(t *testing.T, pid string) bool {
	t.Helper()
	n, err := strconv.Atoi(pid)
	require.NoError(t, err)
	return syscall.Kill(n, 0) == nil // which a zombie takes, too
}

// What a user runs: a process, and an opener that is found on the PATH.
func TestOpenRunsTheOpenerOfTheSystem(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ opener, browser, more, warning string }{
		"opened":  {systemsOpener(), "", "", ""},
		"fails":   {systemsOpener(), "", "exit 3\n", `error="exit status 3"`},
		"BROWSER": {"my-browser", "not-installed:my-browser", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, told := fakeOpener(t, test.opener, test.more)
			p := startWith(t, []string{"PATH=" + dir, "BROWSER=" + test.browser}, nil, "--addr", "127.0.0.1:0", "--open")
			origin := p.line(t)
			banner := p.banner(t)
			words := told()
			assert.Equal(t, []string{origin + "/_mock/"}, words[1:])
			require.Eventually(t, func() bool { return !alive(t, words[0]) }, patience, time.Millisecond, "no zombie is left")
			require.Eventually(t, func() bool { return strings.Contains(p.log.String(), test.warning) }, patience, time.Millisecond)
			assert.Equal(t, http.StatusCreated, create(t, origin, `{"email":"a@example.com"}`).StatusCode)
			require.NoError(t, p.Process.Signal(syscall.SIGTERM))
			rest := new(bytes.Buffer)
			_, err := rest.ReadFrom(p.out)
			require.NoError(t, err)
			assert.Equal(t, 0, p.exitCode(t))
			assert.NotContains(t, banner+rest.String()+p.log.String(), "noise", "standard output is the mock's alone")
			assert.Equal(t, test.warning != "", strings.Contains(p.log.String(), "could not be opened"), p.log.String())
		})
	}
}

func TestOpenWithoutAnOpenerWarns(t *testing.T) {
	t.Parallel()
	p := startWith(t, []string{"PATH=" + t.TempDir(), "BROWSER="}, nil, "--addr", "127.0.0.1:0", "--open")
	origin := p.line(t)
	require.Eventually(t, func() bool {
		return strings.Contains(p.log.String(), `error="exec: \"`+systemsOpener()+`\": executable file not found in $PATH"`)
	}, patience, time.Millisecond)
	assert.Equal(t, http.StatusCreated, create(t, origin, `{"email":"a@example.com"}`).StatusCode)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, 0, p.exitCode(t))
}

// An opener may be the browser, which the user goes on with; Ctrl+C is sent to the whole process group of a terminal.
func TestTheBrowserOutlivesTheMock(t *testing.T) {
	t.Parallel()
	dir, told := fakeOpener(t, systemsOpener(), "read line <"+"\"${0%/*}/fifo\"\n")
	fifo := filepath.Join(dir, "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	p := startWith(t, []string{"PATH=" + dir, "BROWSER="}, nil, "--addr", "127.0.0.1:0", "--open")
	p.line(t)
	n, err := strconv.Atoi(told()[0])
	require.NoError(t, err)
	group, err := syscall.Getpgid(n)
	require.NoError(t, err)
	assert.Equal(t, n, group, "it is in a process group of its own")
	require.NoError(t, p.Process.Signal(syscall.SIGINT))
	assert.Equal(t, 0, p.exitCode(t), p.log.String())
	require.Eventually(t, func() bool { // which fails as long as nobody reads
		end, err := os.OpenFile(fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			_ = end.Close() // so that the opener reads the end of the file, and ends
		}
		return err == nil
	}, patience, time.Millisecond, "the opener still runs")
}

func TestStoppingTheMockDoesNotEndTheBrowser(t *testing.T) {
	t.Parallel()
	dir, told := fakeOpener(t, "browser", "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // as a signal does
	p := &program{environ: append(os.Environ(), "BROWSER="+filepath.Join(dir, "browser"))}
	require.NoError(t, p.startBrowser(ctx, "http://127.0.0.1:4010/_mock/"))
	assert.Equal(t, "http://127.0.0.1:4010/_mock/", told()[1])
}
