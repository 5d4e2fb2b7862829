package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestEveryFlagHasAVariable(t *testing.T) {
	t.Parallel()
	for _, f := range command(environment("", ""), io.Discard, io.Discard).Flags {
		name := f.Names()[0]
		variables := f.(cli.DocGenerationFlag).GetEnvVars()
		require.Len(t, variables, 1, "--%s has no variable: make it with commandline.Flag", name)
		want := "BITBYBIT_CONTRACT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		if name == "url" {
			want = "BITBYBIT_BASE_URL"
		}
		assert.Equal(t, strings.TrimSuffix(want, "S"), strings.TrimSuffix(variables[0], "S"), "in capitals, with an S for a list")
	}
}

func TestVariablesTakeThePlaceOfFlags(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	dir := t.TempDir()
	environ := map[string]string{
		"BITBYBIT_BASE_URL": mock.URL, "BITBYBIT_API_KEY": key,
		"BITBYBIT_CONTRACT_MAX_REQUESTS": "5", "BITBYBIT_CONTRACT_STRICT": "no", "BITBYBIT_CONTRACT_SEED": "",
		"BITBYBIT_CONTRACT_REPORTS": "json=" + filepath.Join(dir, "a") + "\njunit=" + filepath.Join(dir, "b") + "\n",
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), nil, func(name string) string { return environ[name] }, &stdout, &stderr)
	assert.Equal(t, exitGood, code, stderr.String())
	assert.Contains(t, stdout.String(), " in 5 requests\n")
	assert.Contains(t, stdout.String(), "assumed rules are warnings")
	assert.FileExists(t, filepath.Join(dir, "a"))
	assert.FileExists(t, filepath.Join(dir, "b"))

	environ["BITBYBIT_CONTRACT_FAIL_ON"] = "notice"
	stderr.Reset()
	code = run(t.Context(), nil, func(name string) string { return environ[name] }, &stdout, &stderr)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr.String(), "BITBYBIT_CONTRACT_FAIL_ON for flag fail-on: must be error, warning or never")
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "http://secret.example"} {
		var stdout bytes.Buffer
		assert.Equal(t, exitGood, run(t.Context(), []string{"--help"}, environment(key, url), &stdout, io.Discard))
		assert.Equal(t, read(t, "testdata/help.txt"), stdout.String(), "of the environment it shows nothing")
	}
}

func TestAFlagThatIsAlmostOneIsSuggested(t *testing.T) {
	t.Parallel()
	code, _, stderr := program(t, key, "--exclude-check=echo")
	assert.Equal(t, exitUsage, code)
	assert.Equal(t, "bitbybit-contract: flag provided but not defined: --exclude-check; did you mean --exclude-checks? "+
		"(bitbybit-contract --help lists the flags)\n", stderr)
}

func TestShellsComplete(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, script, stderr := program(t, "", "completion", shell)
		assert.Equal(t, exitGood, code, stderr)
		assert.Contains(t, script, "bitbybit-contract")
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "--exclude", "--generate-shell-completion")
	command.Env = append(os.Environ(), actAs+"=1")
	output, err := command.Output()
	require.NoError(t, err)
	assert.Contains(t, string(output), "--exclude-checks:")
}
