package main

import (
	"bufio"
	"io"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// health is the status of /_mock/health over a connection of its own; 0 where none can be opened.
func health(origin string) int {
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(origin + "/_mock/health")
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// events opens the stream of events and reads what is sent first.
func events(t *testing.T, origin string) *bufio.Reader {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/_mock/requests/events", http.NoBody)
	require.NoError(t, err)
	stream := bufio.NewReader(do(t, request).Body)
	first, err := stream.ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(first, ": "), first)
	return stream
}

// Once told to stop, a mock with --drain serves on for that time and says that it drains; told again, it ends at once.
func TestDrainServesUntilTheSecondSignal(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM to send")
	}
	p := start(t, "", "--addr", "127.0.0.1:0", "--drain", "1h")
	origin := p.line(t)
	require.Equal(t, http.StatusOK, health(origin))
	stream := events(t, origin)
	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.Eventually(t, func() bool { return health(origin) == http.StatusServiceUnavailable }, patience, time.Millisecond)

	code, stdout, stderr := call(t, nil, "health", "--addr", strings.TrimPrefix(origin, "http://"))
	assert.Equal(t, exitFailure, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "it is draining")
	assert.Equal(t, http.StatusCreated, create(t, origin, `{"email":"a@example.com"}`).StatusCode)
	for line := ""; !strings.HasPrefix(line, "data: "); {
		var err error
		line, err = stream.ReadString('\n')
		require.NoError(t, err, "the stream goes on")
	}

	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, -1, p.exitCode(t), "ended by the signal")
	assert.NotContains(t, p.log.String(), "stopping")
}

// After the time of --drain the mock stops as it does without it.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	origin, stop := serve(t, []string{"BITBYBIT_MOCK_DRAIN=50ms"})
	stream := events(t, origin)
	code, log := stop()
	assert.Equal(t, 0, code, log)
	_, err := io.ReadAll(stream)
	assert.NoError(t, err, "the stream of events ends, and is not cut off")
	_, after, found := strings.Cut(log, "draining")
	assert.True(t, found, log)
	assert.Contains(t, after, "stopping")
	assert.NotContains(t, log, "cut off")
	assert.Zero(t, health(origin), "nothing listens")
}
