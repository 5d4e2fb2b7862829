// Package action_test runs action.yml, and the workflow that docs/ci.md shows, as a runner of GitHub Actions does.
package action_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const (
	key = gen.KeyPrefixTest + "0123456789abcdef"
	// serveAt is set where the test's own binary is to be a server, at the address that it names.
	serveAt = "BITBYBIT_TEST_SERVE_AT"
	// programFile is where the stand-in of Go finds the program.
	programFile = "BITBYBIT_TEST_PROGRAM_FILE"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(serveAt); address != "" {
		mock, err := mockserver.New(mockserver.WithRateLimit(0))
		if err == nil {
			err = http.ListenAndServe(address, mock)
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if builtIn != "" {
		_ = os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// builtIn is where built put the program; empty where no test asked for it.
var builtIn string

// built is bitbybit-contract, built once.
var built = sync.OnceValues(func() (string, error) {
	directory, err := os.MkdirTemp("", "bitbybit-contract")
	if err != nil {
		return "", err
	}
	builtIn = directory
	command := exec.Command("go", "build", "-buildvcs=false", "-o", directory+string(filepath.Separator), "./contracttest/cmd/bitbybit-contract")
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0") // as action.yml has it, which finds the packages compiled
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return filepath.Join(directory, "bitbybit-contract"), nil
})

// quick is a runner whose Go does not build, but has what was built once. Against the mock few requests are sent.
func quick(t *testing.T) *runner {
	t.Helper()
	r := newRunner(t)
	program, err := built()
	require.NoError(t, err)
	r.env[programFile] = program
	r.env["BITBYBIT_CONTRACT_MAX_REQUESTS"] = "20"
	r.onPath("go", `
if [ "$1" = list ]; then exit 0; fi
while [ "$1" != -o ]; do shift; done
ln -s "$`+programFile+`" "$2/bitbybit-contract"`)
	return r
}

// onPath puts a script before what the path has.
func (r *runner) onPath(name, script string) {
	r.t.Helper()
	directory := r.t.TempDir()
	require.NoError(r.t, os.WriteFile(filepath.Join(directory, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	r.path = append([]string{directory}, r.path...)
}

// serving is a command that starts a mock at a free address in a process of its own, below the shell.
func (r *runner) serving() (command, url string) {
	r.t.Helper()
	listener, err := new(net.ListenConfig).Listen(r.t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(r.t, err)
	require.NoError(r.t, listener.Close())
	address := listener.Addr().String()
	return fmt.Sprintf("%s=%s '%s' &\nwait $!", serveAt, address, os.Args[0]), "http://" + address + gen.BasePath
}

func broken(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Hostile", "##[error]evil")
		w.Header().Set("Content-Type", "##[error title=evil]evil")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "##[error]evil\n::error::evil\r::warning::evil\n%s", r.Header.Get(gen.KeyHeader))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestAServerThatIsRight builds the program as a runner does, where the job has a Go, and where it has none.
func TestAServerThatIsRight(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for name, without := range map[string]bool{"with a Go": false, "without a Go": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRunner(t)
			r.env["BITBYBIT_CONTRACT_MAX_REQUESTS"] = "20"
			r.env["GOOS"], r.env["GOARCH"], r.env["GOFLAGS"] = "plan9", "mips", "-mod=vendor" // what the job builds is not ours
			if without {
				r.onPath("go", "echo no >&2; exit 1")
			}
			outputs := r.action(map[string]string{"url": mock.URL, "api-key": key})
			require.False(t, r.failed, r.log.String())
			assert.Equal(t, "passed", outputs["verdict"])
			assert.Equal(t, "0", outputs["exit-code"])
			assert.Contains(t, r.log.String(), "PASS  "+mock.URL)
			assert.Contains(t, r.summary(), "### PASS")
			assert.Len(t, r.used("actions/setup-go"), map[bool]int{false: 0, true: 1}[without])

			uploads := r.used("actions/upload-artifact")
			require.Len(t, uploads, 1)
			assert.Equal(t, "bitbybit-contract", uploads[0].with["name"])
			assert.Equal(t, outputs["reports"], uploads[0].with["path"])
			for name, beginning := range map[string]string{
				"report.txt": "PASS", "report.json": "{", "report.xml": "<?xml", "report.html": "<!DOCTYPE html>",
			} {
				assert.True(t, strings.HasPrefix(uploads[0].files[name], beginning), name)
			}
			assert.Len(t, uploads[0].files, 4)
			r.showsNoKey(uploads[0])
		})
	}
}

// showsNoKey looks for the key in all that is left of a run, but for the line that has it masked.
func (r *runner) showsNoKey(uploads ...used) {
	r.t.Helper()
	mask := "::add-mask::" + key + "\n"
	log := r.log.String()
	assert.True(r.t, strings.HasPrefix(log, mask), "before anything else")
	all := strings.TrimPrefix(log, mask) + r.summary()
	for _, u := range uploads {
		for _, text := range u.files {
			all += text
		}
	}
	assert.NotContains(r.t, all, key)
	assert.NotContains(r.t, all, strings.TrimPrefix(key, gen.KeyPrefixTest))
}

func TestAServerThatIsWrong(t *testing.T) {
	t.Parallel()
	r := quick(t)
	outputs := r.action(map[string]string{"url": broken(t), "api-key": key})
	assert.True(t, r.failed)
	assert.Equal(t, "failed", outputs["verdict"])
	assert.Equal(t, "1", outputs["exit-code"])
	annotations := r.errors()
	require.NotEmpty(t, annotations)
	for _, one := range annotations {
		assert.Regexp(t, `^(file=openapi\.yaml,line=[1-9]\d*,)?title=[a-z_]+ `, one.properties)
		assert.NotEqual(t, "evil", one.data)
	}
	assert.Contains(t, annotations[0].properties, "file=openapi.yaml,line=")
	assert.Contains(t, r.log.String(), "evil", "what the server said is shown, and is no command")
	for _, one := range r.commands() {
		assert.Contains(t, []string{"add-mask", "error", "warning"}, one.name)
	}
	assert.Contains(t, r.summary(), "### FAIL")
	uploads := r.used("actions/upload-artifact")
	require.Len(t, uploads, 1, "also where the run fails")
	assert.Contains(t, uploads[0].files["report.json"], `"severity": "error"`)
	r.showsNoKey(uploads...)
}

func TestABaselineAndFailOn(t *testing.T) {
	t.Parallel()
	url := broken(t)
	r := quick(t)
	r.action(map[string]string{"url": url, "api-key": key, "reports": "json"})
	require.True(t, r.failed)
	assert.Empty(t, r.errors(), "only with the report github")
	assert.Empty(t, r.summary())
	known := r.used("actions/upload-artifact")[0].files
	assert.Len(t, known, 2, "the text is always there")

	for name, with := range map[string]map[string]string{
		"known":         {"baseline": "known findings.json", "working-directory": "sub folder"},
		"never":         {"fail-on": "never"},
		"not for files": {"fail-on": "never", "reports": "text, json,\tgithub\nhtml", "artifact": ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := quick(t)
			require.NoError(t, os.Mkdir(filepath.Join(r.workspace, "sub folder"), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(r.workspace, "sub folder", "known findings.json"), []byte(known["report.json"]), 0o600))
			with["url"] = url
			r.env["BITBYBIT_API_KEY"] = key // in place of the input
			outputs := r.action(with)
			assert.False(t, r.failed, r.log.String())
			assert.Equal(t, "passed", outputs["verdict"])
			assert.FileExists(t, filepath.Join(outputs["reports"], "report.html"))
			if with["artifact"] == "" && name == "not for files" {
				assert.Empty(t, r.used("actions/upload-artifact"))
			}
			r.showsNoKey()
		})
	}
}

func TestACommandStartsTheServer(t *testing.T) {
	t.Parallel()
	r := quick(t)
	serving, url := r.serving()
	outputs := r.action(map[string]string{"command": "echo here: $PWD\n" + serving, "url": url, "api-key": key})
	require.False(t, r.failed, r.log.String())
	assert.Equal(t, "passed", outputs["verdict"])
	assert.Contains(t, r.log.String(), "here: "+r.workspace+"\n")
	_, err := http.Get(url)
	assert.Error(t, err, "the server is stopped, also below the shell")
}

func TestACommandThatStartsNoServer(t *testing.T) {
	t.Parallel()
	taken, closed := broken(t), httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, tc := range map[string]struct {
		url, command, want string
	}{
		"it fails":       {closed.URL, "false | true\ntouch reached", "the command failed before a server answered"},
		"it never comes": {closed.URL, "true", "no server answered at the url within two minutes"},
		"it was there":   {taken, "touch reached", "something answers at the url before the command has started a server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := quick(t)
			if name == "it never comes" {
				r.onPath("sleep", "exit 0") // no waiting
				r.onPath("curl", "exit 7")
			}
			outputs := r.action(map[string]string{"command": tc.command, "url": tc.url, "api-key": key})
			assert.True(t, r.failed)
			assert.Equal(t, "undecided", outputs["verdict"])
			assert.Equal(t, "3", outputs["exit-code"])
			require.NotEmpty(t, r.errors())
			assert.Contains(t, r.errors()[0].data, tc.want)
			assert.NoFileExists(t, filepath.Join(r.workspace, "reached"))
		})
	}
}

// recorded is a runner with a stand-in for the program, which writes down how it was called and runs what follows the --.
func recorded(t *testing.T) *runner {
	t.Helper()
	r := quick(t)
	r.env[programFile] = filepath.Join(t.TempDir(), "bitbybit-contract")
	require.NoError(t, os.WriteFile(r.env[programFile], []byte(`#!/usr/bin/env bash
printf '%s\n' "$@" >arguments
while [ "$1" != -- ]; do shift; done
shift
BITBYBIT_BASE_URL=http://proxy.example "$@"
`), 0o700))
	return r
}

func TestTheTrafficOfACommand(t *testing.T) {
	t.Parallel()
	r := recorded(t)
	outputs := r.action(map[string]string{
		"target": "https://staging.example/$(touch${IFS}bad)", "command": "echo \"::notice::$BITBYBIT_BASE_URL $BITBYBIT_API_KEY\" >said\nfalse | true",
		"api-key": key, "baseline": "--known.json", "fail-on": "warning", "reports": "junit",
	})
	assert.True(t, r.failed)
	assert.Equal(t, "command-failed", outputs["verdict"])
	assert.Equal(t, "1", outputs["exit-code"], "which is told from that of a finding")
	assert.Equal(t, "::notice::http://proxy.example "+key+"\n", contents(t, filepath.Join(r.workspace, "said")))
	arguments, _, _ := strings.Cut(contents(t, filepath.Join(r.workspace, "arguments")), "\n--\n")
	assert.Equal(t, []string{
		"proxy", "--target=https://staging.example/$(touch${IFS}bad)", "--fail-on=warning", "--report=text=" + outputs["reports"] + "/report.txt",
		"--baseline=--known.json", "--report=junit=" + outputs["reports"] + "/report.xml",
	}, strings.Split(arguments, "\n"))
	assert.NoFileExists(t, filepath.Join(r.workspace, "bad"))
	r.showsNoKey()
}

// TestTheTrafficOfACommandIsJudged runs the program itself.
func TestTheTrafficOfACommandIsJudged(t *testing.T) {
	t.Parallel()
	needsBash(t)
	program, err := built()
	require.NoError(t, err)
	if help, err := exec.CommandContext(t.Context(), program, "--help").Output(); err != nil || !strings.Contains(string(help), "\n   proxy") {
		t.Skip("bitbybit-contract has no command proxy yet")
	}
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	create := `curl -s -o /dev/null -H "` + gen.KeyHeader + `: $BITBYBIT_API_KEY" -H 'Content-Type: application/json' -d '{"email": "siti@example.com"}' "$BITBYBIT_BASE_URL/customers"`
	for target, want := range map[string]string{mock.URL: "passed", broken(t): "failed"} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			r := quick(t)
			outputs := r.action(map[string]string{"target": target, "command": create, "api-key": key})
			assert.Equal(t, want, outputs["verdict"], r.log.String())
			assert.Equal(t, want != "passed", r.failed)
			uploads := r.used("actions/upload-artifact")
			require.Len(t, uploads, 1)
			assert.Contains(t, uploads[0].files, "report.json")
			r.showsNoKey(uploads...)
		})
	}
}

// TestHostileInputs has values that a shell, the runner or the program could take for something else.
func TestHostileInputs(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	hostile := []string{
		"'\"; touch bad; $(touch bad) `touch bad` | touch bad #*\\", "--version", "${{ secrets.KEY }} ##[error]evil %0A::error::evil",
		"x\nexit-code=0\nverdict=passed\n::error::evil\n::stop-commands::y", "http://127.0.0.1:1/'$(touch${IFS}bad)'$(touch${IFS}bad)",
	}
	for _, input := range []string{"url", "target", "baseline", "fail-on", "reports", "working-directory", "artifact", "api-key"} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			for _, value := range hostile {
				r := quick(t)
				r.env["BITBYBIT_CONTRACT_MAX_REQUESTS"] = "1"
				with := map[string]string{"url": mock.URL, "api-key": key}
				if input == "target" {
					delete(with, "url")
					with["command"] = "true"
				}
				with[input] = value
				outputs := r.action(with)
				switch input {
				case "artifact":
					assert.Equal(t, value, r.used("actions/upload-artifact")[0].with["name"])
				case "url", "working-directory":
					assert.True(t, r.failed)
					assert.Contains(t, []string{"", "undecided"}, outputs["verdict"], "%q: %s", value, r.log.String())
				case "baseline", "fail-on", "reports":
					assert.True(t, r.failed)
					assert.Equal(t, "2", outputs["exit-code"], "%q: %s", value, r.log.String())
				}
				for _, one := range r.commands() {
					assert.Contains(t, []string{"add-mask", "error"}, one.name)
					assert.NotEqual(t, "evil", one.data)
				}
				for _, directory := range []string{r.workspace, r.temp} {
					bad, err := filepath.Glob(filepath.Join(directory, "bad*"))
					require.NoError(t, err)
					assert.Empty(t, bad, "%q", value)
				}
			}
		})
	}
}

func TestInputsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		with map[string]string
		want string
	}{
		"nothing":             {nil, "needs url"},
		"a command alone":     {map[string]string{"command": "true"}, "needs url"},
		"url and target":      {map[string]string{"url": "http://a", "target": "http://b"}, "exclude each other"},
		"a target alone":      {map[string]string{"target": "http://a"}, "target needs a command"},
		"a URL of no scheme":  {map[string]string{"url": "localhost:8080"}, "must be like https://"},
		"a URL with a space":  {map[string]string{"url": "http://a b"}, "must be like https://"},
		"a file in place":     {map[string]string{"url": "file:///etc/passwd"}, "must be like https://"},
		"a target, no scheme": {map[string]string{"target": "localhost", "command": "true"}, "must be like https://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRunner(t)
			r.action(tc.with)
			assert.True(t, r.failed)
			require.Len(t, r.errors(), 1)
			assert.Contains(t, r.errors()[0].data, tc.want)
			assert.Equal(t, 1, r.scripts, "nothing is built")
		})
	}
}

// TestTheKeyIsMaskedWhole has keys of characters that are the runner's own.
func TestTheKeyIsMaskedWhole(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"bbb%0Akey": "bbb%250Akey", "one\ntwo\r\nthree": "one%0Atwo%0D%0Athree", "100%": "100%25", "a&b": "a&b", "-n": "-n",
	} {
		r := newRunner(t)
		r.action(map[string]string{"api-key": given})
		assert.True(t, strings.HasPrefix(r.log.String(), "::add-mask::"+want+"\n"), r.log.String())
	}
}

