package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// behindPipes runs the program with its standard error, and its standard output, in pipes of the system.
func behindPipes(t *testing.T, command ...string) (process *exec.Cmd, origin string, stdout, stderr *os.File) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals to send")
	}
	process = exec.Command(command[0], append(command[1:], "--addr", "127.0.0.1:0", "--rate-limit", "0")...)
	process.Env = append(os.Environ(), actAs+"=program")
	var inherited [2]*os.File
	var err error
	stdout, inherited[0], err = os.Pipe()
	require.NoError(t, err)
	stderr, inherited[1], err = os.Pipe()
	require.NoError(t, err)
	process.Stdout, process.Stderr = inherited[0], inherited[1]
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
		_ = stdout.Close()
		_ = stderr.Close()
	})
	require.NoError(t, inherited[0].Close())
	require.NoError(t, inherited[1].Close())
	origin, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return process, strings.TrimSpace(origin), stdout, stderr
}

// ask sends requests for long paths, whose log lines fill a pipe soon.
func ask(t *testing.T, origin string, requests int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range requests {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/"+strings.Repeat("long", 25), http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err, "every request is answered")
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusNotFound, response.StatusCode)
	}
}

// fillingAPipe is how many requests log more than a pipe holds: 64 KiB on Linux.
const fillingAPipe = 600

func TestAStandardErrorThatNobodyReadsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	process, origin, _, _ := behindPipes(t, os.Args[0])
	ask(t, origin, fillingAPipe)
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	require.NoError(t, process.Wait(), "it exits with 0 all the same")
}

func TestAStandardErrorThatIsReadLateHasEveryLine(t *testing.T) {
	t.Parallel()
	if signal.Ignored(syscall.SIGHUP) { // under nohup; what is handled here is not ignored in a process that is started
		handled := make(chan os.Signal, 1)
		signal.Notify(handled, syscall.SIGHUP)
		defer signal.Stop(handled)
	}
	process, origin, _, stderr := behindPipes(t, os.Args[0])
	ask(t, origin, fillingAPipe)
	require.NoError(t, process.Process.Signal(syscall.SIGHUP))
	log, err := io.ReadAll(stderr)
	require.NoError(t, err)
	require.NoError(t, process.Wait(), "SIGHUP drains as SIGTERM does")
	assert.Equal(t, fillingAPipe, strings.Count(string(log), "msg=request"), "everything is flushed at the end")
	assert.Contains(t, string(log), "msg=\"stopping")
	assert.NotContains(t, string(log), "dropped")
}

// As behind "| head -1" and "2>&1 | head -1".
func TestPipesThatAreClosedDoNotEndTheMock(t *testing.T) {
	t.Parallel()
	process, origin, stdout, stderr := behindPipes(t, os.Args[0])
	require.NoError(t, stdout.Close())
	require.NoError(t, stderr.Close())
	ask(t, origin, 10)
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	require.NoError(t, process.Wait())
}

func TestSIGHUPThatIsIgnoredStaysIgnored(t *testing.T) {
	t.Parallel()
	process, origin, _, _ := behindPipes(t, "sh", "-c", `trap "" HUP; exec "$0" "$@"`, os.Args[0])
	require.NoError(t, process.Process.Signal(syscall.SIGHUP))
	ask(t, origin, 10)
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	require.NoError(t, process.Wait())
}

// The eight seconds are for calls that go on.
func TestAnUploadThatStallsDoesNotHoldTheEndUp(t *testing.T) {
	t.Parallel()
	origin, stop := serve(t, nil)
	connection, err := net.Dial("tcp", strings.TrimPrefix(origin, "http://"))
	require.NoError(t, err)
	defer connection.Close()
	_, err = io.WriteString(connection, "POST "+gen.BasePath+"/customers HTTP/1.1\r\nHost: mock\r\n"+gen.KeyHeader+": bbb_test_1\r\n"+
		"Content-Type: application/json\r\nContent-Length: 25\r\nExpect: 100-continue\r\n\r\n")
	require.NoError(t, err)
	answers := bufio.NewReader(connection)
	line, err := answers.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line, "the body is waited for")
	code, log := stop()
	assert.Equal(t, 0, code)
	assert.NotContains(t, log, "cut off")
}

func TestHTTP2WithoutTLS(t *testing.T) {
	t.Parallel()
	origin, stop := serve(t, nil)
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/_mock/health", http.NoBody)
	require.NoError(t, err)
	response, err := transport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 2, response.ProtoMajor)
	assert.Equal(t, http.StatusOK, response.StatusCode)
	code, log := stop()
	assert.Equal(t, 0, code)
	assert.NotContains(t, log, "cut off", "a connection without calls does not hold the end up")
}
