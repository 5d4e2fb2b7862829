package main

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// lastLine is what a terminal shows.
func lastLine(b *strings.Builder) string {
	lines := strings.Split(strings.ReplaceAll(b.String(), "\x1b[0K", ""), "\r")
	return strings.TrimSpace(lines[len(lines)-1])
}

func TestProgressSaysHowFarAndWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var line strings.Builder
		p := startProgress(&line)
		at := func(d time.Duration, want string) {
			time.Sleep(d) // of the bubble's clock
			synctest.Wait()
			p.mu.Lock()
			defer p.mu.Unlock()
			assert.Contains(t, lastLine(&line), want)
		}
		at(time.Second, "begins")
		p.answered(34, 90)
		at(time.Second, "34 of 90 requests")
		p.waits(42 * time.Second)
		at(0, "34 of 90 requests, waits 42s for the rate limit")
		at(10*time.Second, "34 of 90 requests, waits 32s for the rate limit")
		at(35*time.Second, "34 of 90 requests, waits 3s for an answer")
		p.answered(90, 90)
		at(time.Second, "90 of 90 requests")
		p.waitsForWebhooks(12, 9*time.Second)
		at(time.Second, "90 of 90 requests, waits up to 8s for 12 more webhooks")
		p.answered(95, 130) // findings are shrunk
		at(time.Second, "95 of 130 requests")
		p.end()
		assert.True(t, strings.HasSuffix(line.String(), "\x1b[2K\r"), "the line is taken away")
	})
}

func TestNoTerminalGetsNoProgress(t *testing.T) {
	t.Parallel()
	assert.Nil(t, newProgress(new(strings.Builder)))
	file, err := os.Create(t.TempDir() + "/stderr")
	require.NoError(t, err)
	assert.Nil(t, newProgress(file))
	require.NoError(t, file.Close())

	mock := mockserver.Start(t, mockserver.WithRateLimit(5))
	_, _, stderr := program(t, key, "--url", mock.URL, "--max-requests", "4")
	assert.Empty(t, stderr)
}
