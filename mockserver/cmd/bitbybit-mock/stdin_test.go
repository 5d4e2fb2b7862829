package main

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A test runner that is killed cannot stop its mock; its end of the pipe is closed all the same.
func TestStopWithStdinStopsWhenStandardInputEnds(t *testing.T) {
	t.Parallel()
	stdin, parent := io.Pipe()
	stdout, banner := io.Pipe()
	var log buffer
	p := &program{stdin: stdin, stdout: banner, stderr: &log}
	ended := make(chan int, 1)
	go func() { ended <- p.run(t.Context(), []string{"--addr", "127.0.0.1:0", "--stop-with-stdin"}) }()
	lines := bufio.NewReader(stdout)
	origin, err := lines.ReadString('\n')
	require.NoError(t, err, "%s", log.String())
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	_, err = io.WriteString(parent, "what is written there is ignored\n")
	require.NoError(t, err)
	response, err := http.Get(strings.TrimSpace(origin) + "/_mock/health")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	require.NoError(t, parent.Close())
	assert.Equal(t, 0, <-ended)
	assert.Contains(t, log.String(), "stopping", "it drains as after SIGTERM")
}
