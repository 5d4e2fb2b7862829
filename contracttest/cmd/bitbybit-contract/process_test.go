package main

import (
	"bytes"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// actAs is set where the test's own binary is to be the program.
const actAs = "BITBYBIT_CONTRACT_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(actAs) != "" {
		if os.Args[1] == "call" { // it is the command of the program
			os.Exit(call(os.Args[2:]))
		}
		main()
	}
	os.Exit(m.Run())
}

// process is the program as a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr output
}

// output is what a process prints, which can be read while it does.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], args...)}
	p.Env = append(os.Environ(), actAs+"=1", "BITBYBIT_API_KEY="+key)
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	require.NoError(t, p.Start())
	return p
}
