package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	origin, _ := serve(t, nil)
	address := strings.TrimPrefix(origin, "http://")
	for _, args := range [][]string{{"health", "--addr", address}, {"health", "--wait", "--addr=" + address}} {
		code, stdout, stderr := call(t, nil, args...)
		assert.Equal(t, 0, code, stderr)
		assert.Contains(t, stdout, `"status":"ok"`)
	}
	code, _, stderr := call(t, []string{"BITBYBIT_MOCK_ADDR=" + address}, "health")
	assert.Equal(t, 0, code, stderr)
}

func TestHealthOfNoMock(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := listener.Addr().String()
	require.NoError(t, listener.Close())
	another := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(another.Close)
	for name, args := range map[string][]string{
		"nobody":      {"health", "--addr", closed},
		"for a while": {"health", "--wait", "--timeout", "1ms", "--addr", closed},
		"another":     {"health", "--addr", strings.TrimPrefix(another.URL, "http://")},
	} {
		code, stdout, stderr := call(t, nil, args...)
		assert.Equal(t, exitFailure, code, name)
		assert.Empty(t, stdout)
		assert.True(
			t,
			strings.HasPrefix(stderr, "bitbybit-mock: no mock serves at "+args[len(args)-1]),
			"%s: %s",
			name,
			stderr,
		)
	}
}

// With --wait the mock may come later.
func TestHealthWaits(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	asked := make(chan struct{}, 1000)
	front := http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			if len(asked) < 3 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(
				[]byte(`{"status":"ok","version":"v1","startedAt":"2026-11-23T08:30:00Z","uptimeSeconds":1}`),
			)
		}),
	}
	go func() { _ = front.Serve(listener) }()
	t.Cleanup(func() { _ = front.Close() })
	code, stdout, stderr := call(t, nil, "health", "--wait", "--addr", listener.Addr().String())
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, `"version":"v1"`)
	assert.Len(t, asked, 3)
}
