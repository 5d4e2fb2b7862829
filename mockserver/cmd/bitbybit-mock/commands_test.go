package main

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/urfave/cli/v3"
)

// withTwins are the flags that have an environment variable each: all but the library's.
func withTwins(t *testing.T, root *cli.Command) (variables map[string]string) {
	t.Helper()
	variables = map[string]string{}
	_ = root.Walk(func(c *cli.Command) error {
		for _, f := range c.Flags {
			shown, _ := f.(interface {
				cli.DocGenerationFlag
				cli.VisibleFlag
			})
			if !shown.IsVisible() {
				continue
			}
			name := f.Names()[0]
			if assert.Len(t, shown.GetEnvVars(), 1, "--%s has no variable: make it with commandline.Flag", name) {
				variables[name] = shown.GetEnvVars()[0]
			}
		}
		return nil
	})
	return variables
}

func TestEveryFlagHasAVariable(t *testing.T) {
	t.Parallel()
	p := &program{}
	for name, variable := range withTwins(t, p.commands()) {
		want := "BITBYBIT_MOCK_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		assert.Equal(t, strings.TrimSuffix(want, "S"), strings.TrimSuffix(variable, "S"), "in capitals, with an S for a list")
	}
	code, _, stderr := call(t, []string{"BITBYBIT_MOCK_TIMEOUT=soon"}, "health")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "BITBYBIT_MOCK_TIMEOUT for flag timeout: must be a duration")
}

func TestHelpDoesNotShowWhatTheEnvironmentHas(t *testing.T) {
	t.Parallel()
	environ := []string{"BITBYBIT_MOCK_KEYS=bbb_live_secretsecret", "BITBYBIT_MOCK_ADDR=192.0.2.77:1"}
	for _, args := range [][]string{{"--help"}, {"exec", "--help"}, {"health", "--help"}, {"help", "exec"}, {"--nope"}, {"exec", "--key"}} {
		_, stdout, stderr := call(t, environ, args...)
		assert.NotContains(t, stdout+stderr, "secretsecret", "%q", args)
		assert.NotContains(t, stdout, "192.0.2.77", "%q", args)
	}
}

func TestHelpOfACommandHasItsOwnFlags(t *testing.T) {
	t.Parallel()
	for command, flags := range map[string][]string{"exec": {"--strict-exit", "--key"}, "health": {"--wait", "--timeout", "--addr"}, "rules": nil} {
		for _, args := range [][]string{{command, "--help"}, {command, "-h"}, {"help", command}} {
			code, help, stderr := call(t, nil, args...)
			assert.Equal(t, 0, code, stderr)
			assert.Contains(t, help, "bitbybit-mock "+command)
			for _, flag := range flags {
				assert.Contains(t, help, "\n   "+flag)
			}
		}
	}
	_, help, _ := call(t, nil, "exec", "--help")
	assert.NotContains(t, help, "--addr")
	assert.Contains(t, help, "(default: warn) [$BITBYBIT_MOCK_LOG_LEVEL]")
}

func TestExecLeavesTheArgumentsOfACommandToIt(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh") // as on Windows without Git
	}
	for _, args := range [][]string{{"exec", "--", "sh", "-c", "exit 5"}, {"exec", "sh", "-c", "exit 5"}, {"exec", "--strict", "sh", "-c", "exit 5", "--nope"}} {
		code, _, stderr := call(t, nil, args...)
		assert.Equal(t, 5, code, "%q: %s", args, stderr)
	}
}

func TestShellsComplete(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, script, stderr := call(t, nil, "completion", shell)
		assert.Equal(t, 0, code, stderr)
		assert.Contains(t, script, "bitbybit-mock")
		if path, err := exec.LookPath(shell); err == nil && runtime.GOOS != "windows" { // whose bash is that of WSL
			check := exec.CommandContext(t.Context(), path, "-n")
			check.Stdin = strings.NewReader(script)
			output, err := check.CombinedOutput()
			assert.NoError(t, err, "%s: %s", shell, output)
		}
	}
	for words, want := range map[string]string{
		"":               "health:",
		"--rate":         "--rate-limit:",
		"exec --strict-": "--strict-exit:",
		"completion":     "zsh:",
	} {
		command := exec.CommandContext(t.Context(), os.Args[0], append(strings.Fields(words), "--generate-shell-completion")...)
		command.Env = append(os.Environ(), actAs+"=program")
		var stderr bytes.Buffer
		command.Stderr = &stderr
		output, err := command.Output()
		require.NoError(t, err, stderr.String())
		assert.Contains(t, string(output), want, words)
	}
}
