// Package deploy_test runs bitbybit-mock behind the load balancers whose configuration is here. It is a module of its own, since what checks the
// files of Envoy and of Kubernetes should not be in everybody's go.mod.
package deploy_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

const (
	patience = time.Minute // how long a test waits for what must happen
	replicas = 3
)

// built is the folder of the program, empty where no test needed it.
var built string

// program is bitbybit-mock, built once.
var program = sync.OnceValues(func() (path string, err error) {
	built, err = os.MkdirTemp("", "bitbybit-mock-")
	if err != nil {
		return "", err
	}
	path = filepath.Join(built, "bitbybit-mock")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	build := exec.Command("go", "-C", "../..", "build", "-o", path, "./mockserver/cmd/bitbybit-mock")
	build.Stderr = os.Stderr
	return path, build.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// runHelp is what the program prints of its settings.
func runHelp(path string) (string, error) {
	text, err := exec.Command(path, "--help").Output()
	return string(text), err
}

// mock is a replica, a process of its own.
type mock struct {
	*exec.Cmd
	address string
	log     bytes.Buffer // complete once the process has ended
	ended   chan struct{}
}

func startMock(t *testing.T, args ...string) *mock {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	m := &mock{Cmd: exec.Command(path, append([]string{"--addr", "127.0.0.1:0"}, args...)...), ended: make(chan struct{})}
	m.Stderr = &m.log
	out, err := m.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, m.Start())
	lines := bufio.NewReader(out)
	origin, err := lines.ReadString('\n')
	m.address = strings.TrimPrefix(strings.TrimSpace(origin), "http://")
	go func() {
		defer close(m.ended)
		_, _ = io.Copy(io.Discard, lines)
		_ = m.Wait()
	}()
	t.Cleanup(func() {
		_ = m.Process.Kill()
		<-m.ended
	})
	require.NoError(t, err)
	return m
}

func startMocks(t *testing.T, n int, args ...string) []*mock {
	t.Helper()
	mocks := make([]*mock, n)
	for i := range mocks {
		mocks[i] = startMock(t, args...)
	}
	return mocks
}

// stop has the replica end, and returns when it has.
func (m *mock) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, m.Process.Signal(syscall.SIGTERM))
	m.wait(t)
}

func (m *mock) wait(t *testing.T) {
	t.Helper()
	select {
	case <-m.ended:
		assert.Equal(t, 0, m.ProcessState.ExitCode())
	case <-time.After(patience):
		t.Fatal("a replica that was told to stop did not end")
	}
}

// customers are how many customers the replica itself has of each key, by the key as it is shown.
func (m *mock) customers(t *testing.T) map[string]int {
	t.Helper()
	client, err := control.NewClientWithResponses("http://" + m.address + "/_mock")
	require.NoError(t, err)
	keys, err := client.ListKeysWithResponse(t.Context(), &control.ListKeysParams{Limit: new(1000)})
	require.NoError(t, err)
	require.NotNil(t, keys.JSON200, "%s", keys.Body)
	have := map[string]int{}
	for _, key := range keys.JSON200.Data {
		have[key.Key] = key.Customers
	}
	return have
}

// processorTime is what the replica has used so far, in the clock ticks of the kernel, of which a second has 100 (proc_pid_stat(5)).
func (m *mock) processorTime(t *testing.T) time.Duration {
	t.Helper()
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(m.Process.Pid) + "/stat")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// switches are how often a thread of the replica went to sleep so far (proc_pid_status(5)).
func (m *mock) switches(t *testing.T) (sum int) {
	t.Helper()
	files, err := filepath.Glob("/proc/" + strconv.Itoa(m.Process.Pid) + "/task/*/status")
	require.NoError(t, err)
	for _, file := range files {
		status, err := os.ReadFile(file)
		require.NoError(t, err)
		_, count, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
		count, _, _ = strings.Cut(count, "\n")
		n, err := strconv.Atoi(strings.TrimSpace(count))
		require.NoError(t, err)
		sum += n
	}
	return sum
}

// freeAddress is one on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
