//go:build unix

package docs_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var full = os.Getenv("BITBYBIT_DOCS") != ""

func TestConsoleBlocks(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl", "make"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("the commands of the pages need " + program)
		}
	}
	programs := build(t)
	for _, p := range pages(t) {
		t.Run(filepath.Base(p.path), func(t *testing.T) {
			t.Parallel()
			r := newReader(t, programs)
			for _, b := range p.blocks {
				switch file, saved := strings.CutPrefix(b.mark, "saved as "); {
				case saved:
					require.NoError(t, os.WriteFile(filepath.Join(r.folder, file), []byte(r.local(b.text)), 0o600))
				case b.language != "console", strings.HasPrefix(b.mark, "not run"), strings.HasPrefix(b.mark, "run by"), !has(b.mark):
				default:
					r.run(t, b)
				}
			}
		})
	}
}

var (
	needs    = regexp.MustCompile(`\bneeds (\w+)`)
	endsWith = regexp.MustCompile(`\bends with (\d+)`)
)

// has says whether what a mark needs is there.
func has(mark string) bool {
	m := needs.FindStringSubmatch(mark)
	if m == nil || m[1] == "npm" {
		return m == nil || full
	}
	_, err := exec.LookPath(m[1])
	return err == nil
}

// build builds the programs into a folder, as whoever installed them as README.md says has them.
func build(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "build", "-o", folder, "./mockserver/cmd/bitbybit-mock", "./contracttest/cmd/bitbybit-contract")
	command.Dir = root
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	absolute, err := filepath.Abs(root)
	require.NoError(t, err)
	path, err := exec.LookPath("make")
	require.NoError(t, err)
	script := fmt.Sprintf("#!/bin/sh\nexec %q --no-print-directory -C %q \"$@\"\n", path, absolute) // the reader of a page is in the clone
	require.NoError(t, os.WriteFile(filepath.Join(folder, "make"), []byte(script), 0o700))
	return folder
}

// reader is whoever follows a page: with a folder, a shell, the server that runs meanwhile, and ports of their own.
type reader struct {
	folder string
	env    []string
	ports  map[string]string // by that of the page
	stdin  io.Writer
	stdout *bufio.Reader
	server *exec.Cmd
}

func newReader(t *testing.T, programs string) *reader {
	t.Helper()
	r := &reader{folder: t.TempDir(), ports: map[string]string{}}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	t.Cleanup(receiver.Close)
	r.ports["8080"] = receiver.URL[strings.LastIndex(receiver.URL, ":")+1:] // a server of the reader's
	r.env = append(os.Environ(), "PATH="+programs+string(os.PathListSeparator)+os.Getenv("PATH"),
		"BITBYBIT_MOCK_ADDR="+r.local("127.0.0.1:4010"), "npm_config_update_notifier=false", "npm_config_fund=false", "npm_config_audit=false")
	if full {
		r.env = append(r.env, "npm_config_registry="+registry(t), "npm_config_cache="+t.TempDir())
	}
	shell := exec.CommandContext(t.Context(), "bash")
	shell.Dir, shell.Env = r.folder, r.env
	stdin, err := shell.StdinPipe()
	require.NoError(t, err)
	stdout, err := shell.StdoutPipe()
	require.NoError(t, err)
	shell.Stderr = os.Stderr
	require.NoError(t, shell.Start())
	t.Cleanup(func() { _ = stdin.Close(); _ = shell.Wait(); r.stop() })
	r.stdin, r.stdout = stdin, bufio.NewReader(stdout)
	return r
}

var (
	address = regexp.MustCompile(`\b(127\.0\.0\.1|localhost):([0-9]{4})\b`)
	// A mock or a proxy that runs until it is told to end.
	serves = regexp.MustCompile(`^(\w+=\S+ )*(make mock|(npx )?bitbybit-mock)( ARGS="-.*"| -.*)?$`)
	ends   = regexp.MustCompile(`(?m)^Ctrl\+C stops it\.$`)
)

// local is a text of the page with ports that are free here in place of the page's.
func (r *reader) local(text string) string {
	return address.ReplaceAllStringFunc(text, func(found string) string {
		m := address.FindStringSubmatch(found)
		if r.ports[m[2]] == "" {
			r.ports[m[2]] = freePort()
		}
		return m[1] + ":" + r.ports[m[2]]
	})
}

