package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// pseudoTerminal is a terminal to give to a process, and the side from which it is read.
func pseudoTerminal(t *testing.T) (terminal, screen *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system gives out no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	return terminal, screen
}

// logOf is what the program logs to a file of a created customer and of an answer that is asked for.
func logOf(t *testing.T, environ []string, log *os.File, args ...string) {
	t.Helper()
	p := startWith(t, environ, log, append(args, "--addr", "127.0.0.1:0")...)
	require.NoError(t, log.Close())
	origin := p.line(t)
	create(t, origin, `{"email":"a@example.com"}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/a%1b%5b31m", http.NoBody)
	require.NoError(t, err)
	do(t, request)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, 0, p.exitCode(t))
}

// What a user sees: the program itself at a terminal.
func TestTheLogAtATerminal(t *testing.T) {
	t.Parallel()
	const (
		coloured = "\x1b[2m\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\x1b[0m \x1b[92mINF\x1b[0m request \x1b\\[2;92mstatus=\x1b\\[22m201\x1b\\[0m "
		refused  = "request \x1b\\[2;93mstatus=\x1b\\[22m404"
		plain    = `(?m)^\d\d:\d\d:\d\d\.\d{3} INF request status=201 id=req_1 operation=createCustomer duration_ms=\d+\.\d{3} key=`
	)
	for name, test := range map[string]struct {
		environ, args []string
		want          []string
	}{
		"colours":  {nil, nil, []string{strings.ReplaceAll(coloured, "\x1b[", "\x1b\\["), refused}},
		"NO_COLOR": {[]string{"NO_COLOR=1"}, nil, []string{plain}},
		"dumb":     {[]string{"TERM=dumb"}, nil, []string{plain}},
		"json":     {nil, []string{"--log-format", "json"}, []string{`(?m)^{"time":.*"msg":"request","id":"req_1"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terminal, screen := pseudoTerminal(t)
			shown := make(chan string, 1)
			go func() {
				text, _ := io.ReadAll(screen) // which ends with an error once nobody has the terminal
				shown <- string(text)
			}()
			logOf(t, append([]string{"NO_COLOR=", "TERM=xterm"}, test.environ...), terminal, test.args...)
			log := <-shown
			for _, want := range test.want {
				assert.Regexp(t, want, log)
			}
			if name != "colours" {
				assert.NotContains(t, log, "\x1b")
			}
			assert.NotContains(t, sgr.ReplaceAllString(log, ""), "\x1b")
			assert.Equal(t, 2, strings.Count(log, "request"), "%q", log)
		})
	}
}

// A file gets the lines that programs read, as a pipe does.
func TestTheLogInAFileIsPlain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	file, err := os.Create(path)
	require.NoError(t, err)
	logOf(t, []string{"NO_COLOR=", "TERM=xterm"}, file)
	log, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^time=\S+ level=INFO msg=request id=req_1 operation=createCustomer status=201 duration_ms=\S+ key=`, string(log))
	assert.NotContains(t, string(log), "\x1b")
}
