package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// BenchmarkStart is the time from the start of the program to its first 201, over that of an empty HTTP server; the same
// of an empty server that imports kin-openapi, and does nothing with it, is what the program cannot go below. They take
// turns. It also tells the size of the program, stripped, and its resident memory after the first answer.
func BenchmarkStart(b *testing.B) {
	mock, empty, floor := build(b, "."), build(b, "./testdata/empty"), build(b, "-tags=kin", "./testdata/empty")
	var starts, floors, resident []float64
	for b.Loop() {
		for range 41 {
			ofEmpty, _ := firstCreated(b, empty)
			ofFloor, _ := firstCreated(b, floor)
			ofMock, memory := firstCreated(b, mock, "--addr", "127.0.0.1:0")
			starts, floors = append(starts, ofMock/ofEmpty), append(floors, ofFloor/ofEmpty)
			resident = append(resident, memory)
		}
	}
	file, err := os.Stat(mock)
	require.NoError(b, err)
	const mebi = 1 << 20
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(starts), "start/empty")
	b.ReportMetric(median(floors), "kin-openapi/empty")
	b.ReportMetric(float64(file.Size())/mebi, "binary-MiB")
	if m := median(resident); m > 0 {
		b.ReportMetric(m/mebi, "resident-MiB")
	}
}

// build builds a program as `make dist` does.
func build(b *testing.B, args ...string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "program")
	args = append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", binary}, args...)
	command := exec.CommandContext(b.Context(), "go", args...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := command.CombinedOutput()
	require.NoError(b, err, "%s", output)
	return binary
}

// firstCreated starts a program, which prints its URL, and creates a customer. It returns how long that took, and the
// resident memory in bytes, which is 0 where the system does not tell it.
func firstCreated(b *testing.B, binary string, args ...string) (took, resident float64) {
	start := time.Now()
	command := exec.CommandContext(b.Context(), binary, args...)
	stdout, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	url, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost,
		strings.TrimSpace(url)+gen.BasePath+"/customers", strings.NewReader(`{"email":"jsmith@example.com"}`))
	require.NoError(b, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(gen.KeyHeader, "bbb_test_1")
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	require.NoError(b, err)
	took = float64(time.Since(start))
	require.NoError(b, response.Body.Close())
	require.Equal(b, http.StatusCreated, response.StatusCode)
	return took, residentBytes(command.Process.Pid)
}

// residentBytes is what Linux says of a process.
func residentBytes(pid int) float64 {
	status, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kibi, _ := strconv.ParseFloat(fields[0], 64)
	return kibi * 1024
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}
