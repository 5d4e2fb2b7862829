package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// commands are what exec runs in these tests; each is a process of its own.
var commands = map[string]func() int{
	"exit 7": func() int { return 7 },
	"post": func() int {
		body, _ := io.ReadAll(os.Stdin)
		request, _ := http.NewRequest(
			http.MethodPost,
			os.Getenv("BITBYBIT_BASE_URL")+"/customers",
			strings.NewReader(string(body)),
		)
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set(gen.KeyHeader, os.Getenv("BITBYBIT_API_KEY"))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return 99
		}
		defer response.Body.Close()
		fmt.Println(response.StatusCode, os.Getenv("BITBYBIT_API_KEY"), response.Header.Get("RateLimit-Limit"))
		return 0
	},
	"secret": func() int {
		fmt.Println(os.Getenv("BITBYBIT_WEBHOOK_SECRET"))
		return 0
	},
	"wait for a signal": func() int {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
		fmt.Println("ready")
		fmt.Println(<-signals)
		return 3
	},
	"be killed": func() int {
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	},
}

// execute runs exec in this process, around a command of the test.
func execute(t *testing.T, role, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log buffer
	p := &program{
		stdin:   strings.NewReader(stdin),
		stdout:  &out,
		stderr:  &log,
		environ: append(os.Environ(), actAs+"="+role, "BITBYBIT_API_KEY=bbb_live_1"),
	}
	code = p.run(t.Context(), append(append([]string{"exec"}, args...), "--", os.Args[0]))
	return code, out.String(), log.String()
}

func TestExecPassesTheExitCodeOn(t *testing.T) {
	t.Parallel()
	code, _, stderr := execute(t, "exit 7", "")
	assert.Equal(t, 7, code)
	assert.Empty(t, stderr)

	code, _, stderr = execute(t, "exit 7", "", "--strict-exit")
	assert.Equal(t, 7, code, "nothing broke the contract")
	assert.Empty(t, stderr)

	if runtime.GOOS != "windows" {
		code, _, _ = execute(t, "be killed", "")
		assert.Equal(t, 128+9, code)
	}
}

// As a shell tells it.
func TestExecSaysThatACommandCannotBeRun(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"/no/such/command", "no-such-command"} {
		code, _, stderr := call(t, nil, "exec", "--", command)
		assert.Equal(t, 127, code)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		assert.Regexp(t, `^bitbybit-mock: exec: cannot run "`+command+`": `, stderr)
		assert.Equal(t, 1, strings.Count(stderr, "exec:"), stderr)
	}
	if runtime.GOOS != "windows" { // which looks for a file of the folder's name and .exe
		code, _, stderr := call(t, nil, "exec", "--", t.TempDir())
		assert.Equal(t, 126, code, "it is there, and is no command")
		assert.Contains(t, stderr, "cannot run")
	}
}

func TestExecGivesTheCommandAMockOfItsOwn(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := execute(t, "post", `{"email":"a@example.com"}`)
	assert.Equal(t, 0, code, stderr)
	assert.Equal(t, "201 bbb_test_exec 100\n", stdout, "its key takes the place of one that may be real")

	code, stdout, stderr = execute(
		t,
		"post",
		`{"email":"a@example.com"}`,
		"--rate-limit=5",
		"--key",
		"bbb_test_a=customers:write@127.0.0.1",
	)
	assert.Equal(t, 0, code, stderr)
	assert.Equal(t, "201 bbb_test_a 5\n", stdout)
}

func TestExecStrictExitListsWhatBrokeTheContract(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := execute(t, "post", `{"email":"secret-person"}`, "--strict-exit")
	assert.Equal(t, exitFailure, code)
	assert.Equal(t, "400 bbb_test_exec 100\n", stdout)
	assert.Contains(t, stderr, "requests that broke the contract: 1\n")
	assert.Contains(t, stderr, "POST "+gen.BasePath+"/customers → 400")
	assert.Contains(t, stderr, `email: must be an email address, got "secret-person"`, "what was wrong is shown")

	code, _, stderr = execute(t, "post", `{"email":"secret-person"}`)
	assert.Equal(t, 0, code, "not strict: %s", stderr)
	assert.Empty(t, stderr)

	code, _, stderr = execute(t, "post", `{"email":"a@example.com"}`, "--strict-exit")
	assert.Equal(t, 0, code, stderr)
}

func TestExecForwardsSignals(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to forward")
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := start(t, "wait for a signal", "exec", "--", os.Args[0])
		assert.Equal(t, "ready", p.line(t))
		assert.NoError(t, p.Process.Signal(sig))
		assert.Equal(t, sig.String(), p.line(t))
		assert.Equal(t, 3, p.exitCode(t), "%s", p.log.String())
	}
}
