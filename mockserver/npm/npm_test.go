//go:build unix

// Package npm_test installs the npm packages from tarballs, as `make npm` packs them, and uses them as people do, on several versions of Node.js.
package npm_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	envNPM   = "BITBYBIT_NPM" // set by make npm-test
	version  = "1.2.3"
	patience = 30 * time.Second
)

// nodes are the newest three majors of Node.js with long-term support, which npm's package "node" has as programs.
var nodes = []string{"22", "24", "26"}

// platform is Node's name of this machine's.
var platform = map[string]string{"linux": "linux", "darwin": "darwin", "windows": "win32"}[runtime.GOOS] + "-" +
	map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]

func TestPackages(t *testing.T) {
	t.Parallel()
	if os.Getenv(envNPM) == "" {
		t.Skip("make npm-test runs it")
	}
	packed := t.TempDir()
	run(t, ".", nil, "node", "pack.js", "--version", version, "--platform", platform, "--out", packed)
	tarballs, err := filepath.Glob(filepath.Join(packed, "*.tgz"))
	require.NoError(t, err)
	require.Len(t, tarballs, 4)
	t.Run("contents", func(t *testing.T) { t.Parallel(); contents(t, tarballs) })

	// What the packages are used with, whose modules are downloaded once; the packages themselves come from the tarballs alone.
	project := t.TempDir()
	require.NoError(t, os.CopyFS(project, os.DirFS("testdata/consumer")))
	for _, name := range []string{"package.json", "package-lock.json"} {
		copyFile(t, name, filepath.Join(project, name))
	}
	run(t, project, nil, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
	run(t, project, nil, append([]string{"npm", "install", "--offline", "--no-save", "--no-audit", "--no-fund"}, tarballs...)...)
	t.Run("types", func(t *testing.T) { t.Parallel(); types(t, project) })

	fresh := install(t, tarballs...)
	t.Run("without the package of the platform", func(t *testing.T) { t.Parallel(); missing(t, tarballs) })
	t.Run("launcher", func(t *testing.T) { t.Parallel(); launcher(t, fresh) })
	for _, major := range nodes {
		t.Run("node "+major, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			run(t, folder, nil, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", folder, "node@"+major)
			environ := []string{"PATH=" + filepath.Join(folder, "node_modules", ".bin") + ":" + os.Getenv("PATH"), "NO_COLOR=1"}
			require.Regexp(t, `^v`+major+`\.`, run(t, folder, environ, "node", "--version"))
			onNode(t, environ, tarballs, project)
		})
	}
}

// onNode is what holds on each version of Node.js.
func onNode(t *testing.T, environ, tarballs []string, project string) {
	t.Helper()
	// What the README tells a person who has nothing but Node.js.
	fresh := install(t, tarballs...)
	example := filepath.Join(fresh, "node_modules", "bitbybit-mock", "example", "customers.test.mjs")
	copyFile(t, example, filepath.Join(fresh, "customers.test.mjs"))
	output, code := try(t, fresh, environ, "npx", "bitbybit-mock", "exec", "--", "node", "--test")
	assert.Equal(t, 1, code, output)
	for _, part := range []string{"pass 1", "fail 1", `email: must be an email address, got "siti.rahma"`} {
		assert.Contains(t, output, part)
	}
	output, code = try(t, fresh, environ, "npx", "bitbybit-mock", "exec", "--", "node", "--test", "--test-name-pattern", "passes")
	assert.Equal(t, 0, code, output)
	assert.Contains(t, output, "pass 1")

	output, code = try(t, project, environ, "npx", "bitbybit-mock", "exec", "--", "node", "--test", "--test-timeout=120000", "api.test.mjs")
	assert.Equal(t, 0, code, output)

	// Folders of its own: Playwright empties its folder of results.
	right, wrong := share(t, project, "testdata/consumer"), share(t, project, "testdata/consumer", "testdata/wrong")
	for name, runner := range map[string]struct {
		environ string
		line    []string
		passed  string
	}{
		"vitest":                  {"OWN_MOCK=", []string{"npx", "vitest", "run"}, "1 failed | 3 passed"},
		"vitest without a set-up": {"OWN_MOCK=1", []string{"npx", "vitest", "run"}, "1 failed | 3 passed"},
		"Playwright":              {"OWN_MOCK=", []string{"npx", "playwright", "test", "--workers=2", "--reporter=list"}, "1 passed"},
	} {
		environ := append(slices.Clip(environ), runner.environ)
		output, code := try(t, right, environ, runner.line...)
		assert.Equal(t, 0, code, "%s: %s", name, output)
		output, code = try(t, wrong, environ, runner.line...)
		assert.Equal(t, 1, code, "%s: %s", name, output)
		assert.Contains(t, output, `email: must be an email address, got "plain" [openapi.yaml:`, name)
		assert.Contains(t, output, runner.passed, name)
	}
}

// share makes a folder of files that uses what is installed in the project.
func share(t *testing.T, project string, files ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, from := range files {
		require.NoError(t, os.CopyFS(folder, os.DirFS(from)))
	}
	copyFile(t, "package.json", filepath.Join(folder, "package.json"))
	require.NoError(t, os.Symlink(filepath.Join(project, "node_modules"), filepath.Join(folder, "node_modules")))
	return folder
}

// contents are what is in the tarballs, and what the manifests say.
func contents(t *testing.T, tarballs []string) {
	t.Helper()
	for _, tarball := range tarballs {
		name := strings.TrimSuffix(filepath.Base(tarball), "-"+version+".tgz")
		files := strings.Fields(run(t, ".", nil, "tar", "--list", "--file", tarball))
		for _, file := range []string{"LICENSE", "README.md", "package.json"} {
			assert.Contains(t, files, "package/"+file, name)
		}
		manifest := run(t, ".", nil, "tar", "--extract", "--to-stdout", "--file", tarball, "package/package.json")
		for _, part := range []string{`"version": "` + version, `"license": "Apache-2.0"`, `"repository":`, `"engines":`, `"type": "module"`} {
			assert.Contains(t, manifest, part, name)
		}
		assert.NotContains(t, manifest, `install":`, "%s: nothing runs at install", name)
		assert.NotContains(t, manifest, `"dependencies"`, name)
		if strings.HasPrefix(name, "bitbybit-go-") {
			os, cpu, _ := strings.Cut(platform, "-")
			assert.Regexp(t, `"os": \[\s*"`+os+`"\s*\]`, manifest, name)
			assert.Regexp(t, `"cpu": \[\s*"`+cpu+`"\s*\]`, manifest, name)
			continue
		}
		for _, other := range []string{"linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"} {
			assert.Regexp(t, `"@bitbybit-go/(mock|contract)-`+other+`": "`+version+`"`, manifest, name)
		}
	}
}

// types holds the declarations to a program that uses them, and those of the control API to its document.
func types(t *testing.T, project string) {
	t.Helper()
	output, code := try(t, project, nil, "npx", "tsc")
	assert.Equal(t, 0, code, output)

	document, err := filepath.Abs("../internal/control/control.yaml")
	require.NoError(t, err)
	generated := filepath.Join(t.TempDir(), "control.d.ts")
	run(t, project, nil, "npx", "openapi-typescript", document, "--default-non-nullable=false", "--output", generated)
	want, err := os.ReadFile(generated)
	require.NoError(t, err)
	got, err := os.ReadFile("bitbybit-mock/control.d.ts")
	require.NoError(t, err)
	assert.True(t, string(want) == string(got), "bitbybit-mock/control.d.ts is stale: run make npm-types and commit what it writes")
}

// missing is what a person is told who has no program.
func missing(t *testing.T, tarballs []string) {
	t.Helper()
	thin := []string{}
	for _, tarball := range tarballs {
		if strings.HasPrefix(filepath.Base(tarball), "bitbybit-mock-") || strings.HasPrefix(filepath.Base(tarball), "bitbybit-contract-") {
			thin = append(thin, tarball)
		}
	}
	folder := install(t, thin...)
	other := `NODE_OPTIONS=--import "data:text/javascript,Object.defineProperty(process,'arch',{value:'riscv64'})"`
	for _, program := range []string{"bitbybit-mock", "bitbybit-contract"} {
		variable := strings.ToUpper(strings.ReplaceAll(program, "-", "_")) + "_PROGRAM"
		bin := filepath.Join("node_modules", ".bin", program)
		output, code := try(t, folder, nil, bin, "--version")
		assert.Equal(t, 1, code)
		assert.Regexp(t, `^`+program+`: expected the package @bitbybit-go/\w+-`+platform+`, .* not installed; .*--omit=optional.* `+variable, output)
		output, code = try(t, folder, []string{other}, bin, "--version")
		assert.Equal(t, 1, code)
		assert.Regexp(t, `^`+program+`: expected linux, darwin, win32 on x64 or arm64, got \w+-riscv64, .* `+variable, output)
		output, code = try(t, folder, []string{variable + "=/no/such/program"}, bin, "--version")
		assert.Equal(t, 127, code)
		assert.Contains(t, output, program+": cannot run /no/such/program: ")
	}
}

// launcher is what passes between a program and whoever called it.
func launcher(t *testing.T, folder string) {
	t.Helper()
	mock := filepath.Join(folder, "node_modules", ".bin", "bitbybit-mock")
	output, code := try(t, folder, nil, filepath.Join(folder, "node_modules", ".bin", "bitbybit-contract"), "--version")
	assert.Equal(t, 0, code, output)
	assert.Regexp(t, `^bitbybit-contract `, output)
	for line, want := range map[string]int{"exit 7": 7, "kill -TERM $$": 128 + int(syscall.SIGTERM)} {
		output, code = try(t, folder, nil, mock, "exec", "--", "sh", "-c", line)
		assert.Equal(t, want, code, "%s: %s", line, output)
	}
	killed := filepath.Join(t.TempDir(), "killed")
	require.NoError(t, os.WriteFile(killed, []byte("#!/bin/sh\nkill -KILL $$\n"), 0o700))
	_, code = try(t, folder, []string{"BITBYBIT_MOCK_PROGRAM=" + killed}, mock)
	assert.Equal(t, 128+int(syscall.SIGKILL), code)
	_, code = try(t, folder, nil, mock, "--nope")
	assert.Equal(t, 2, code)
	output, code = try(t, folder, nil, "sh", "-c", `echo typed | "$0" exec -- cat`, mock)
	assert.Equal(t, "typed\n", output, "standard input reaches what exec runs")
	assert.Equal(t, 0, code)

	for _, c := range []struct {
		signal syscall.Signal
		group  bool // the program is sent it as well, as by timeout
		want   int
	}{{syscall.SIGTERM, false, 0}, {syscall.SIGTERM, true, 0}, {syscall.SIGINT, false, 0}, {syscall.SIGINT, true, 0}, {syscall.SIGHUP, false, 0}, {syscall.SIGKILL, false, -1}} {
		command := exec.Command(mock, "--addr", "127.0.0.1:0", "--log-level", "error", "--drain", "500ms")
		command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		stdout, err := command.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, command.Start())
		t.Cleanup(func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
		line, err := bufio.NewReader(stdout).ReadString('\n')
		require.NoError(t, err)
		health := strings.TrimSpace(line) + "/_mock/health"
		require.NoError(t, get(health))
		receiver := command.Process.Pid
		if c.group {
			receiver = -receiver
		}
		require.NoError(t, syscall.Kill(receiver, c.signal))
		_ = command.Wait()
		assert.Equal(t, c.want, command.ProcessState.ExitCode(), "%s, group %t", c.signal, c.group)
		assert.Eventually(t, func() bool { return get(health) != nil }, patience, 10*time.Millisecond, "%s: the mock ends with the launcher", c.signal)
	}
}

func get(url string) error {
	response, err := (&http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

// install installs packages in a new folder without a network and without anything that was downloaded before.
func install(t *testing.T, tarballs ...string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "package.json"), []byte("{}"), 0o600))
	run(t, folder, nil, append([]string{"npm", "install", "--offline", "--cache", t.TempDir(), "--no-audit", "--no-fund"}, tarballs...)...)
	return folder
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	contents, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, contents, 0o600))
}

// run runs a command that must succeed, and returns what it printed.
func run(t *testing.T, folder string, environ []string, line ...string) string {
	t.Helper()
	output, code := try(t, folder, environ, line...)
	require.Equal(t, 0, code, "%q: %s", line, output)
	return output
}

// try runs a command, and returns all that it printed and its exit code.
func try(t *testing.T, folder string, environ []string, line ...string) (output string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "env", append(slices.Clip(environ), line...)...)
	command.Dir = folder
	text, err := command.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(text), exit.ExitCode()
	}
	require.NoError(t, err)
	return string(text), 0
}