// shown is an output with the page's ports.
func (r *reader) shown(text string) string {
	for shown, local := range r.ports {
		text = strings.ReplaceAll(text, "127.0.0.1:"+local, "127.0.0.1:"+shown)
	}
	return text
}

var nextPort atomic.Int32

// freePort is one below those that the system gives to connections.
func freePort() string {
	for {
		port := 20000 + (os.Getpid()*64+int(nextPort.Add(1)))%12000
		if listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = listener.Close()
			return fmt.Sprint(port)
		}
	}
}

func (r *reader) run(t *testing.T, b block) {
	t.Helper()
	commands := commands(b.text)
	require.NotEmpty(t, commands, b.text)
	for i, c := range commands {
		if serves.MatchString(c.line) && !strings.Contains(c.line, "--version") && !strings.Contains(c.line, "--help") {
			got := r.serve(t, r.local(c.line))
			assert.Regexp(t, pattern(c.output), strings.TrimSpace(r.shown(got)), "what the page says of: %s", c.line)
			continue
		}
		_, err := fmt.Fprintf(r.stdin, "{ %s\n} 2>&1 </dev/null\nprintf '\\n\\1%%d\\n' $?\n", r.local(c.line))
		require.NoError(t, err)
		got, err := r.stdout.ReadString(1)
		require.NoError(t, err, "the shell ended: %s", got)
		code, err := r.stdout.ReadString('\n')
		require.NoError(t, err)
		want := "0"
		if m := endsWith.FindStringSubmatch(b.mark); m != nil && i == len(commands)-1 {
			want = m[1]
		}
		got = strings.TrimSpace(r.shown(strings.ReplaceAll(strings.TrimSuffix(got, "\n\x01"), "\r\n", "\n"))) // header lines end with CRLF
		assert.Equal(t, want, strings.TrimSpace(code), "exit code of %s\n%s", c.line, got)
		assert.Regexp(t, pattern(c.output), got, "what the page says of: %s", c.line)
	}
}

// serve starts a server in place of the one before, and returns what it prints until it serves.
func (r *reader) serve(t *testing.T, line string) string {
	t.Helper()
	r.stop()
	r.server = exec.CommandContext(t.Context(), "bash", "-c", "exec "+line)
	r.server.Dir, r.server.Env = r.folder, r.env
	r.server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // make has the program below it
	output, err := r.server.StdoutPipe()
	require.NoError(t, err)
	r.server.Stderr = r.server.Stdout
	require.NoError(t, r.server.Start())
	printed := bufio.NewReader(output)
	var text bytes.Buffer
	for !ends.Match(text.Bytes()) {
		line, err := printed.ReadString('\n')
		text.WriteString(line)
		require.NoError(t, err, "it ended with %s", &text)
	}
	go func() { _, _ = io.Copy(io.Discard, printed) }()
	return text.String()
}

func (r *reader) stop() {
	if r.server != nil {
		_ = syscall.Kill(-r.server.Process.Pid, syscall.SIGTERM)
		_ = r.server.Wait()
		r.server = nil
	}
}

type command struct{ line, output string }

func commands(block string) (commands []command) {
	continued, end := false, ""
	for line := range strings.Lines(block) {
		last := len(commands) - 1
		text, starts := strings.CutPrefix(line, "$ ")
		switch {
		case starts && !continued:
			commands = append(commands, command{line: strings.TrimSuffix(text, "\n")})
			if _, after, here := strings.Cut(text, "<<'"); here {
				end, _, _ = strings.Cut(after, "'")
			}
		case continued:
			commands[last].line += "\n" + strings.TrimSuffix(line, "\n")
		default:
			commands[last].output += line
		}
		if end != "" {
			continued = strings.TrimSpace(line) != end
			if !continued {
				end = ""
			}
			continue
		}
		continued = (starts || continued) && strings.HasSuffix(line, "\\\n")
	}
	return commands
}

// pattern is a regular expression for an output in which "…" stands for anything.
func pattern(output string) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(output)), "…", "(?s:.*)") + "$"
}
