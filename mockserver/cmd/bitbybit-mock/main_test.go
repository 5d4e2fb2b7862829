package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The test binary is the program as well, and the commands that its exec runs: it does what this variable says.
const actAs = "BITBYBIT_MOCK_TEST_ACT_AS"

func TestMain(m *testing.M) {
	role := os.Getenv(actAs)
	if role == "" {
		code := m.Run()
		stopBrowser()
		os.Exit(code)
	}
	if role == "program" {
		// What the program starts is a command of the test.
		_ = os.Setenv(actAs, os.Getenv(actAs+"_THEN"))
		main()
	}
	os.Exit(commands[role]())
}

// start runs the program as a process of its own. It is killed at the end of the test if it still runs.
func start(t *testing.T, then string, args ...string) *process {
	t.Helper()
	return startWith(t, []string{actAs + "_THEN=" + then}, nil, args...)
}

// startWith is start, with more variables in the environment, and with the log in a file where there is one.
func startWith(t *testing.T, environ []string, log *os.File, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...)}
	p.Env = append(append(os.Environ(), actAs+"=program"), environ...)
	p.Stderr = &p.log
	if log != nil {
		p.Stderr = log
	}
	stdout, err := p.StdoutPipe()
	require.NoError(t, err)
	p.out = bufio.NewReader(stdout)
	require.NoError(t, p.Start())
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return p
}

type process struct {
	*exec.Cmd
	out *bufio.Reader
	log buffer
}

// line is the next line of standard output.
func (p *process) line(t *testing.T) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	require.NoError(t, err, "%s", p.log.String())
	return strings.TrimSuffix(line, "\n")
}

// exitCode waits for the end.
func (p *process) exitCode(t *testing.T) int {
	t.Helper()
	_, err := io.Copy(io.Discard, p.out)
	require.NoError(t, err)
	_ = p.Wait()
	return p.ProcessState.ExitCode()
}

// buffer can be read while it is written to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// call runs a command line in this process, to its end.
func call(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log buffer
	p := &program{stdin: strings.NewReader(""), stdout: &out, stderr: &log, environ: environ}
	code = p.run(t.Context(), args)
	return code, out.String(), log.String()
}

// serve runs the mock in this process until stop is called; stop returns the exit code and what was logged.
func serve(t *testing.T, environ []string, args ...string) (origin string, stop func() (int, string)) {
	t.Helper()
	return serveAs(t, &program{environ: environ}, args...)
}

// serveAs is serve with more of the program than its environment.
func serveAs(t *testing.T, p *program, args ...string) (origin string, stop func() (int, string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	var log buffer
	p.stdin, p.stdout, p.stderr = strings.NewReader(""), writer, &log
	ended := make(chan int, 1)
	go func() {
		ended <- p.run(ctx, append([]string{"--addr", "127.0.0.1:0"}, args...))
		_ = writer.Close()
	}()
	lines := bufio.NewReader(reader)
	origin, err := lines.ReadString('\n')
	require.NoError(t, err, "%s", log.String())
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	stop = sync.OnceValues(func() (int, string) {
		cancel()
		return <-ended, log.String()
	})
	t.Cleanup(func() { stop() })
	return strings.TrimSpace(origin), stop
}

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// banner is the rest of what the program prints to standard output at its start.
func (p *process) banner(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for {
		line := p.line(t)
		text.WriteString(line + "\n")
		if line == "Ctrl+C stops it." {
			return text.String()
		}
	}
}
