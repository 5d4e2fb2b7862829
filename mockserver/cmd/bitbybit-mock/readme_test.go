package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const root = "../../../"

// README.md shows what the program prints, as console blocks: "$ " and a command, then its output, in which "…" stands for anything. The commands run
// here one after the other against one mock, as the reader would run them.
func TestReadmeShowsWhatHappens(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl to run the commands of README.md with")
	}
	mock := start(t, "", "--addr", "127.0.0.1:0")
	origin := mock.line(t)
	receiver, _ := receive(t, http.StatusOK)
	folder := installed(t)
	ran := 0
	for _, block := range blocks(t, "console") {
		for _, c := range shellCommands(block) {
			var got string
			switch {
			case c.line == "make mock":
				got = building + "\n" + origin + "\n" + mock.banner(t)
			case strings.HasPrefix(c.line, `make mock ARGS="`): // another mock, for what follows
				arguments := strings.TrimSuffix(strings.TrimPrefix(c.line, `make mock ARGS="`), `"`)
				arguments = strings.ReplaceAll(arguments, "http://127.0.0.1:8080/webhooks", receiver)
				mock = start(t, "", append([]string{"--addr", "127.0.0.1:0"}, strings.Fields(arguments)...)...)
				origin = mock.line(t)
				got = strings.ReplaceAll(mock.banner(t), receiver, "http://127.0.0.1:8080/webhooks")
			case strings.HasPrefix(c.line, "curl "):
				shell := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(c.line, "http://127.0.0.1:4010", origin))
				var stderr bytes.Buffer
				shell.Stderr, shell.Dir = &stderr, folder
				out, err := shell.Output()
				require.NoError(t, err, "%s\n%s", c.line, stderr.String())
				got = string(out)
			case strings.HasPrefix(c.line, "cat "): // a file that the reader has
				require.NoError(t, os.WriteFile(filepath.Join(folder, strings.TrimPrefix(c.line, "cat ")), []byte(c.output), 0o600))
				continue
			case strings.Contains(c.line, ` make mock ARGS="webhook verify `):
				direct := strings.TrimSuffix(strings.Replace(c.line, `make mock ARGS="`, "bitbybit-mock ", 1), `"`)
				shell := exec.CommandContext(t.Context(), "sh", "-c", direct)
				shell.Dir, shell.Env = folder, append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
				out, err := shell.Output()
				if exit, ok := errors.AsType[*exec.ExitError](err); assert.True(t, ok, "%v", err) {
					assert.Equal(t, exitFailure, exit.ExitCode(), "%s", exit.Stderr)
				}
				got = building + "\n" + string(out)
			case strings.HasPrefix(c.line, "bitbybit-contract "): // the tests of that program run it
				continue
			default:
				assert.Equal(t, "make test", c.line, "a command of README.md that nothing runs")
				continue
			}
			ran++
			got = strings.ReplaceAll(got, origin, "http://127.0.0.1:4010")
			assert.Regexp(t, pattern(c.output), strings.TrimSpace(got), "what README.md says of: %s", c.line)
		}
	}
	assert.GreaterOrEqual(t, ran, 6)
}

// installed is a folder that has the program as bitbybit-mock.
func installed(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\n%s=program exec %q \"$@\"\n", actAs, os.Args[0])
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bitbybit-mock"), []byte(script), 0o700))
	return folder
}

// Go code of README.md is copied from the tests that a comment above it names.
func TestReadmeShowsCodeThatRuns(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("(?s)<!-- (\\S+_test\\.go) -->\n```go\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	assert.Len(t, shown, len(blocks(t, "go")), "each block of Go has its file named above it")
	for _, s := range shown {
		source, err := os.ReadFile(root + s[1])
		require.NoError(t, err)
		assert.Contains(t, withoutIndent(string(source)), withoutIndent(s[2]), "README.md shows what %s does not", s[1])
	}
}

// So is TypeScript, from the examples that make typescript and make runners compile and run, the former with the option that README.md names.
func TestReadmeShowsTypeScriptThatRuns(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("(?s)<!-- (\\S+\\.ts) -->\n```ts\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	assert.Len(t, shown, len(blocks(t, "ts")))
	for _, s := range shown {
		source, err := os.ReadFile(root + s[1])
		require.NoError(t, err)
		assert.Contains(t, string(source), s[2], s[1])
	}
	scripts, err := os.ReadFile(root + "examples/typescript/package.json")
	require.NoError(t, err)
	for _, option := range regexp.MustCompile("`(--default-[^`]+)`").FindAllStringSubmatch(readme(t), -1) {
		assert.Contains(t, string(scripts), option[1])
	}
}

// And Python, from the receiver that takes the mock's webhooks, and from what make runners runs.
func TestReadmeShowsPythonThatRuns(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("(?s)<!-- (\\S+\\.py) -->\n```python\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	assert.Len(t, shown, len(blocks(t, "python")))
	for _, s := range shown {
		source, err := os.ReadFile(root + s[1])
		require.NoError(t, err)
		assert.Contains(t, string(source), s[2], s[1])
	}
}

// Whoever has only make, curl and a receiver finds out how deliveries are signed, and how to call webhook verify.
func TestReadmeSaysHowToVerify(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, want := range []string{"`curl -v` with `--body`", `make mock ARGS="webhook verify delivery.txt"`, "over `<t>.<raw body bytes>`", "in `" + secretVariable + "`"} {
		assert.Contains(t, text, want)
	}
	_, help, _ := call(t, nil, "webhook", "verify", "--help")
	assert.Contains(t, help, "together with --body, since curl does not show the body that it sends")
}

func TestReadmeListsTheFaultsOfWebhooks(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, kind := range webhook.Kinds() {
		assert.Contains(t, text, "| `"+string(kind)+"` |")
	}
}

func TestReadmeListsTheMagicValues(t *testing.T) {
	t.Parallel()
	text := readme(t)
	for _, trigger := range mockserver.Triggers() {
		assert.Contains(t, text, "| "+trigger.Email+" | "+trigger.PhoneNumber+" |")
	}
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(root + "README.md")
	require.NoError(t, err)
	return string(text)
}

func blocks(t *testing.T, language string) (blocks []string) {
	t.Helper()
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(readme(t), -1) {
		blocks = append(blocks, match[1])
	}
	return blocks
}

type command struct{ line, output string }

func shellCommands(block string) (commands []command) {
	continued := false
	for line := range strings.Lines(block) {
		last := len(commands) - 1
		text, starts := strings.CutPrefix(line, "$ ")
		switch {
		case starts:
			commands = append(commands, command{line: strings.TrimSuffix(text, "\n")})
		case continued:
			commands[last].line += "\n" + strings.TrimSuffix(line, "\n")
		default:
			commands[last].output += line
		}
		continued = (starts || continued) && strings.HasSuffix(line, "\\\n")
	}
	return commands
}

// pattern is a regular expression for an output in which "…" stands for anything.
func pattern(output string) string {
	return "^" + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(output)), "…", "(?s:.*)") + "$"
}

func withoutIndent(code string) string {
	return regexp.MustCompile(`(?m)^[\t ]+`).ReplaceAllString(code, "")
}

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