// TestAfterAFailure has a step of the job fail before the action, which runs nevertheless.
func TestAfterAFailure(t *testing.T) {
	t.Parallel()
	r := quick(t)
	r.env["BITBYBIT_CONTRACT_MAX_REQUESTS"] = "1"
	with := map[string]string{"url": broken(t), "api-key": key, "fail-on": "never"}
	s := r.steps(scope{}, "", []step{{Run: "false"}, {Run: "touch ran"}, {ID: "contract", If: "always()", Uses: "./", With: with}})
	assert.Equal(t, "passed", s.steps["contract"]["verdict"], r.log.String())
	assert.NoFileExists(t, filepath.Join(r.workspace, "ran"))
	assert.True(t, r.failed)
}

// TestTheLogOfAnyProgram has a program that ends its log within a line, with an exit code of its own.
func TestTheLogOfAnyProgram(t *testing.T) {
	t.Parallel()
	r := recorded(t)
	require.NoError(t, os.WriteFile(r.env[programFile], []byte("#!/bin/sh\necho ::error::evil >&2; printf '##[error]evil'; exit 130\n"), 0o700))
	outputs := r.action(map[string]string{"url": "http://127.0.0.1:1", "api-key": key})
	assert.Equal(t, "interrupted", outputs["verdict"])
	require.Len(t, r.errors(), 1)
	assert.Equal(t, "interrupted (exit code 130): the log of the step Judge says why", r.errors()[0].data)
}

func TestFormatsAreNoPatterns(t *testing.T) {
	t.Parallel()
	r := quick(t)
	require.NoError(t, os.WriteFile(filepath.Join(r.workspace, "json"), nil, 0o600))
	assert.Equal(t, "usage", r.action(map[string]string{"url": broken(t), "api-key": key, "reports": "js*"})["verdict"])
	assert.Contains(t, r.log.String(), "must be FORMAT=PATH")
}

func TestWhatCannotBeBuiltFails(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	r.onPath("go", `if [ "$1" = list ]; then exit 0; fi; echo "no disk" >&2; exit 1`)
	outputs := r.action(map[string]string{"url": "http://127.0.0.1:1", "api-key": key})
	assert.True(t, r.failed)
	assert.Contains(t, r.log.String(), "no disk")
	assert.Equal(t, map[string]string{"verdict": "", "exit-code": "", "reports": ""}, outputs)
	assert.Empty(t, r.used("actions/upload-artifact"))
}
